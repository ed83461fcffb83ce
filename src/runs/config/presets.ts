import type { Tree } from "./config.js";

/** A configuration that has a name. */
export interface Preset {
  readonly about: string;
  readonly config: Tree;
}

const tinyStories = {
  ...{ train: "tinystories", desired: null, test: null, column: null },
  ...{ perturbed: 0.5, perturbations: 20 },
};

/** The reference configurations of DESIGN section 5, and a small one to begin with. */
export const presets: Readonly<Record<string, Preset>> = {
  quickstart: {
    about: "a small transformer on the shipped TinyStories, half of it perturbed; two minutes on two cores",
    config: {
      model: { kind: "transformer", layers: 2, width: 32, heads: 4, feedForward: 128 },
      data: { ...tinyStories, tokenizer: "bpe", vocabulary: 500, length: 32, examples: 256, desiredExamples: 128 },
      learning: { steps: 100, learningRate: 0.1, warmup: 0 },
      search: { epochs: 3, step: { name: "quasi-newton", boldness: 5 }, epsilon: 4, keepEvery: 1 },
      seed: 1,
    },
  },
  perceptron: {
    about: "the published perceptron: teacher and student, 128 inputs, 4,096 examples, 2,000 steps",
    config: {
      model: { kind: "perceptron", dimension: 128 },
      data: {
        examples: 4096,
        desiredExamples: 512,
        trainMean: 0,
        trainStd: 1,
        desiredMean: 0.5,
        desiredStd: 1,
        labelNoise: 0.2,
      },
      learning: { steps: 2000, learningRate: 0.1, warmup: 0 },
      search: { epochs: 30, epsilon: 0.05, block: 10, keepEvery: 5 },
      seed: 1,
    },
  },
  "transformer-small": {
    about: "the published transformer's shape for two cores: width 64, 1,024 examples of 32 tokens, 300 steps",
    config: {
      model: { kind: "transformer", layers: 2, width: 64, heads: 4, feedForward: 256 },
      data: {
        ...tinyStories,
        tokenizer: "mistral",
        vocabulary: 1000,
        length: 32,
        examples: 1024,
        desiredExamples: 256,
      },
      learning: { steps: 300, learningRate: 0.1, warmup: 0 },
      search: { epochs: 6, epsilon: 0.8, keepEvery: 1 },
      seed: 1,
    },
  },
  transformer: {
    about:
      "the published transformer: 1.7 M parameters, 16,384 examples of 64 tokens, 4,000 steps; give a GPU and TinyStories",
    config: {
      model: { kind: "transformer", layers: 2, width: 128, heads: 8, feedForward: 512 },
      data: {
        ...tinyStories,
        tokenizer: "mistral",
        vocabulary: 5000,
        length: 64,
        examples: 16384,
        desiredExamples: 512,
      },
      learning: { steps: 4000, learningRate: 0.1, warmup: 0 },
      search: { epochs: 15, epsilon: 0.4, block: 10, keepEvery: 1 },
      seed: 1,
    },
  },
};
