import { z } from "zod";
import { InputError } from "../base/errors.js";
import { writeFileAtomically } from "./atomic-file.js";
import { digestOf, TENSOR_DIGEST } from "./digest.js";
import { readBytes } from "./read-file.js";

/*
 * The safetensors format, https://github.com/huggingface/safetensors#format: eight bytes N (unsigned, little-endian),
 * N bytes of JSON, then the tensors' bytes, row-major and little-endian. The JSON maps every name to its dtype, shape
 * and data_offsets [begin, end), counted from the end of the JSON; `__metadata__` maps strings to strings.
 */

/** An array of numbers with a shape. */
export interface Tensor {
  readonly data: Float32Array | Float64Array | BigInt64Array;
  /** Row-major; `[]` for a single number. */
  readonly shape: readonly number[];
}

/** What a safetensors file holds: tensors, and free text, by name. */
export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** In the order in which the reference writer lays them out: the strictest alignment first. */
const ARRAYS = { I64: BigInt64Array, F64: Float64Array, F32: Float32Array } as const;
const DTYPES = Object.keys(ARRAYS) as (keyof typeof ARRAYS)[];

const METADATA = "__metadata__";
const LENGTH_BYTES = 8;
/** The reference implementation's limit. */
const MAX_HEADER_BYTES = 100_000_000;

const Size = z.int().min(0);
const Entry = z.object({ dtype: z.string(), shape: z.array(Size), data_offsets: z.tuple([Size, Size]) });
/** Not `z.record`, which drops the name `__proto__`. */
const Metadata = z.custom<Record<string, string>>(
  (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((text) => typeof text === "string"),
);

/**
 * Writes tensors as the reference writer does (the same bytes for the same tensors: by dtype, then by name), atomically.
 * The metadata get a digest of all else, by which `readSafetensors` knows damage.
 *
 * @param metadata free text about the file, by name
 * @throws InputError if the path cannot be written
 * @throws Error if a tensor's shape does not match its number of elements, or its name is `__metadata__`
 */
export function writeSafetensors(
  path: string,
  tensors: Readonly<Record<string, Tensor>>,
  metadata?: Readonly<Record<string, string>>,
): void {
  const sorted = Object.entries(tensors).sort(([a, left], [b, right]) => {
    return DTYPES.indexOf(dtypeOf(left)) - DTYPES.indexOf(dtypeOf(right)) || (a < b ? -1 : 1);
  });
  let end = 0;
  const entries = sorted.map(([name, tensor]) => {
    const { data, shape } = tensor;
    if (name === METADATA) throw new Error(`a tensor cannot be called ${METADATA}`);
    if (elements(shape) !== data.length) {
      throw new Error(`tensor ${name} has ${data.length} elements, and its shape is [${shape.join(", ")}]`);
    }
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: dtypeOf(tensor), shape, data_offsets: [begin, end] }] as const;
  });
  const parts = sorted.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const described = (metadata: object) => JSON.stringify(Object.fromEntries([[METADATA, metadata], ...entries]));
  const json = Buffer.from(described({ ...metadata, [TENSOR_DIGEST]: digestOf(described({ ...metadata }), ...parts) }));

  // Padded, so that the first tensor begins at a multiple of its element's size.
  const header = Buffer.alloc(LENGTH_BYTES + Math.ceil(json.length / 8) * 8, " ");
  header.writeBigUInt64LE(BigInt(header.length - LENGTH_BYTES));
  json.copy(header, LENGTH_BYTES);
  writeFileAtomically(path, [header, ...parts]);
}

/**
 * Reads a file of F32, F64 and I64 tensors. The arrays share the file's one buffer where their alignment allows it.
 *
 * @throws InputError if the file cannot be read, is damaged, is not in the format, or holds a tensor of another dtype
 */
export function readSafetensors(path: string): SafetensorsFile {
  const bytes = readBytes(path);
  const damaged = (what: string) => new InputError(`${path} is not a valid safetensors file: ${what}`);
  if (bytes.length < LENGTH_BYTES) throw damaged(`it has ${bytes.length} bytes and needs at least ${LENGTH_BYTES}`);
  const headerBytes = Number(bytes.readBigUInt64LE());
  const start = LENGTH_BYTES + headerBytes;
  if (start > bytes.length || headerBytes > MAX_HEADER_BYTES) {
    throw damaged(`its header would be ${headerBytes} bytes long in a file of ${bytes.length} bytes`);
  }
  const header = parseHeader(bytes.toString("utf8", LENGTH_BYTES, start));
  if (header === undefined) throw damaged("its header is not a JSON object");

  const metadata = Metadata.safeParse(header[METADATA] ?? {});
  if (!metadata.success) throw damaged(`${METADATA} must map names to strings`);

  const { [TENSOR_DIGEST]: digest, ...texts } = metadata.data;
  const described = JSON.stringify({ ...header, [METADATA]: texts });
  if (digest !== undefined && digest !== digestOf(described, bytes.subarray(start)))
    throw damaged("its bytes are not those that were written");

  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => {
      const entry = Entry.safeParse(value);
      if (!entry.success) throw damaged(`tensor ${name} needs a dtype, a shape and two data_offsets`);
      return { name, ...entry.data };
    })
    .sort((a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);

  const dataBytes = bytes.length - start;
  let previousEnd = 0;
  const tensors = entries.map(({ name, dtype, shape, data_offsets: [begin, end] }) => {
    const known = DTYPES.find((candidate) => candidate === dtype);
    if (known === undefined) {
      throw new InputError(`tensor ${name} of ${path} has dtype ${dtype}; ${DTYPES.join(", ")} can be read`);
    }
    const ArrayType = ARRAYS[known];
    if (begin !== previousEnd || end < begin) {
      throw damaged(`tensor ${name} is at bytes ${begin} to ${end} and should begin at ${previousEnd}`);
    }
    if (end > dataBytes) throw damaged(`tensor ${name} ends at byte ${end} of ${dataBytes} bytes of data`);
    if (elements(shape) * ArrayType.BYTES_PER_ELEMENT !== end - begin) {
      throw damaged(`tensor ${name} has shape [${shape.join(", ")}], dtype ${dtype} and ${end - begin} bytes`);
    }
    previousEnd = end;
    return [name, { data: view(bytes.subarray(start + begin, start + end), ArrayType), shape }] as const;
  });
  if (previousEnd !== dataBytes) throw damaged(`its tensors end at byte ${previousEnd} of ${dataBytes} bytes of data`);
  return { tensors: Object.fromEntries(tensors), metadata: texts };
}

function dtypeOf({ data }: Tensor): keyof typeof ARRAYS {
  return DTYPES.find((dtype) => data instanceof ARRAYS[dtype])!;
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function parseHeader(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return text.startsWith("{") ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The bytes as numbers, copied only if they are not aligned for the type. */
function view(bytes: Buffer, ArrayType: (typeof ARRAYS)[keyof typeof ARRAYS]): Tensor["data"] {
  const aligned = bytes.byteOffset % ArrayType.BYTES_PER_ELEMENT === 0 ? bytes : Uint8Array.from(bytes);
  return new ArrayType(aligned.buffer as ArrayBuffer, aligned.byteOffset, aligned.length / ArrayType.BYTES_PER_ELEMENT);
}
