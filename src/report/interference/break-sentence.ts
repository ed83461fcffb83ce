import { breakOf, type Deceleration } from "../../curves/deceleration.js";
import { number, whole } from "../format.js";

/** Where a curve breaks, in a sentence. */
export function breakSentence(deceleration: Deceleration): string {
  const { verdict, reason } = deceleration;
  const fit = breakOf(deceleration);
  if (fit === undefined) return `The loss curve: ${verdict}: ${reason}.`;
  return `The loss curve ${verdict} at step ${whole(Math.round(fit.td))}, at ${number(fit.Ld)} nats.`;
}
