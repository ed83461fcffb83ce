import { chinchilla } from "./chinchilla.js";
import { kaplan } from "./kaplan.js";
import type { SizeLaw } from "./size-law.js";

/** Every law of the loss by size and tokens. */
export const sizeLaws: readonly SizeLaw[] = [chinchilla, kaplan];
