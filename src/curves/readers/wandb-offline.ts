import protobuf from "protobufjs";
import { InputError } from "../../base/errors.js";
import { crc32 } from "./cyclic-checks.js";
import { valuesOf } from "./json-lines.js";
import { type LogReader, type LogRecord, logOf } from "./log.js";
import { parsePythonJson } from "./python-json.js";

/** What is read of wandb_internal.proto of Weights & Biases. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Record { HistoryRecord history = 2; RunRecord run = 17; }
  message RunRecord { string display_name = 8; }
  message HistoryRecord { repeated HistoryItem item = 1; }
  message HistoryItem { string key = 1; repeated string nested_key = 2; string value_json = 16; }
`);
const Record = root.lookupType("Record");

interface RecordMessage {
  readonly history?: { readonly item: readonly HistoryItem[] };
  readonly run?: { readonly displayName: string };
}
interface HistoryItem {
  readonly key: string;
  readonly nestedKey: readonly string[];
  readonly valueJson: string;
}

/** ":W&B", 0xBEE1 and the version 0. */
const MAGIC = Uint8Array.of(0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0);
const BLOCK = 32 * 1024;
const HEADER = 7;
/** What part of a record a fragment is. */
const FULL = 1;
const FIRST = 2;
const LAST = 4;

/**
 * The file run-ID.wandb in which Weights & Biases keeps a run that is offline: a log as LevelDB has it, in blocks of 32 KiB, whose
 * fragments are a CRC-32, a length (uint16), a kind, and that many bytes, put together to records.
 */
export const wandbOffline: LogReader = {
  name: "wandb-offline",
  about: "offline runs of Weights & Biases (run-ID.wandb)",
  reads: ({ path }) => /\.wandb$/i.test(path),
  read({ path, bytes }) {
    if (MAGIC.some((byte, i) => bytes[i] !== byte))
      throw new InputError(`${path} does not begin as an offline run of Weights & Biases does; restore it`);
    const records: LogRecord[] = [];
    let name = "";
    for (const [i, data] of [...recordsOf(path, bytes)].entries()) {
      const { history, run } = decoded(data, path, i);
      if (run !== undefined) name = run.displayName;
      if (history !== undefined)
        records.push({ place: `record ${i + 1}`, values: historyValues(history.item, path, i) });
    }
    if (records.length === 0) throw new InputError(`${path} has no history; log some, or give another run`);
    return [logOf(name === "" ? path : `${path}: ${name}`, records)];
  },
};

/** The bytes of every record. Throws InputError where the file was cut short or a check does not hold. */
function* recordsOf(path: string, bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let parts: Uint8Array[] = [];
  let record = 1;
  const cut = () =>
    new InputError(`${path} ends within record ${record}: it was cut short, or is still being written; copy it again`);
  for (let at = MAGIC.length; at < bytes.length; ) {
    const left = BLOCK - (at % BLOCK);
    if (left < HEADER) {
      at += left;
      continue;
    }
    if (at + HEADER > bytes.length) throw cut();
    const [length, kind] = [view.getUint16(at + 4, true), bytes[at + 6]];
    const end = at + HEADER + length;
    if (length > left - HEADER || kind < FULL || kind > LAST) throw damaged(path, record);
    if (end > bytes.length) throw cut();
    if (view.getUint32(at, true) !== crc32(bytes.subarray(at + 6, end))) throw damaged(path, record);
    if ((kind === FULL || kind === FIRST) !== (parts.length === 0)) throw damaged(path, record);
    parts.push(bytes.subarray(at + HEADER, end));
    if (kind === FULL || kind === LAST) {
      yield joined(parts);
      parts = [];
      record++;
    }
    at = end;
  }
  if (parts.length > 0) throw cut();
}

function damaged(path: string, record: number): InputError {
  return new InputError(`${path} is damaged: the check of record ${record} does not hold; restore it`);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function decoded(data: Uint8Array, path: string, index: number): RecordMessage {
  try {
    return Record.toObject(Record.decode(data), { arrays: true }) as RecordMessage;
  } catch {
    throw new InputError(`${path} is damaged: record ${index + 1} is none of Weights & Biases'; restore it`);
  }
}

/** Numbers and texts by their names; those of dictionaries in dictionaries as `train/loss`. */
function historyValues(items: readonly HistoryItem[], path: string, index: number): LogRecord["values"] {
  const members = items.map(({ key, nestedKey, valueJson }) => {
    const name = nestedKey.length > 0 ? nestedKey.join("/") : key;
    return `${JSON.stringify(name)}: ${valueJson}`;
  });
  try {
    return valuesOf(parsePythonJson(`{${members.join(", ")}}`) as object);
  } catch {
    throw new InputError(`${path} is damaged: record ${index + 1} has a value that is no JSON; restore it`);
  }
}
