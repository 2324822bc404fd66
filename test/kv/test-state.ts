import { crc32 } from "node:zlib";
import { compareBytes } from "../../src/base/bytes.ts";
import { BALLOT_ZERO, type Slot } from "../../src/base/ids.ts";
import type {
  Batch,
  Change,
  Command,
  Extent,
  KeyRecord,
  Operation,
  TxnOperation,
} from "../../src/kv/command.ts";
import { keyText, textBytes } from "../../src/kv/key-text.ts";
import type { RecoveredMachine } from "../../src/kv/machine.ts";
import type { Principal } from "../../src/kv/principal.ts";
import {
  type AppliedState,
  type EventRow,
  type ExecutedRecord,
  type Expiry,
  FRESH_META,
  type Lease,
  type MachineMeta,
  type Row,
  type SlotEffects,
} from "../../src/kv/state.ts";

/** The state of a disk as plain tables: rows replace rows. */
export class TestState implements AppliedState {
  readonly keys = new Map<string, readonly [Uint8Array, KeyRecord]>();
  readonly executed = new Map<Slot, readonly ExecutedRecord[]>();
  readonly leases = new Map<number, Lease>();
  readonly expiries = new Map<string, Expiry>();
  readonly principals = new Map<string, Principal>();
  readonly deleted = new Map<string, number>();
  readonly events: EventRow[] = [];
  meta: MachineMeta = FRESH_META;

  write(rows: readonly Row[], meta: MachineMeta): void {
    for (const row of rows) {
      if (row.table === "executed") setRow(this.executed, row.slot, row.records);
      else if (row.table === "leases") setRow(this.leases, row.id, row.lease);
      else if (row.table === "expiries") setRow(this.expiries, keyText(row.key), row.expiry);
      else if (row.table === "principals") setRow(this.principals, row.id, row.principal);
      else if (row.table === "tombstones") setRow(this.deleted, keyText(row.key), row.revision);
      else if (row.table === "events") this.events.push(row);
      else setRow(this.keys, keyText(row.key), row.record && ([row.key, row.record] as const));
    }
    this.meta = meta;
  }

  add(effects: SlotEffects): void {
    this.write(effects.rows, effects.meta);
  }

  get(key: Uint8Array): KeyRecord | undefined {
    return this.keys.get(keyText(key))?.[1];
  }

  *range(start: Uint8Array, end: Uint8Array | undefined): Iterable<readonly [Uint8Array, KeyRecord]> {
    const inside = [...this.keys.values()].filter(
      ([key]) => compareBytes(key, start) >= 0 && (end === undefined || compareBytes(key, end) < 0),
    );
    yield* inside.sort(([left], [right]) => compareBytes(left, right));
  }

  tombstone(key: Uint8Array): number | undefined {
    return this.deleted.get(keyText(key));
  }

  *tombstones(start: Uint8Array, end: Uint8Array | undefined): Iterable<readonly [Uint8Array, number]> {
    const all = [...this.deleted].map(([key, revision]) => [textBytes(key), revision] as const);
    const inside = all.filter(
      ([key]) => compareBytes(key, start) >= 0 && (end === undefined || compareBytes(key, end) < 0),
    );
    yield* inside.sort(([left], [right]) => compareBytes(left, right));
  }

  eventRows(from: number): Iterable<EventRow> {
    return this.events.filter(({ revision }) => revision >= from);
  }

  /** What a machine that starts here is given. */
  recovered(): RecoveredMachine {
    return {
      meta: this.meta,
      executed: () => this.executedRows(),
      leases: () => [...this.leases].map(([id, lease]) => ({ id, lease })),
      expiries: () => [...this.expiries].map(([key, expiry]) => ({ key: textBytes(key), expiry })),
      principals: () => [...this.principals].map(([id, principal]) => ({ id, principal })),
    };
  }

  /** Ascending, as a disk gives them. */
  executedRows(): { slot: Slot; records: readonly ExecutedRecord[] }[] {
    const slots = [...this.executed.keys()].sort((left, right) => left - right);
    return slots.map((slot) => ({ slot, records: this.executed.get(slot) ?? [] }));
  }
}

function setRow<Key, Content>(table: Map<Key, Content>, key: Key, content: Content | undefined): void {
  if (content === undefined) table.delete(key);
  else table.set(key, content);
}

export const testCrypto = { crc32: (bytes: Uint8Array, seed?: number): number => crc32(bytes, seed) };

export const text = (words: string): Uint8Array => new Uint8Array(Buffer.from(words));

export function put(key: string, value: string, previous = false): Operation {
  return { kind: "put", key: text(key), value: text(value), previous };
}

export function del(key: string, previous = false): Operation {
  return { kind: "delete", key: text(key), previous };
}

export function delRange(start: string, end: string | undefined, extent: Extent): Operation {
  return { kind: "delete-range", start: text(start), end: end === undefined ? undefined : text(end), extent };
}

export function putAll(entries: Readonly<Record<string, string>>): Operation {
  const made = Object.entries(entries).map(([key, value]) => ({ key: text(key), value: text(value) }));
  return { kind: "put-all", entries: made };
}

export function modify(key: string, change: Change): Operation {
  return { kind: "modify", key: text(key), change, returnsValue: true, previous: false };
}

export function txn(parts: Partial<Omit<TxnOperation, "kind">>): TxnOperation {
  return { kind: "txn", compares: [], steps: [], otherwise: [], ...parts };
}

/** A command with a stand-in for the encoded operation: different operations have different payloads. */
export function command(
  operation: Operation,
  who: { client?: number; sequence: number; acknowledged?: number; deadlineMs?: number },
): Command {
  const { client = 1, sequence, acknowledged = 0, deadlineMs = 1_000_000 } = who;
  const identity = { client: new Uint8Array(16).fill(client), sequence, acknowledged, deadlineMs };
  const content = JSON.stringify(operation, (_, part: unknown) =>
    part instanceof Uint8Array ? Buffer.from(part).toString("latin1") : part,
  );
  return { identity, operation, payload: text(content) };
}

export function batch(stampMs: number, ...commands: readonly Command[]): Batch {
  return { stampMs, wallMs: 0, reign: BALLOT_ZERO, commands };
}
