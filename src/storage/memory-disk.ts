import { unreachable } from "../base/assert.ts";
import { compareBytes } from "../base/bytes.ts";
import type { GroupId, NodeId, Slot } from "../base/ids.ts";
import { slot } from "../base/ids.ts";
import type { KeyRecord } from "../kv/command.ts";
import { keyText } from "../kv/key-text.ts";
import type { Principal } from "../kv/principal.ts";
import { rowBytes } from "../kv/slice.ts";
import {
  type EventRow,
  type ExecutedRecord,
  type Expiry,
  FRESH_META,
  type Lease,
  type MachineMeta,
  type Row,
} from "../kv/state.ts";
import type { Write } from "../paxos/effects.ts";
import type { LogEntry } from "../paxos/log-reader.ts";
import type { Membership } from "../paxos/membership.ts";
import type { FoundingIdentity } from "./identity-record.ts";
import { LogSummary } from "./log-summary.ts";
import type { SnapshotManifest, StateMark } from "./snapshot.ts";
import type { PeerRecord, Slice } from "./storage.ts";
import { TrimAllowance } from "./trim-allowance.ts";

/** What one group's log looks like on a disk in memory. */
export class MemoryLog {
  readonly summary: LogSummary;
  readonly entries: Map<Slot, LogEntry>;
  readonly damaged: Set<Slot>;
  /** Damaged since the log was opened: what was verified then still counts as held by whoever has it open. */
  readonly unnoticed: Set<Slot>;
  /** Of all values; kept up to date, since it is asked for all the time. */
  #bytes = 0;

  constructor(from?: MemoryLog) {
    this.#bytes = from?.bytes ?? 0;
    this.summary = from?.summary.copy() ?? new LogSummary();
    this.entries = new Map(from?.entries);
    this.damaged = new Set(from?.damaged);
    this.unnoticed = new Set(from?.unnoticed);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the slot has an entry, as far as can be known without reading it again. */
  holds(at: Slot): boolean {
    return this.entries.has(at) || this.unnoticed.has(at);
  }

  /** Whether every slot from `from` up to the learned watermark can be read. */
  isWhole(from: Slot): boolean {
    const { firstKept, learned } = this.summary;
    return (
      firstKept <= from && from <= learned && [...this.damaged].every((at) => at < from || at >= learned)
    );
  }

  /** The slot's record, if there is one, fails its checks from here on. */
  damage(at: Slot): void {
    if (!this.#delete(at)) return;
    this.damaged.add(at);
    this.unnoticed.add(at);
  }

  /** One atomic batch. */
  apply(writes: readonly Write[]): void {
    for (const write of writes) this.#applyOne(write);
    for (const write of writes) if (write.kind === "entry") this.summary.assertAccepted(write.entry);
    this.summary.assertMembership();
  }

  #delete(at: Slot): boolean {
    this.#bytes -= this.entries.get(at)?.value.bytes.length ?? 0;
    return this.entries.delete(at);
  }

  #drop(below: Slot): void {
    for (const at of this.entries.keys()) if (at < below) this.#delete(at);
    for (const at of this.damaged) if (at < below) this.damaged.delete(at);
  }

  #applyOne(write: Write): void {
    switch (write.kind) {
      case "promised":
        this.summary.onPromised(write.ballot);
        return;
      case "entry":
        this.summary.onEntry(write.entry);
        this.#delete(write.entry.slot);
        this.entries.set(write.entry.slot, write.entry);
        this.#bytes += write.entry.value.bytes.length;
        this.damaged.delete(write.entry.slot);
        this.unnoticed.delete(write.entry.slot);
        return;
      case "learned":
        this.summary.onLearned(write.watermark, write.digest, (at) => this.holds(at));
        return;
      case "membership":
        this.summary.onMembership(write);
        return;
      case "truncate":
        this.summary.onTruncate(write.below);
        this.#drop(write.below);
        return;
      case "install":
        this.summary.onInstall(write.watermark, write.digest);
        this.#drop(write.watermark);
        return;
    }
  }
}

/** The content of a row: no two rows share one. */
export type StateRecord = KeyRecord | readonly ExecutedRecord[] | Lease | Expiry | Principal | EventRow;

/** What a slice takes away besides what it says: changes that are forgotten, and keys of tombstones. */
export interface Trimmed {
  readonly events: readonly EventRow[];
  readonly tombstones: readonly string[];
}

/** What one group's state looks like on a disk in memory. */
export class MemoryState {
  watermark: Slot;
  meta: MachineMeta;
  digest: number;
  stateHash: number;
  /** Undefined: the one at genesis. */
  membership: Membership | undefined;
  /** Ascending by key. */
  readonly keys: (readonly [Uint8Array, KeyRecord])[];
  readonly executed: Map<Slot, readonly ExecutedRecord[]>;
  readonly leases: Map<number, Lease>;
  /** By key. */
  readonly expiries: Map<string, Expiry>;
  readonly principals: Map<string, Principal>;
  /** Revisions by key. */
  readonly tombstones: Map<string, number>;
  /** Ascending. */
  readonly events: EventRow[];
  /** Rows that fail their checks, until they are written again. */
  readonly damaged: Set<StateRecord>;
  /** Found damaged while it was in use: not to be trusted again. */
  isCondemned = false;
  #bytes = 0;

  constructor(from?: MemoryState) {
    this.#bytes = from?.bytes ?? 0;
    this.watermark = from?.watermark ?? slot(1);
    this.meta = from?.meta ?? FRESH_META;
    this.digest = from?.digest ?? 0;
    this.stateHash = from?.stateHash ?? 0;
    this.membership = from?.membership;
    this.keys = from === undefined ? [] : [...from.keys];
    this.executed = new Map(from?.executed);
    this.leases = new Map(from?.leases);
    this.expiries = new Map(from?.expiries);
    this.principals = new Map(from?.principals);
    this.tombstones = new Map(from?.tombstones);
    this.events = from === undefined ? [] : [...from.events];
    this.damaged = new Set(from?.damaged);
    this.isCondemned = from?.isCondemned ?? false;
  }

  /** Of all keys and values; kept up to date, since it is asked for all the time. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Answers what it took away of its own accord. */
  apply(slice: Slice): Trimmed {
    const trimmed = this.#trim(slice);
    for (const row of slice.rows) this.write(row);
    this.setMark({ ...slice, machine: slice.meta });
    return trimmed;
  }

  setMark(mark: Omit<StateMark, "counts">): void {
    this.watermark = mark.watermark;
    this.meta = mark.machine;
    this.digest = mark.digest;
    this.stateHash = mark.stateHash;
    this.membership = mark.membership;
  }

  /** Takes away some of the changes that are forgotten, and the tombstones that belong to them. */
  #trim(slice: Slice): Trimmed {
    const allowance = new TrimAllowance(slice);
    const tombstones: string[] = [];
    let count = 0;
    for (const row of this.events) {
      if (row.revision > slice.meta.compacted || allowance.isSpent) break;
      allowance.take(rowBytes(row));
      count++;
      for (const { key, revision } of row.events) {
        const text = keyText(key);
        if (this.tombstones.get(text) !== revision) continue;
        this.tombstones.delete(text);
        tombstones.push(text);
      }
    }
    return { events: this.events.splice(0, count), tombstones };
  }

  write(row: Row): void {
    switch (row.table) {
      case "keys":
        return this.#setKey(row.key, row.record);
      case "executed":
        return setRow(this.executed, row.slot, row.records);
      case "leases":
        return setRow(this.leases, row.id, row.lease && { ...row.lease });
      case "expiries":
        return setRow(this.expiries, keyText(row.key), row.expiry && { ...row.expiry });
      case "principals":
        return setRow(this.principals, row.id, row.principal && { ...row.principal });
      case "tombstones":
        return setRow(this.tombstones, keyText(row.key), row.revision);
      case "events":
        this.events.push(row);
        return;
      default:
        return unreachable(row);
    }
  }

  /** The index of the first key at or above `key`. */
  indexOf(key: Uint8Array): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const [candidate] = this.keys[middle] as readonly [Uint8Array, KeyRecord];
      if (compareBytes(candidate, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get(key: Uint8Array): KeyRecord | undefined {
    const row = this.keys[this.indexOf(key)];
    return row !== undefined && compareBytes(row[0], key) === 0 ? row[1] : undefined;
  }

  #setKey(key: Uint8Array, record: KeyRecord | undefined): void {
    const index = this.indexOf(key);
    const before = this.get(key);
    const there = before === undefined ? 0 : 1;
    if (before !== undefined) this.#bytes -= key.length + before.value.length;
    if (record !== undefined) this.#bytes += key.length + record.value.length;
    if (record === undefined) this.keys.splice(index, there);
    else this.keys.splice(index, there, [key, record]);
  }
}

/** A snapshot on a disk in memory, or what was received of one. */
export interface MemorySnapshot {
  readonly manifest: SnapshotManifest;
  /** Sealed, by index. */
  readonly chunks: ReadonlyMap<number, Uint8Array>;
}

/** The durable image of a data directory in memory; openable again and again, by one at a time. */
export class MemoryDisk {
  readonly identity: FoundingIdentity;
  startCount = 0;
  readonly peers: Map<NodeId, PeerRecord>;
  readonly logs: Map<GroupId, MemoryLog>;
  readonly states: Map<GroupId, MemoryState>;
  readonly snapshots: Map<GroupId, MemorySnapshot>;
  /** Snapshots that are being received. */
  readonly received: Map<GroupId, MemorySnapshot>;
  /** By number: states that no install has named; the next start removes them. */
  readonly unusedStates: Map<number, MemoryState>;

  constructor(identity: FoundingIdentity, from?: MemoryDisk) {
    this.identity = identity;
    this.startCount = from?.startCount ?? 0;
    this.peers = new Map(from?.peers);
    this.logs = new Map();
    this.states = new Map();
    this.snapshots = new Map(from?.snapshots);
    this.received = new Map(from?.received);
    this.unusedStates = new Map(from?.unusedStates);
    for (const [group, log] of from?.logs ?? []) this.logs.set(group, new MemoryLog(log));
    for (const [group, state] of from?.states ?? []) this.states.set(group, new MemoryState(state));
  }

  copy(): MemoryDisk {
    return new MemoryDisk(this.identity, this);
  }

  log(group: GroupId): MemoryLog {
    return getOrSet(this.logs, group, () => new MemoryLog());
  }

  state(group: GroupId): MemoryState {
    return getOrSet(this.states, group, () => new MemoryState());
  }

  /** The slot's record, if there is one, fails its checks from here on. */
  damage(group: GroupId, at: Slot): void {
    this.log(group).damage(at);
  }

  /** A chunk of the snapshot, if there is one, fails its checks from here on. */
  damageChunk(group: GroupId, index: number): void {
    const snapshot = this.snapshots.get(group);
    const chunk = snapshot?.chunks.get(index);
    if (snapshot === undefined || chunk === undefined) return;
    const damaged = chunk.with(chunk.length - 1, (chunk.at(-1) ?? 0) ^ 1);
    const chunks = new Map(snapshot.chunks).set(index, damaged);
    this.snapshots.set(group, { ...snapshot, chunks });
  }
}

function setRow<Key, Content>(table: Map<Key, Content>, key: Key, content: Content | undefined): void {
  if (content === undefined) table.delete(key);
  else table.set(key, content);
}

function getOrSet<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
