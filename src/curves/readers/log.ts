/** What a training log says, as it stands there: records with values by name. */
export interface Log {
  /** The file, or the run in it. */
  readonly name: string;
  /** Names of values, in the order in which they come. */
  readonly columns: readonly string[];
  readonly records: readonly LogRecord[];
}

/** What was logged at once. */
export interface LogRecord {
  /** Where in its file: "line 7". */
  readonly place: string;
  /** Numbers, and texts where the file has such; what was not logged is not there. */
  readonly values: ReadonlyMap<string, number | string>;
}

/** A file with what is in it. */
export interface Source {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** How one format of training logs is read. */
export interface LogReader {
  readonly name: string;
  /** What it is, in part of a sentence. */
  readonly about: string;
  /** Whether a file is of this format, as far as its name and its beginning tell. */
  readonly reads: (source: Source) => boolean;
  /** All logs in the file, of which there may be several. Throws InputError if it is damaged or empty. */
  readonly read: (source: Source) => Log[];
}

/** The log that records make. */
export function logOf(name: string, records: readonly LogRecord[]): Log {
  return { name, columns: [...new Set(records.flatMap(({ values }) => [...values.keys()]))], records };
}

/** The text of a file, without a byte order mark. */
export function textOf({ bytes }: Source): string {
  return new TextDecoder().decode(bytes);
}
