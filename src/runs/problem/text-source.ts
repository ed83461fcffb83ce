import { dataSource } from "./data-source.js";
import { textData } from "./text-data.js";

export const textSource = dataSource({
  name: "text",
  about: "documents of files, cut into windows of tokens",
  source: "DESIGN section 5",
  perturbed: "perturbed",
  settings: textData,
  bytes: ({ examples, desiredExamples, length }) =>
    (Number(examples) + 3 * Number(desiredExamples)) * (Number(length) + 1) * BigInt64Array.BYTES_PER_ELEMENT,
  async create(data, { seed, signal, onStage }) {
    // Readers and tokenizers take longer to load than help or a wrong key should.
    const { readText } = await import("./read-text.js");
    return readText(data, seed, { signal, onStage });
  },
});
