import { InputError } from "../base/errors.js";

/** The schedules that a learner knows, by their numbers in a file. */
export const LEARNER_SCHEDULES = ["constant", "linear", "cosine"] as const;

/** A transformer that learns a file as it reads it: what a decoder must know to learn the same. */
export interface LearnerSettings {
  /** D, a multiple of 8. */
  readonly width: number;
  readonly layers: number;
  /** S, parts of the file that are read side by side: the examples of a batch. */
  readonly streams: number;
  /** L, at least S: bytes of each stream from one step of learning to the next: the predictions of an example. */
  readonly segment: number;
  /** The peak of AdamW's learning rate. */
  readonly learningRate: number;
  readonly schedule: (typeof LEARNER_SCHEDULES)[number];
}

/** What holds where nothing is said: docs/RESULTS.md has what else was measured. */
export const defaultLearner: LearnerSettings = {
  ...{ width: 64, layers: 2, streams: 8, segment: 32 },
  ...{ learningRate: 0.003, schedule: "constant" },
};

/** Every number of the settings, between these: what is larger no machine should be asked for by a file. */
const BOUNDS = { width: [8, 512], layers: [1, 8], streams: [1, 255], segment: [1, 255] } as const;
/** A head has so many numbers of the width. */
export const HEAD = 8;

/** Bytes of settings in a header. */
export const SETTINGS_BYTES = 10;

/** The settings as a header holds them: width in eights, layers, streams, segment, schedule, 0, the rate in float32. */
export function settingsBytes(settings: LearnerSettings): Uint8Array {
  const bytes = new Uint8Array(SETTINGS_BYTES);
  const { width, layers, streams, segment, schedule, learningRate } = settings;
  bytes.set([width / HEAD, layers, streams, segment, LEARNER_SCHEDULES.indexOf(schedule)]);
  new DataView(bytes.buffer).setFloat32(6, learningRate);
  return bytes;
}

/** Settings whose rate is one that a header can hold. Throws InputError, naming the setting, where one is out of its bounds. */
export function checkedSettings(settings: LearnerSettings): LearnerSettings {
  for (const [name, [least, most]] of Object.entries(BOUNDS)) {
    const value = settings[name as keyof typeof BOUNDS];
    if (!Number.isInteger(value) || value < least || value > most || (name === "width" && value % HEAD !== 0))
      throw new InputError(
        `the learner's ${name} is ${value}; it must be a whole number from ${least} to ${most}${name === "width" ? `, divisible by ${HEAD}` : ""}`,
      );
  }
  // So a stream that is short is so in its last segment alone, and every step has something of each stream to learn.
  if (settings.segment < settings.streams)
    throw new InputError(
      `the learner's segment is ${settings.segment}; it must be at least its streams, ${settings.streams}`,
    );
  const learningRate = Math.fround(settings.learningRate);
  if (!(learningRate > 0 && learningRate <= 1))
    throw new InputError(`the learner's learning rate is ${settings.learningRate}; it must be above 0 and at most 1`);
  return { ...settings, learningRate };
}

/** What `settingsBytes` wrote. Throws InputError where it asks for what no learner has. */
export function readSettings(bytes: Uint8Array): LearnerSettings {
  const [eights, layers, streams, segment, schedule] = bytes;
  const learningRate = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(6);
  const named = LEARNER_SCHEDULES[schedule];
  if (named === undefined) throw new InputError(`the learner's schedule has the number ${schedule}, and none has that`);
  return checkedSettings({ width: HEAD * eights, layers, streams, segment, learningRate, schedule: named });
}
