import { createRandom, type Random } from "../../base/random.js";
import { input } from "../../graph/constants.js";
import { parameterViews } from "../../models/model.js";
import { compile, type RuntimeOptions } from "../../runtime/compile.js";
import type { TrainedModel } from "./trained-model.js";

/** How text is sampled, and on what. */
export interface GenerateOptions extends RuntimeOptions {
  /** What the text begins with; nothing by default. */
  readonly prompt?: string;
  /** The most tokens to sample. */
  readonly tokens: number;
  /** Logits are divided by it: below 1 the likely is likelier; 0 always takes the likeliest token. */
  readonly temperature: number;
  readonly seed: number;
  /** Called with every new piece of text that no later token can change. */
  readonly onText?: (piece: string) => void;
}

/** Text that a model wrote. */
export interface GeneratedText {
  /** Without the prompt, and without a character at its end of which tokens are missing. */
  readonly text: string;
  /** How many tokens were sampled, the separator that ends the text not counted. */
  readonly tokens: number;
}

/**
 * Samples text from a trained model, token by token, until it ends the text or the tokens are used up. As in training a
 * text begins with the separator, and the model sees the last S tokens. Padding and the unknown token are never sampled.
 * The same seed gives the same text.
 */
export async function generateText(
  { model, shape: { length: S, vocabulary: V }, theta, tokenizer }: TrainedModel,
  { prompt = "", tokens, temperature, seed, onText, ...runtime }: GenerateOptions,
): Promise<GeneratedText> {
  const nodes = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, input(name, shape)]));
  const field = { tokens: input("tokens", [1, S + 1], "int64") };
  const program = await compile({ logits: model.predict(nodes, field, "float32").logits }, runtime);
  const row = new BigInt64Array(S + 1);
  const inputs = { ...parameterViews(model, theta), tokens: row };
  const logits = new Float32Array(S * V);
  const random = createRandom(seed, "generated text");

  const [ids] = await tokenizer.encode([prompt]);
  const decoded = async () => (await tokenizer.decode([ids]))[0];
  const given = (await decoded()).length;
  let text = "";
  let sampled = 0;
  try {
    for (; sampled < tokens; sampled++) {
      const context = [tokenizer.separator, ...ids].slice(-S);
      row.fill(BigInt(tokenizer.padding)).set(context.map(BigInt));
      await program.run(inputs, { logits });
      const next = logits.subarray((context.length - 1) * V, context.length * V);
      for (const never of [tokenizer.padding, tokenizer.unknown]) next[never] = Number.NEGATIVE_INFINITY;
      const id = sample(next, temperature, random);
      if (id === tokenizer.separator) break;
      ids.push(id);
      const longer = (await decoded()).slice(given);
      // A character may be several tokens: until its last byte is there, its place holds this sign.
      if (longer.endsWith("\uFFFD")) continue;
      onText?.(longer.slice(text.length));
      text = longer;
    }
  } finally {
    await program.release();
  }
  return { text, tokens: sampled };
}

/** An index drawn with probabilities softmax(logits / temperature). */
function sample(logits: Float32Array, temperature: number, random: Random): number {
  const largest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  if (temperature === 0) return logits.indexOf(largest);
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  let left = random.uniform() * weights.reduce((total, weight) => total + weight, 0);
  // Sums rounded otherwise may leave a little of the last one over; what has no weight is not taken for it.
  let last = 0;
  for (const [index, weight] of weights.entries()) {
    if (weight === 0) continue;
    last = index;
    left -= weight;
    if (left < 0) break;
  }
  return last;
}
