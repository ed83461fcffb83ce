// learning-law/compression: any bytes made small by a model that learns as it reads, and given back
export type { ByteChunks } from "./byte-reader.js";
export { type CompressOptions, compress } from "./compress.js";
export { type DecompressOptions, decompress } from "./decompress.js";
export type { DescribedPart } from "./describing-encoder.js";
export { LEVELS, memoryOf } from "./levels.js";
export type { ByteProgress } from "./portions.js";
