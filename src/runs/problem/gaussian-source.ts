import { between, positive, section, share, whole } from "../../base/settings.js";
import { drawGaussians } from "../../data/gaussians.js";
import { dataSource } from "./data-source.js";

const input = () => between(-1e9, 1e9, "a number from -1000000000 to 1000000000");

export const gaussianSource = dataSource({
  name: "gaussians",
  about: "inputs from Gaussians with the labels of a linear teacher",
  source: "Gu et al. 2024, arXiv:2402.17759, section 4.1; DESIGN section 5",
  perturbed: "with a flipped label",
  settings: section({
    examples: whole(1).describe("N, training examples"),
    desiredExamples: whole(1).describe("K, desired examples, and as many for validation and test"),
    trainMean: input().describe("mean of every training input"),
    trainStd: positive().describe("standard deviation of every training input"),
    desiredMean: input().describe("mean of every desired, validation and test input"),
    desiredStd: positive().describe("standard deviation of these"),
    labelNoise: share().describe("share of training labels that are flipped"),
  }),
  bytes: ({ examples, desiredExamples }, { dimension }) =>
    (Number(examples) + 3 * Number(desiredExamples)) * (Number(dimension) + 1) * Float32Array.BYTES_PER_ELEMENT,
  async create(data, { model, seed }) {
    const splits = drawGaussians({ ...data, dimension: model.dimension as number }, seed);
    return { splits, facts: { vocabulary: 2, length: 1 } };
  },
});
