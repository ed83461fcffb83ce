// learning-law/data: corpora in, tokens out
export { type DataSplits, type Examples, type Field, type Origin, predictions } from "./examples.js";
export { drawGaussians, type GaussianOptions } from "./gaussians.js";
export { packDocuments, padRows, type Row } from "./packing.js";
export { type Document, readCorpus, streamCorpus } from "./readers/corpus.js";
export type { CorpusOptions } from "./readers/read-options.js";
export { buildTextSplits, type TextSources, type TextSplitOptions, type TextSplits } from "./splits.js";
export { fitTokenizer, loadTokenizer, type StorableTokenizer, type StoredTokenizer } from "./tokenizers/tokenizer.js";
export type { Tokenizer } from "./tokenizers/vocabulary.js";
