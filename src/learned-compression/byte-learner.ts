import { createRandom } from "../base/random.js";
import type { BitCoder } from "../compression/byte-model.js";
import type { DescribedPart } from "../compression/describing-encoder.js";
import { input } from "../graph/constants.js";
import { softmax } from "../graph/softmax.js";
import { initialParameters, parameterViews } from "../models/model.js";
import { transformer } from "../models/transformer.js";
import { compile } from "../runtime/compile.js";
import type { Program, RuntimeOptions } from "../runtime/program.js";
import { Training } from "../training/training.js";
import { ByteStreams } from "./byte-streams.js";
import { codeByte } from "./code-byte.js";
import { HEAD, type LearnerSettings } from "./learner-settings.js";

/** The bytes, and padding, which is never coded. */
const OUTCOMES = 257;
const SEED = 1;
const WARM_UP = 20;
/** Below it a description length would count what is coded all the same, by the least probability of 8 bits. */
const LEAST = 2 ** -126;
/** The same numbers on every machine. */
const RUNTIME: RuntimeOptions = { device: "wasm", threads: 1 };

/**
 * Training as lossless compression (Gu et al. 2024, theorem A.1, algorithms 1 and 2): a transformer that begins with nothing
 * predicts the next segment of every stream, which is coded by what it predicts, and then takes a step of training on it. So
 * the file is as long as the area under its training loss, and nothing of the model is in it: a decoder takes the same steps.
 */
export class ByteLearner {
  private readonly probabilities: Float32Array;

  private constructor(
    private readonly streams: ByteStreams,
    private readonly training: Training,
    private readonly program: Program,
    private readonly views: Record<string, Float32Array>,
    private readonly settings: LearnerSettings,
  ) {
    this.probabilities = new Float32Array(settings.streams * settings.segment * OUTCOMES);
  }

  /** @param length bytes of content, at least 1 */
  static async create(length: number, settings: LearnerSettings): Promise<ByteLearner> {
    const { width, layers, segment, streams: S } = settings;
    const shape = { layers, width, heads: width / HEAD, feedForward: 4 * width };
    const model = transformer({ ...shape, vocabulary: OUTCOMES, length: segment });
    const streams = new ByteStreams(length, S, segment);
    const nothing = {
      count: 1,
      fields: { tokens: { data: new BigInt64Array(segment + 1), rowShape: [segment + 1] } },
    };
    const start = initialParameters(model, createRandom(SEED, "initial parameters"));
    const training = new Training(
      { model, train: streams.examples, desired: nothing, validation: nothing, test: nothing, start },
      {
        optimizer: { name: "adamw", beta1: 0.9, beta2: 0.99, weightDecay: 0.1 },
        ...{ schedule: { name: settings.schedule }, learningRate: settings.learningRate },
        ...{
          steps: streams.segments,
          warmup: Math.min(WARM_UP, streams.segments - 1),
          batch: S,
          accumulate: 1,
          clip: 1,
        },
        ...{ average: null, evaluateEvery: streams.segments, checkpointEvery: streams.segments, seed: SEED },
      },
      { ...RUNTIME, batches: streams },
    );
    const parameters = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, input(name, shape)]));
    const tokens = input("tokens", [S, segment + 1], "int64");
    const { logits } = model.predict(parameters, { tokens }, "float32");
    const program = await compile({ probabilities: softmax(logits) }, RUNTIME);
    const views = parameterViews(model, training.theta as Float32Array);
    return new ByteLearner(streams, training, program, views, settings);
  }

  /** T, how many segments there are. */
  get segments(): number {
    return this.streams.segments;
  }

  /** Codes segment t of all streams, for t = 0, 1, .., and learns from it. Of an encoder the content is there beforehand. */
  async encode(t: number, content: Uint8Array, coder: BitCoder): Promise<DescribedPart> {
    const { streams, settings } = this;
    for (let s = 0; s < settings.streams; s++)
      for (let i = 0; i < settings.segment; i++) {
        const place = streams.place(t, s, i);
        if (place !== undefined) streams.put(t, s, i, content[place]);
      }
    await this.predict(t);
    const coded = { bytes: 0, bits: 0 };
    for (let i = 0; i < settings.segment; i++) this.codePlace(t, i, content, coder, coded);
    await this.learn(t);
    return coded;
  }

  /**
   * Reads segment t of all streams into the content, and learns from it. What it predicts of a byte depends on those before it
   * alone, to the last bit, for the program and its shapes are the same: one run for each of the segment's L bytes.
   */
  async decode(t: number, content: Uint8Array, coder: BitCoder): Promise<DescribedPart> {
    const coded = { bytes: 0, bits: 0 };
    for (let i = 0; i < this.settings.segment; i++) {
      await this.predict(t);
      this.codePlace(t, i, content, coder, coded);
    }
    await this.learn(t);
    return coded;
  }

  async release(): Promise<void> {
    await this.program.release();
    await this.training.release();
  }

  /** After the last segment there is nothing left to learn for. */
  private async learn(t: number): Promise<void> {
    if (t < this.segments - 1) await this.training.step();
  }

  private async predict(t: number): Promise<void> {
    const { views, streams, probabilities } = this;
    await this.program.run({ ...views, tokens: streams.batch(t) }, { probabilities });
  }

  /** Codes byte i of all streams. */
  private codePlace(
    t: number,
    i: number,
    content: Uint8Array,
    coder: BitCoder,
    coded: { bytes: number; bits: number },
  ): void {
    const { streams, settings, probabilities } = this;
    for (let s = 0; s < settings.streams; s++) {
      const place = streams.place(t, s, i);
      if (place === undefined) continue;
      const at = (s * settings.segment + i) * OUTCOMES;
      const byte = codeByte(coder, content[place], probabilities.subarray(at + 1, at + OUTCOMES));
      content[place] = byte;
      streams.put(t, s, i, byte);
      coded.bytes += 1;
      coded.bits -= Math.log2(Math.max(LEAST, probabilities[at + 1 + byte]));
    }
  }
}
