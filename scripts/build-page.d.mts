/** Builds the page of `learning-law serve` into a folder. */
export function buildPage(out: string): Promise<unknown>;
