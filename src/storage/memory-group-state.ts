import { assert } from "../base/assert.ts";
import { compareBytes } from "../base/bytes.ts";
import type { GroupId } from "../base/ids.ts";
import type { Crypto, Fatal } from "../base/seams.ts";
import type { KeyRecord } from "../kv/command.ts";
import { firstEventRow } from "../kv/event-rows.ts";
import { keyText, textBytes } from "../kv/key-text.ts";
import type { EventRow } from "../kv/state.ts";
import type { Membership } from "../paxos/membership.ts";
import type { RowOperation } from "./lmdb-environment.ts";
import type { MemoryState, StateRecord, Trimmed } from "./memory-disk.ts";
import { memoryRows } from "./memory-rows.ts";
import { eventKey, type RowTable, userKey } from "./schema.ts";
import type { StateMark } from "./snapshot.ts";
import type { StoredRow } from "./snapshot-chunks.ts";
import type { SnapshotWriter, WalkedState } from "./snapshot-writer.ts";
import { stateOperation } from "./state-operation.ts";
import type { RecoveredState, Slice, StateStorage } from "./storage.ts";

export interface MemoryGroupStateDeps {
  readonly group: GroupId;
  readonly state: MemoryState;
  readonly genesis: Membership;
  readonly crypto: Crypto;
  readonly fatal: Fatal;
  /** One durable commit; what it took away besides the slice's rows is told in the turn in which it is seen. */
  readonly commit: (slice: Slice, done: (trimmed: Trimmed) => void) => void;
  /** The snapshot that is being written of this state. */
  readonly writer: () => SnapshotWriter | undefined;
}

/** The applied state of one group on a disk in memory. */
export class MemoryGroupState implements StateStorage, WalkedState {
  readonly isLost = false;
  readonly fence = undefined;
  readonly recovered: RecoveredState;
  readonly #state: MemoryState;
  readonly #deps: MemoryGroupStateDeps;
  #isFlushing = false;

  constructor(deps: MemoryGroupStateDeps) {
    this.#state = deps.state;
    this.#deps = deps;
    const { watermark, machine, digest, stateHash, membership } = this.mark;
    this.recovered = {
      watermark,
      meta: machine,
      digest,
      stateHash,
      membership,
      executed: () => this.#executed(),
      leases: () => this.#leases(),
      expiries: () => this.#expiries(),
      principals: () => this.#principals(),
    };
  }

  get(key: Uint8Array): KeyRecord | undefined {
    const record = this.#state.get(key);
    return record && this.#checked(record);
  }

  *range(start: Uint8Array, end: Uint8Array | undefined): Generator<readonly [Uint8Array, KeyRecord]> {
    const { keys } = this.#state;
    const stop = end === undefined ? keys.length : this.#state.indexOf(end);
    for (let index = this.#state.indexOf(start); index < stop; index++) {
      const row = keys[index] as readonly [Uint8Array, KeyRecord];
      this.#checked(row[1]);
      yield row;
    }
  }

  tombstone(key: Uint8Array): number | undefined {
    return this.#state.tombstones.get(keyText(key));
  }

  *tombstones(start: Uint8Array, end: Uint8Array | undefined): Generator<readonly [Uint8Array, number]> {
    const [startText, endText] = [keyText(start), end && keyText(end)];
    const within = [...this.#state.tombstones].filter(
      ([text]) => text >= startText && (endText === undefined || text < endText),
    );
    within.sort(([left], [right]) => (left < right ? -1 : 1));
    for (const [text, revision] of within) yield [textBytes(text), revision];
  }

  *eventRows(from: number): Generator<EventRow> {
    const { events } = this.#state;
    for (let at = firstEventRow(events, from); at < events.length; at++)
      yield this.#checked(events[at] as EventRow);
  }

  flush(slice: Slice, done: () => void): void {
    const { watermark } = this.#state;
    assert(slice.from === watermark, `I14: a slice from ${slice.from} cannot follow ${watermark}`);
    assert(slice.watermark > slice.from, "I14: a slice holds at least one slot");
    this.#isFlushing = true;
    const commit = (): void =>
      this.#deps.commit(slice, (trimmed) => {
        this.#isFlushing = false;
        this.#deps.writer()?.onFlushed(this.#operations(slice, trimmed));
        done();
      });
    const writer = this.#deps.writer();
    if (writer === undefined) commit();
    else writer.whenRedone(commit);
  }

  get isFlushing(): boolean {
    return this.#isFlushing;
  }

  get mark(): StateMark {
    const { watermark, meta: machine, digest, stateHash, membership, events, tombstones } = this.#state;
    const counts = { eventRows: events.length, tombstones: tombstones.size };
    const known = membership ?? this.#deps.genesis;
    return { watermark, machine, digest, stateHash, membership: known, counts };
  }

  *storedRows(table: RowTable, after: Uint8Array | undefined): Generator<StoredRow> {
    const { crypto, group } = this.#deps;
    const rows: StoredRow[] = [];
    for (const { row, record } of memoryRows(this.#state, table)) {
      if (record !== undefined) this.#checked(record);
      const { key, value } = stateOperation(crypto, group, row);
      if (after === undefined || compareBytes(key, after) > 0) rows.push({ table, key, value });
    }
    yield* rows.sort((left, right) => compareBytes(left.key, right.key));
  }

  /** What a flush wrote, in the order in which it did. */
  #operations(slice: Slice, trimmed: Trimmed): RowOperation[] {
    const { crypto, group } = this.#deps;
    const removed = (table: RowTable, key: Uint8Array): RowOperation => ({ table, key, value: undefined });
    return [
      ...trimmed.events.map(({ revision, part }) => removed("events", eventKey(group, revision, part))),
      ...trimmed.tombstones.map((text) => removed("tombstones", userKey(group, textBytes(text)))),
      ...slice.rows.map((row) => stateOperation(crypto, group, row)),
    ];
  }

  bytes(): number {
    return this.#state.bytes;
  }

  *#executed() {
    const rows = [...this.#state.executed].sort(([left], [right]) => left - right);
    for (const [slot, records] of rows) yield { slot, records: this.#checked(records) };
  }

  *#leases() {
    const rows = [...this.#state.leases].sort(([left], [right]) => left - right);
    for (const [id, lease] of rows) yield { id, lease: this.#checked(lease) };
  }

  *#expiries() {
    const rows = [...this.#state.expiries].sort(([left], [right]) => (left < right ? -1 : 1));
    for (const [text, expiry] of rows) yield { key: textBytes(text), expiry: this.#checked(expiry) };
  }

  *#principals() {
    const rows = [...this.#state.principals].sort(([left], [right]) => (left < right ? -1 : 1));
    for (const [id, principal] of rows) yield { id, principal: this.#checked(principal) };
  }

  #checked<Content extends StateRecord>(record: Content): Content {
    if (!this.#state.damaged.has(record)) return record;
    this.#state.isCondemned = true;
    return this.#deps.fatal("state: a record fails its checks: it will be rebuilt at the next start");
  }
}
