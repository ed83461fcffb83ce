/**
 * Examples as a model takes them: every field holds one row per example, all rows of a field having the same shape.
 * `transformer` has `tokens` (length + 1 ids a row); `perceptron` has `x` (D numbers) and `y` (0 or 1).
 */
export interface Examples {
  readonly count: number;
  readonly fields: Readonly<Record<string, Field>>;
}

/** What every example has of one kind, such as its tokens or its label. */
export interface Field {
  /** `count` rows, one after the other. */
  readonly data: Float32Array | Float64Array | BigInt64Array;
  /** The shape of one row; `[]` for a number an example. */
  readonly rowShape: readonly number[];
}

/** The examples of these rows, in their order: a copy. */
export function pick({ fields }: Examples, rows: Int32Array): Examples {
  const picked = ({ data, rowShape }: Field): Field => {
    const length = rowShape.reduce((product, size) => product * size, 1);
    const copy = new (data.constructor as new (length: number) => typeof data)(rows.length * length);
    rows.forEach((row, i) => {
      copy.set(data.subarray(row * length, (row + 1) * length) as never, i * length);
    });
    return { data: copy, rowShape };
  };
  return {
    count: rows.length,
    fields: Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, picked(field)])),
  };
}

/** The ids of an example's tokens: a view. The examples must have tokens. */
export function tokensOf({ fields }: Examples, n: number): BigInt64Array {
  const { data, rowShape } = fields.tokens;
  const [length] = rowShape;
  return (data as BigInt64Array).subarray(n * length, (n + 1) * length);
}

/** The predictions that every example's loss is a mean of: its targets that are not padding; 1 where it has no tokens. */
export function predictions(examples: Examples): Int32Array {
  const { count, fields } = examples;
  if (fields.tokens === undefined) return new Int32Array(count).fill(1);
  const targetsOf = (n: number) => tokensOf(examples, n).subarray(1);
  return Int32Array.from({ length: count }, (_, n) => targetsOf(n).reduce((sum, id) => sum + Number(id > 0n), 0));
}

/** Where a training example comes from: what a person needs to know of it when they see its weight. */
export interface Origin {
  /** The document, as `file:position` (position counted from 0 in the file), or `teacher:number` for drawn examples. */
  readonly document: string;
  /** The index, from 0, of the example's window in its document (see `packDocuments`); 0 for drawn examples. */
  readonly window: number;
  /** The text that the example holds, as the model sees it (perturbed, unknown tokens marked). */
  readonly text: string;
  /** True if the published perturbations (or label noise) were applied to it. */
  readonly perturbed: boolean;
}

/** The file of a document and its row there, counted from 0; `teacher` and the number of an example that was drawn. */
export interface Place {
  readonly file: string;
  readonly row: number;
}

/** What the name of a document, `file:position`, says of its place. */
export function placeOf(document: string): Place {
  const colon = document.lastIndexOf(":");
  return { file: document.slice(0, colon), row: Number(document.slice(colon + 1)) };
}

/** The four sets of a learning problem; no document is in two of them. */
export interface DataSplits {
  readonly train: Examples;
  /** One for each training example. */
  readonly origins: readonly Origin[];
  readonly desired: Examples;
  readonly validation: Examples;
  readonly test: Examples;
}
