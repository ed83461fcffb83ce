import { createRandom } from "../src/base/random.js";
import { input } from "../src/graph/constants.js";
import { matmul } from "../src/graph/matmul.js";
import { compile } from "../src/runtime/compile.js";

export interface MatrixProduct {
  /** Floating-point operations of one call. */
  readonly flops: number;
  run(): Promise<void>;
  release(): Promise<void>;
}

/** A product of float32 matrices, M x K by K x N, through the project's own runtime. */
export async function matrixProduct(M: number, K: number, N: number): Promise<MatrixProduct> {
  const random = createRandom(1, "matrix product");
  const numbers = (length: number) => Float32Array.from({ length }, random.normal);
  const inputs = { a: numbers(M * K), b: numbers(K * N) };
  const outputs = { c: new Float32Array(M * N) };
  const program = await compile({ c: matmul(input("a", [M, K]), input("b", [K, N])) });
  return { flops: program.flops, run: () => program.run(inputs, outputs), release: () => program.release() };
}
