import { z } from "zod";

/** What a run's numbers depend on beside its configuration. */
export const FACTS = "facts.json";

/** What losses on test depend on beside the model: those of two runs compare where it is the same. */
export type MeasuredOn = Readonly<z.infer<typeof MeasuredOn>>;
/** What it is checked by. */
export const MeasuredOn = z.object({
  /** Of a prediction: the vocabulary. */
  outcomes: z.int(),
  /** Tokens predicted per example; 1 where there are none. */
  length: z.int(),
  /** Of the test examples. */
  testSha256: z.string(),
});
