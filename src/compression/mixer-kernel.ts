/*
 * The two loops that most of the time goes into, as a WebAssembly module of a page: four products at a time, which
 * JavaScript cannot ask for. Its instructions are those of the 128-bit SIMD proposal of 2021 and no relaxed ones, whose
 * results differ from machine to machine: multiplication and addition of single floats are IEEE 754's, in this order.
 */

/** The instructions that are used, as the WebAssembly specification 2.0 numbers them. */
const loop = [0x03, 0x40];
const end = [0x0b];
const again = [0x0d, 0];
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const constant = (value: number) => [0x41, value];
const i32 = { add: [0x6a], lessThan: [0x49] };
const f32 = { add: [0x92] };
/** An address is that on the stack and an offset, at a multiple of 2^4. */
const load = (offset: number) => [0xfd, 0x00, 4, offset];
const store = (offset: number) => [0xfd, 0x0b, 4, offset];
const f32x4 = {
  splat: [0xfd, 0x13],
  lane: (i: number) => [0xfd, 0x1f, i],
  add: [0xfd, 0xe4, 0x01],
  mul: [0xfd, 0xe6, 0x01],
};
const I32 = 0x7f;
const F32 = 0x7d;
const V128 = 0x7b;

/** Floats that one turn of the loops takes: inputs are a multiple of it. */
export const FLOATS_AT_ONCE = 8;

const next = (pointer: number) => [...get(pointer), ...constant(4 * FLOATS_AT_ONCE), ...i32.add, ...tee(pointer)];

/** (x, w, end) -> the sum of x[i] w[i] */
const dotBody = () => {
  const [x, w, stop, a, b] = [0, 1, 2, 3, 4];
  const product = (sum: number, offset: number) => [
    ...get(x),
    ...load(offset),
    ...get(w),
    ...load(offset),
    ...f32x4.mul,
    ...get(sum),
    ...f32x4.add,
    ...set(sum),
  ];
  const lane = (i: number) => [...get(a), ...f32x4.lane(i)];
  return [
    ...loop,
    ...product(a, 0),
    ...product(b, 16),
    ...next(w),
    ...set(w),
    ...next(x),
    ...get(stop),
    ...i32.lessThan,
    ...again,
    ...end,
    ...[...get(a), ...get(b), ...f32x4.add, ...set(a)],
    ...[...lane(0), ...lane(1), ...f32.add, ...lane(2), ...lane(3), ...f32.add, ...f32.add],
    ...end,
  ];
};

/** (x, w, end, error): w[i] <- w[i] + error x[i] */
const trainBody = () => {
  const [x, w, stop, error, splat] = [0, 1, 2, 3, 4];
  const step = (offset: number) => [
    ...get(w),
    ...get(x),
    ...load(offset),
    ...get(splat),
    ...f32x4.mul,
    ...get(w),
    ...load(offset),
    ...f32x4.add,
    ...store(offset),
  ];
  return [
    ...[...get(error), ...f32x4.splat, ...set(splat)],
    ...loop,
    ...step(0),
    ...step(16),
    ...next(w),
    ...set(w),
    ...next(x),
    ...get(stop),
    ...i32.lessThan,
    ...again,
    ...end,
    ...end,
  ];
};

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}
const vector = (items: readonly (readonly number[])[]) => [...leb(items.length), ...items.flat()];
const sized = (bytes: readonly number[]) => [...leb(bytes.length), ...bytes];
const text = (name: string) => sized(Array.from(name, (letter) => letter.charCodeAt(0)));
const section = (id: number, content: readonly number[]) => [id, ...sized(content)];

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const type = (parameters: number[], results: number[]) => [0x60, ...sized(parameters), ...sized(results)];
  const code = (locals: number[][], body: number[]) => sized([...vector(locals), ...body]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([type([I32, I32, I32], [F32]), type([I32, I32, I32, F32], [])])),
    ...section(2, vector([[...text("js"), ...text("memory"), 0x02, 0x00, 1]])),
    ...section(3, vector([[0], [1]])),
    ...section(
      7,
      vector([
        [...text("dot"), 0x00, 0],
        [...text("train"), 0x00, 1],
      ]),
    ),
    ...section(10, vector([code([[2, V128]], dotBody()), code([[1, V128]], trainBody())])),
  ]);
}

export interface MixerKernel {
  /** The sum of x[i] w[i], for x from one address to another, and w from its own. */
  dot(x: number, w: number, end: number): number;
  /** w[i] += error x[i] */
  train(x: number, w: number, end: number, error: number): void;
}

let compiled: WebAssembly.Module | undefined;

/** The loops over a memory. */
export function mixerKernel(memory: WebAssembly.Memory): MixerKernel {
  compiled ??= new WebAssembly.Module(moduleBytes());
  return new WebAssembly.Instance(compiled, { js: { memory } }).exports as unknown as MixerKernel;
}
