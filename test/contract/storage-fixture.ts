import { type Ballot, ballot, GROUP_ZERO, nodeId, type Slot, slot } from "../../src/base/ids.ts";
import type { Fatal, Timers } from "../../src/base/seams.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import type { KeyRecord } from "../../src/kv/command.ts";
import type { Row } from "../../src/kv/state.ts";
import { FRESH_META } from "../../src/kv/state.ts";
import type { Write } from "../../src/paxos/effects.ts";
import type { LogEntry } from "../../src/paxos/log-reader.ts";
import type { ValueKind } from "../../src/paxos/value.ts";
import type { FoundingIdentity } from "../../src/storage/identity-record.ts";
import type { LogWrite, Slice, StateStorage, Storage } from "../../src/storage/storage.ts";

export const crypto = new SystemCrypto();

export const IDENTITY: FoundingIdentity = {
  clusterId: new Uint8Array(32).fill(7),
  node: nodeId(2),
  incarnation: new Uint8Array(16).fill(9),
  genesis: {
    epoch: 1,
    members: [1, 2, 3].map((id) => ({
      id: nodeId(id),
      name: `n${id}`,
      address: { host: "127.0.0.1", port: 7400 + id },
      role: id === 3 ? ("learner" as const) : ("voter" as const),
      incarnation: new Uint8Array(16).fill(id),
    })),
    nextNodeId: 4,
  },
};

/** What a test's storage says instead of ending the process. */
export class FatalError extends Error {}

export const fatal: Fatal = (reason, cause) => {
  throw new FatalError(reason, { cause });
};

/** Timers that never fire: no test here waits for a disk to hang. */
export const stillTimers: Timers = {
  after: () => ({ cancel: () => undefined }),
  every: () => ({ cancel: () => undefined }),
  soon: (action) => setImmediate(action),
};

export const deps = { crypto, timers: stillTimers, fatal };

export function bal(round: number, node = 1): Ballot {
  return ballot(round, nodeId(node));
}

/** Bytes that differ everywhere, so that a misplaced piece shows. */
export function pattern(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed * 2_654_435_761 + 1;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

export interface EntryOptions {
  readonly round?: number;
  readonly chosen?: boolean;
  readonly kind?: ValueKind;
}

export function entryAt(at: number, bytes: Uint8Array, options: EntryOptions = {}): LogEntry {
  const { round = 1, chosen = false, kind = "batch" } = options;
  return { slot: slot(at), ballot: bal(round), value: { kind, bytes }, chosen };
}

export function entryWrite(at: number, bytes: Uint8Array, options: EntryOptions = {}): Write {
  return { kind: "entry", entry: entryAt(at, bytes, options) };
}

export function promise(round: number): Write {
  return { kind: "promised", ballot: bal(round) };
}

export function learned(at: number, digest = at * 31): Write {
  return { kind: "learned", watermark: slot(at), digest };
}

export function truncate(at: number): Write {
  return { kind: "truncate", below: slot(at) };
}

export function group(...writes: Write[]): LogWrite {
  return { kind: "group", group: GROUP_ZERO, writes };
}

export function write(storage: Storage, ...writes: Write[]): Promise<void> {
  return new Promise((resolve) => storage.writeLog([group(...writes)], resolve));
}

export function flush(state: StateStorage, slice: Slice): Promise<void> {
  return new Promise((resolve) => state.flush(slice, resolve));
}

export function record(value: Uint8Array, revision = 1): KeyRecord {
  return { value, createRevision: revision, modRevision: revision + 1, version: 3, leaseId: 0 };
}

export function keyRow(key: Uint8Array, value: KeyRecord | undefined): Row {
  return { table: "keys", key, record: value };
}

export function sliceOf(from: number, to: number, rows: readonly Row[], keyCount: number): Slice {
  const meta = { ...FRESH_META, revision: to * 10, timeMs: 1_700_000_000_000.25 + to, keyCount };
  const { genesis: membership } = IDENTITY;
  const hashes = { digest: to * 31, stateHash: to * 37 };
  return { from: slot(from), watermark: slot(to), rows, meta, ...hashes, membership };
}

export function slotsOf(entries: readonly LogEntry[]): Slot[] {
  return entries.map((entry) => entry.slot);
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Plain arrays and numbers, so that Buffers and Uint8Arrays compare by content. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .sort()
        .map(([name, field]) => [name, plain(field)]),
    );
  }
  return value;
}
