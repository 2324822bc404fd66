import { type Ballot, formatBallot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import type { Input, Notice, ReplicaView, Write } from "../paxos/effects.ts";
import type { LogEntry } from "../paxos/log-reader.ts";
import type { Message, SlotReport } from "../paxos/messages.ts";
import type { Step } from "./step.ts";
import type { Json, JsonObject, StepLine } from "./trace-line.ts";

/** Bytes up to this many are recorded themselves, longer ones by length and checksum. */
const BYTES_RECORDED_MAX = 192;
/** Of a longer list only so many items are recorded, and how many more there were. */
const LIST_MAX = 32;

type BallotFieldOf<T> = T extends unknown
  ? { [Field in keyof T]: T[Field] extends Ballot ? Field : never }[keyof T]
  : never;
type BallotField = BallotFieldOf<Input | Write | LogEntry | Message | SlotReport | Notice | ReplicaView>;

/** The fields that hold ballots, wherever they occur; the type sees to it that none is forgotten. */
const BALLOT_FIELDS: Readonly<Record<BallotField, true>> = {
  ballot: true,
  promised: true,
  handOver: true,
  acceptedMax: true,
};

export interface StepRecorderOptions {
  /** The name of the node whose steps these are. */
  readonly node: string;
  readonly crypto: Pick<Crypto, "crc32">;
  /** Items recorded of each list, LIST_MAX by default. */
  readonly listMax?: number;
}

/**
 * A step as plain data, `at` the given time in ms: ballots as text, bytes as `{length, crc32, base64?}`, a list that is
 * cut ends with `{more}`. What is empty or undefined is left out.
 */
export function recordStep(step: Step, at: number, options: StepRecorderOptions): StepLine {
  const { effects, view, input, group } = step;
  const copy = (value: unknown): Json => copyOf(value, options);
  const lists: Record<string, unknown> = { ...effects };
  if (effects.writes.length === 0) {
    delete lists["writeSequence"];
    delete lists["urgent"];
  }
  const kept = Object.entries(lists).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  return {
    type: "step",
    at: Math.round(at * 1000) / 1000,
    node: options.node,
    group,
    input: copy(input) as JsonObject,
    effects: Object.fromEntries(kept.map(([name, value]) => [name, copy(value)])),
    view: copy(view) as JsonObject,
  };
}

function copyOf(value: unknown, options: StepRecorderOptions): Json {
  if (value instanceof Uint8Array) return bytesOf(value, options.crypto);
  if (Array.isArray(value)) return listOf(value, options);
  if (typeof value === "object" && value !== null) return objectOf(value, options);
  return typeof value === "number" || typeof value === "boolean" || typeof value === "string" ? value : null;
}

function bytesOf(bytes: Uint8Array, crypto: Pick<Crypto, "crc32">): JsonObject {
  const { length } = bytes;
  const crc32 = crypto.crc32(bytes).toString(16).padStart(8, "0");
  if (length > BYTES_RECORDED_MAX) return { length, crc32 };
  return { length, crc32, base64: Buffer.from(bytes).toString("base64") };
}

function listOf(list: readonly unknown[], options: StepRecorderOptions): Json {
  const listMax = options.listMax ?? LIST_MAX;
  const items = list.slice(0, listMax).map((item) => copyOf(item, options));
  return list.length > listMax ? [...items, { more: list.length - listMax }] : items;
}

function objectOf(object: object, options: StepRecorderOptions): JsonObject {
  const copy: Record<string, Json> = {};
  for (const [name, value] of Object.entries(object)) {
    if (value === undefined) continue;
    copy[name] = name in BALLOT_FIELDS ? formatBallot(value as Ballot) : copyOf(value, options);
  }
  return copy;
}
