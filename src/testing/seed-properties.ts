import fc from "fast-check";

/** The same examples in every run, so that a change and nothing else makes a test fail; another seed explores others. */
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 1) });
