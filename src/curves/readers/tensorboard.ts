import protobuf from "protobufjs";
import { InputError } from "../../base/errors.js";
import { maskedCrc32c } from "./cyclic-checks.js";
import { type LogReader, type LogRecord, logOf } from "./log.js";

/** What is read of TensorFlow's event.proto, summary.proto and tensor.proto. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Event { int64 step = 2; Summary summary = 5; }
  message Summary { repeated Value value = 1;
    message Value { string tag = 1; oneof value { float simple_value = 2; Tensor tensor = 8; } } }
  message Tensor { int32 dtype = 1; bytes tensor_content = 4; repeated float float_val = 5; repeated double double_val = 6; }
`);
const Event = root.lookupType("Event");

interface EventMessage {
  readonly step: number;
  readonly summary?: { readonly value: readonly SummaryValue[] };
}
interface SummaryValue {
  readonly tag: string;
  readonly simpleValue?: number;
  readonly tensor?: TensorMessage;
}
interface TensorMessage {
  readonly dtype: number;
  readonly tensorContent?: Uint8Array;
  readonly floatVal?: readonly number[];
  readonly doubleVal?: readonly number[];
}

/** DT_FLOAT and DT_DOUBLE of types.proto. */
const FLOAT = 1;
const DOUBLE = 2;

/**
 * The event files that TensorBoard shows: records of a length (uint64), its masked CRC-32C, that many bytes, and theirs; each
 * an Event, whose scalars are a value of their own or, by newer writers, a tensor of one number.
 */
export const tensorboard: LogReader = {
  name: "tensorboard",
  about: "event files of TensorBoard",
  reads: ({ path }) => /tfevents/.test(path),
  read({ path, bytes }) {
    const records = [...eventsOf(path, bytes)].flatMap((event, i): LogRecord[] => {
      const { step, summary } = decoded(event, path, i);
      const values = (summary?.value ?? []).flatMap((value) => {
        const number = scalarOf(value);
        return number === undefined ? [] : [[value.tag, number] as const];
      });
      return values.length === 0 ? [] : [{ place: `event ${i + 1}`, values: new Map([["step", step], ...values]) }];
    });
    if (records.length === 0) throw new InputError(`${path} holds no scalars; log some, or give another event file`);
    return [logOf(path, records)];
  },
};

/** The bytes of every event. Throws InputError where the file was cut short or a check does not hold. */
function* eventsOf(path: string, bytes: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cut = (event: number) =>
    new InputError(`${path} ends within event ${event}: it was cut short, or is still being written; copy it again`);
  for (let at = 0, event = 1; at < bytes.length; event++) {
    if (at + 12 > bytes.length) throw cut(event);
    const length = Number(view.getBigUint64(at, true));
    const data = bytes.subarray(at + 12, at + 12 + length);
    if (view.getUint32(at + 8, true) !== maskedCrc32c(bytes.subarray(at, at + 8)))
      throw new InputError(`${path} is damaged at event ${event}, or is no event file of TensorBoard; restore it`);
    if (at + 16 + length > bytes.length) throw cut(event);
    if (view.getUint32(at + 12 + length, true) !== maskedCrc32c(data))
      throw new InputError(`${path} is damaged: the check of event ${event} does not hold; restore it`);
    yield data;
    at += 16 + length;
  }
}

function decoded(data: Uint8Array, path: string, index: number): EventMessage {
  try {
    return Event.toObject(Event.decode(data), { longs: Number, defaults: false, arrays: true }) as EventMessage & {
      step: number;
    };
  } catch {
    throw new InputError(`${path} is damaged: event ${index + 1} is none of TensorBoard's; restore it`);
  }
}

/** The number of a scalar; undefined of what is none. */
function scalarOf({ simpleValue, tensor }: SummaryValue): number | undefined {
  if (simpleValue !== undefined) return simpleValue;
  if (tensor === undefined) return undefined;
  const { dtype, tensorContent: content = new Uint8Array(), floatVal = [], doubleVal = [] } = tensor;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (dtype === FLOAT) return content.length === 4 ? view.getFloat32(0, true) : floatVal[0];
  if (dtype === DOUBLE) return content.length === 8 ? view.getFloat64(0, true) : doubleVal[0];
  return undefined;
}
