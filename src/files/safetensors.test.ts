import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../base/errors.js";
import { readSafetensors, type Tensor, writeSafetensors } from "./safetensors.js";

const folder = mkdtempSync(join(tmpdir(), "safetensors-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "file.safetensors");

function f32(...data: number[]): Tensor {
  return { data: Float32Array.from(data), shape: [data.length] };
}

/** A file with this header (an object, or the text itself) and this many bytes of data. */
function writeRaw(header: object | string, dataBytes: number): void {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(path, Buffer.concat([length, json, Buffer.alloc(dataBytes, 0x3f)]));
}

function refusal(): string {
  try {
    readSafetensors(path);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  return "read";
}

describe("files that writeSafetensors wrote", () => {
  test("are laid out as the reference writer does", () => {
    writeSafetensors(
      path,
      {
        b: f32(1.5),
        a: { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2, 3] },
        count: { data: BigInt64Array.of(-1n), shape: [] },
        mean: { data: Float64Array.of(Math.PI), shape: [1, 1] },
      },
      { made: "here" },
    );
    const bytes = readFileSync(path);
    const headerBytes = Number(bytes.readBigUInt64LE());
    expect(headerBytes % 8).toBe(0);
    const digest = /"learning-law.digest":"([0-9a-f]{16})"/.exec(bytes.toString("utf8", 8, 8 + headerBytes))?.[1];
    const json =
      `{"__metadata__":{"made":"here","learning-law.digest":"${digest}"},` +
      '"count":{"dtype":"I64","shape":[],"data_offsets":[0,8]},' +
      '"mean":{"dtype":"F64","shape":[1,1],"data_offsets":[8,16]},' +
      '"a":{"dtype":"F32","shape":[2,3],"data_offsets":[16,40]},' +
      '"b":{"dtype":"F32","shape":[1],"data_offsets":[40,44]}}';
    expect(bytes.toString("utf8", 8, 8 + headerBytes).trimEnd()).toBe(json);
    expect(bytes.length).toBe(8 + headerBytes + 44);
    expect(bytes.readBigInt64LE(8 + headerBytes)).toBe(-1n);
    expect(bytes.readDoubleLE(8 + headerBytes + 8)).toBe(Math.PI);
    expect(bytes.readFloatLE(8 + headerBytes + 40)).toBe(1.5);
  });

  test("are read back as they were written, whatever they hold", () => {
    const data = fc.oneof(fc.float32Array(), fc.float64Array(), fc.bigInt64Array());
    const name = fc.string({ unit: "grapheme" }).filter((text) => text !== "__metadata__");
    const metadata = fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, data)), metadata, (named, texts) => {
        const tensors = Object.fromEntries(named.map(([key, array]) => [key, { data: array, shape: [array.length] }]));
        writeSafetensors(path, tensors, texts);
        const file = readSafetensors(path);
        expect(Object.keys(file.tensors).sort()).toEqual(Object.keys(tensors).sort());
        for (const [key, tensor] of Object.entries(tensors)) expect(file.tensors[key]).toEqual(tensor);
        expect(Object.entries(file.metadata).sort()).toEqual(Object.entries(texts).sort());
      }),
      { numRuns: 50 },
    );
  });

  test("hold a view into a larger array only as far as it goes", () => {
    const whole = Float32Array.of(1, 2, 3, 4);
    writeSafetensors(path, { part: { data: whole.subarray(1, 3), shape: [2] } });
    expect(readSafetensors(path).tensors.part).toEqual(f32(2, 3));
  });

  test("are the same bytes in whatever order the tensors are given", () => {
    writeSafetensors(path, { a: f32(1), b: f32(2) });
    const bytes = readFileSync(path);
    writeSafetensors(path, { b: f32(2), a: f32(1) });
    expect(readFileSync(path)).toEqual(bytes);
  });
});

test("a shape that does not match the data, and the reserved name, are refused before anything is written", () => {
  rmSync(path, { force: true });
  expect(() => writeSafetensors(path, { a: { data: Float32Array.of(1, 2, 3), shape: [2, 2] } })).toThrow(
    "tensor a has 3 elements, and its shape is [2, 2]",
  );
  expect(() => writeSafetensors(path, { __metadata__: f32(1) })).toThrow("a tensor cannot be called __metadata__");
  expect(refusal()).toBe(`cannot read ${path}: there is no such file or folder`);
});

test("tensors that are not aligned in the file are read", () => {
  const header = (padding: string) =>
    `{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F64","shape":[1],"data_offsets":[4,12]}${padding}}`;
  for (const padding of ["", " ", "  ", "   "]) {
    writeRaw(header(padding), 12);
    const { tensors } = readSafetensors(path);
    expect(tensors.a.data[0]).toBe(Buffer.alloc(4, 0x3f).readFloatLE());
    expect(tensors.b.data[0]).toBe(Buffer.alloc(8, 0x3f).readDoubleLE());
  }
});

test("a file of others, whose metadata have a digest of their own, is read with it", () => {
  writeRaw({ __metadata__: { digest: "0123456789abcdef" }, a: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, 4);
  expect(readSafetensors(path).metadata).toEqual({ digest: "0123456789abcdef" });
});

test("a file without tensors or metadata is empty", () => {
  writeRaw({}, 0);
  expect(readSafetensors(path)).toEqual({ tensors: {}, metadata: {} });
});

describe("malformed files are refused in one sentence:", () => {
  const tensor = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype: unknown = "F32") => {
    return { dtype, shape, data_offsets: [begin, end] };
  };
  test.each<[string, object | string, number, string]>([
    ["not JSON", "{oops", 0, "its header is not a JSON object"],
    ["a list", "[]", 0, "its header is not a JSON object"],
    ["null", "null", 0, "its header is not a JSON object"],
    ["no offsets", { a: { dtype: "F32", shape: [1] } }, 4, "tensor a needs a dtype, a shape and two data_offsets"],
    ["no object", { a: 7 }, 4, "tensor a needs a dtype, a shape and two data_offsets"],
    ["a negative size", { a: tensor(0, 4, [-1]) }, 4, "tensor a needs a dtype, a shape and two data_offsets"],
    ["a fraction", { a: tensor(0, 4, [0.5]) }, 4, "tensor a needs a dtype, a shape and two data_offsets"],
    ["metadata of numbers", { __metadata__: { a: 1 } }, 0, "__metadata__ must map names to strings"],
    ["an overlap", { a: tensor(0, 8), b: tensor(4, 8) }, 8, "tensor b is at bytes 4 to 8 and should begin at 8"],
    ["a hole", { a: tensor(0, 4), b: tensor(8, 12) }, 12, "tensor b is at bytes 8 to 12 and should begin at 4"],
    ["an end before its begin", { a: tensor(0, 8), b: tensor(8, 4, []) }, 8, "tensor b is at bytes 8 to 4"],
    ["beyond the end", { a: tensor(0, 8) }, 4, "tensor a ends at byte 8 of 4 bytes of data"],
    ["bytes left over", { a: tensor(0, 4) }, 5, "its tensors end at byte 4 of 5 bytes of data"],
    ["a wrong shape", { a: tensor(0, 8, [3]) }, 8, "tensor a has shape [3], dtype F32 and 8 bytes"],
    ["a huge shape", { a: tensor(0, 0, [2 ** 53 - 1, 2 ** 53 - 1, 0]) }, 1, "its tensors end at byte 0 of 1"],
  ])("%s", (_, header, dataBytes, message) => {
    writeRaw(header, dataBytes);
    expect(refusal()).toContain(`${path} is not a valid safetensors file: ${message}`);
  });

  test("an unknown dtype", () => {
    for (const dtype of ["BF16", "toString"]) {
      writeRaw({ a: tensor(0, 4, [2], dtype) }, 4);
      expect(refusal()).toBe(`tensor a of ${path} has dtype ${dtype}; I64, F64, F32 can be read`);
    }
  });

  test("too short", () => {
    writeFileSync(path, "1234567");
    expect(refusal()).toBe(`${path} is not a valid safetensors file: it has 7 bytes and needs at least 8`);
  });

  test("a header longer than the file", () => {
    writeFileSync(path, Buffer.alloc(20, 0xff));
    expect(refusal()).toContain("bytes long in a file of 20 bytes");
    writeSafetensors(path, { a: f32(1, 2, 3) });
    writeFileSync(path, readFileSync(path).subarray(0, 40));
    expect(refusal()).toContain("bytes long in a file of 40 bytes");
  });

  test("cut or changed anywhere, a file is refused or read, never an error of another kind", () => {
    writeSafetensors(path, { a: f32(1, 2), b: { data: BigInt64Array.of(1n), shape: [1] } }, { note: "x" });
    const bytes = readFileSync(path);
    for (let position = 0; position < bytes.length; position++) {
      writeFileSync(path, bytes.subarray(0, position));
      expect(refusal()).not.toBe("read");
      const changed = Buffer.from(bytes);
      changed[position] ^= 0x55;
      writeFileSync(path, changed);
      refusal();
    }
  });
});
