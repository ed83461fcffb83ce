/** Builds the page of `learning-law serve` into a folder. */
export function buildPage(out: string): Promise<unknown>;

/** Builds it unless it is there, for tests that run beside each other. */
export function buildPageOnce(out: string): Promise<void>;
