import { assert } from "../base/assert.ts";
import { concatBytes } from "../base/bytes.ts";
import type { GroupId, Slot } from "../base/ids.ts";
import type { Crypto, Fatal, Timers } from "../base/seams.ts";
import type { KeyRecord } from "../kv/command.ts";
import type { Principal } from "../kv/principal.ts";
import type { EventRow, ExecutedRecord, Expiry, Lease, Row as StateRow } from "../kv/state.ts";
import { decodeEvents, decodeTombstone } from "./event-rows.ts";
import { EventTrim, type StoredChanges } from "./event-trim.ts";
import { decodeExpiry, decodeLease } from "./expiry-rows.ts";
import type { HangGuard } from "./hang-guard.ts";
import {
  failStop,
  type LmdbEnvironment,
  type RangeBounds,
  type ReadTransaction,
  type RowOperation,
} from "./lmdb-environment.ts";
import { decodePrincipal } from "./principal-rows.ts";
import { makeRecord, openRecord, RECORD_TYPE, type RecordType } from "./record.ts";
import {
  eventKey,
  groupKey,
  type RowTable,
  readChunk,
  readLeaseId,
  readPrincipalId,
  readRevision,
  readSlot,
  readUserKey,
  userKey,
} from "./schema.ts";
import type { StateMark } from "./snapshot.ts";
import type { StoredRow } from "./snapshot-chunks.ts";
import type { SnapshotWriter, WalkedState } from "./snapshot-writer.ts";
import { stateOperation } from "./state-operation.ts";
import { decodeExecuted, decodeKeyRecord, encodeStateMark } from "./state-rows.ts";
import type { RecoveredState, Slice, StateStorage } from "./storage.ts";
import { openStoredRow } from "./stored-row.ts";

export interface GroupStateDeps {
  readonly environment: LmdbEnvironment;
  readonly crypto: Crypto;
  readonly timers: Pick<Timers, "soon">;
  readonly guard: HangGuard;
  readonly fatal: Fatal;
  /** Marks the whole state as not to be trusted, for the next start to rebuild it. */
  readonly condemn: (reason: string) => void;
}

const ZERO_BYTE = new Uint8Array(1);

/** Encoding a whole slice at once would hold up everything else for tens of milliseconds. */
const ROWS_ENCODED_PER_TURN_MAX = 256;

/** A flush from its start until its commit is durable. */
interface Flush {
  readonly slice: Slice;
  readonly done: () => void;
  readonly trim: EventTrim;
  /** The rows encoded so far, in the slice's order. */
  readonly operations: RowOperation[];
}

/** The applied state of one group in LMDB. */
export class GroupState implements StateStorage, WalkedState {
  readonly isLost = false;
  readonly fence = undefined;
  readonly recovered: RecoveredState;
  readonly #deps: GroupStateDeps;
  readonly #group: GroupId;
  /** The snapshot that reads use while a flush is under way: they must not see it before `done`. */
  #snapshot: ReadTransaction | undefined;
  #flush: Flush | undefined;
  /** Where the state stands as readers see it; the next slice begins at its watermark. */
  #mark: StateMark;
  /** Of the snapshot that is being written of it. */
  writer: SnapshotWriter | undefined;

  constructor(deps: GroupStateDeps, group: GroupId, mark: StateMark) {
    this.#deps = deps;
    this.#group = group;
    this.#mark = mark;
    this.recovered = {
      watermark: mark.watermark,
      meta: mark.machine,
      digest: mark.digest,
      stateHash: mark.stateHash,
      membership: mark.membership,
      executed: () => this.#executed(),
      leases: () => this.#leases(),
      expiries: () => this.#expiries(),
      principals: () => this.#principals(),
    };
  }

  get(key: Uint8Array): KeyRecord | undefined {
    const rowKey = userKey(this.#group, key);
    const record = this.#reading(() => this.#deps.environment.get("keys", rowKey, this.#snapshot));
    return record && decodeKeyRecord(this.#open(RECORD_TYPE.key, rowKey, record));
  }

  *range(start: Uint8Array, end: Uint8Array | undefined): Generator<readonly [Uint8Array, KeyRecord]> {
    for (const row of this.#rows("keys", this.#within(start, end))) {
      yield [readUserKey(row.key), decodeKeyRecord(this.#open(RECORD_TYPE.key, row.key, row.value))];
    }
  }

  tombstone(key: Uint8Array): number | undefined {
    const rowKey = userKey(this.#group, key);
    const record = this.#reading(() => this.#deps.environment.get("tombstones", rowKey, this.#snapshot));
    return record && decodeTombstone(this.#open(RECORD_TYPE.tombstone, rowKey, record));
  }

  *tombstones(start: Uint8Array, end: Uint8Array | undefined): Generator<readonly [Uint8Array, number]> {
    for (const row of this.#rows("tombstones", this.#within(start, end))) {
      yield [readUserKey(row.key), decodeTombstone(this.#open(RECORD_TYPE.tombstone, row.key, row.value))];
    }
  }

  *eventRows(from: number): Generator<EventRow> {
    const bounds = { start: eventKey(this.#group, from, 0), end: this.#all().end };
    for (const { key, body } of this.#eventBodies(bounds)) {
      const events = decodeEvents(body);
      yield { table: "events", revision: readRevision(key), part: readChunk(key), events };
    }
  }

  flush(slice: Slice, done: () => void): void {
    assert(this.#flush === undefined, "one flush at a time");
    assert(
      slice.from === this.#mark.watermark,
      `I14: a slice from ${slice.from} cannot follow ${this.#mark.watermark}`,
    );
    assert(slice.watermark > slice.from, "I14: a slice holds at least one slot");
    const trim = new EventTrim(this.#storedChanges(), slice, {
      counts: this.#mark.counts,
      revision: this.#mark.machine.revision,
    });
    this.#flush = { slice, done, trim, operations: [] };
    this.#trim(this.#flush);
  }

  get mark(): StateMark {
    return this.#mark;
  }

  get isFlushing(): boolean {
    return this.#flush !== undefined;
  }

  *storedRows(table: RowTable, after: Uint8Array | undefined): Generator<StoredRow> {
    const { start, end } = this.#all();
    const bounds = { start: after === undefined ? start : concatBytes([after, ZERO_BYTE]), end };
    for (const { key, value } of this.#rows(table, bounds)) {
      const row = { table, key, value };
      if (openStoredRow(this.#deps.crypto, row) === undefined) this.#damaged("a record fails its checks");
      yield row;
    }
  }

  bytes(): number {
    return this.#reading(() => this.#deps.environment.bytes());
  }

  #trim(flush: Flush): void {
    if (flush.trim.step()) this.#deps.timers.soon(() => this.#trim(flush));
    else this.#encode(flush);
  }

  #encode(flush: Flush): void {
    const { rows } = flush.slice;
    const { operations } = flush;
    const end = Math.min(rows.length, operations.length + ROWS_ENCODED_PER_TURN_MAX);
    for (let index = operations.length; index < end; index++) {
      const row = rows[index] as StateRow;
      operations.push(stateOperation(this.#deps.crypto, this.#group, row));
      flush.trim.count(row);
    }
    if (end < rows.length) this.#deps.timers.soon(() => this.#encode(flush));
    else if (this.writer === undefined) this.#commit(flush);
    else this.writer.whenRedone(() => this.#commit(flush));
  }

  #commit({ slice, done, trim, operations }: Flush): void {
    const { environment, guard, fatal } = this.#deps;
    const key = groupKey(this.#group);
    const { watermark, meta: machine, digest, stateHash, membership } = slice;
    const mark = { watermark, machine, digest, stateHash, membership, counts: trim.counts };
    const body = encodeStateMark(mark);
    const value = this.#seal(RECORD_TYPE.stateMeta, key, body);
    const snapshot = this.#reading(() => environment.pin("meta", key));
    this.#snapshot = snapshot;
    guard.begin();
    const rows = [...trim.operations, ...operations];
    environment.commit([...rows, { table: "meta", key, value }]).then(
      () => {
        guard.end();
        environment.unpin(snapshot);
        this.#snapshot = undefined;
        this.#flush = undefined;
        this.#mark = mark;
        this.writer?.onFlushed(rows);
        done();
      },
      (error: unknown) => failStop("state", fatal, error),
    );
  }

  #storedChanges(): StoredChanges {
    const all = this.#all();
    return {
      rows: (after, through) => {
        const end = eventKey(this.#group, through + 1, 0);
        return this.#eventBodies({
          start: after === undefined ? all.start : concatBytes([after, ZERO_BYTE]),
          end,
        });
      },
      tombstone: (key) => this.tombstone(key),
      removal: (key) => ({ table: "tombstones", key: userKey(this.#group, key), value: undefined }),
    };
  }

  *#executed(): Generator<{ slot: Slot; records: ExecutedRecord[] }> {
    for (const row of this.#rows("executed", this.#all())) {
      const records = decodeExecuted(this.#open(RECORD_TYPE.executed, row.key, row.value));
      yield { slot: readSlot(row.key), records };
    }
  }

  *#leases(): Generator<{ id: number; lease: Lease }> {
    for (const row of this.#rows("leases", this.#all())) {
      const lease = decodeLease(this.#open(RECORD_TYPE.lease, row.key, row.value));
      yield { id: readLeaseId(row.key), lease };
    }
  }

  *#expiries(): Generator<{ key: Uint8Array; expiry: Expiry }> {
    for (const row of this.#rows("expiries", this.#all())) {
      const expiry = decodeExpiry(this.#open(RECORD_TYPE.expiry, row.key, row.value));
      yield { key: readUserKey(row.key), expiry };
    }
  }

  *#principals(): Generator<{ id: string; principal: Principal }> {
    for (const row of this.#rows("principals", this.#all())) {
      const principal = decodePrincipal(this.#open(RECORD_TYPE.principal, row.key, row.value));
      yield { id: readPrincipalId(row.key), principal };
    }
  }

  #all(): RangeBounds {
    return { start: groupKey(this.#group), end: groupKey((this.#group + 1) as GroupId) };
  }

  /** The rows of users' keys in [start, end). */
  #within(start: Uint8Array, end: Uint8Array | undefined): RangeBounds {
    return {
      start: userKey(this.#group, start),
      end: end === undefined ? this.#all().end : userKey(this.#group, end),
    };
  }

  *#eventBodies(bounds: RangeBounds): Generator<{ key: Uint8Array; body: Uint8Array }> {
    for (const { key, value } of this.#rows("events", bounds))
      yield { key, body: this.#open(RECORD_TYPE.events, key, value) };
  }

  *#rows(table: string, bounds: { start: Uint8Array; end: Uint8Array }) {
    const rows = this.#deps.environment.range(table, bounds, this.#snapshot);
    try {
      while (true) {
        const next = this.#reading(() => rows.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      rows.return(undefined);
    }
  }

  #seal(type: RecordType, key: Uint8Array, body: Uint8Array): Uint8Array {
    return makeRecord(this.#deps.crypto, type, key, body);
  }

  #open(type: RecordType, key: Uint8Array, record: Uint8Array): Uint8Array {
    const body = openRecord(this.#deps.crypto, type, key, record);
    return body ?? this.#damaged("a record fails its checks");
  }

  #reading<Result>(read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      return this.#damaged("it cannot be read", error);
    }
  }

  #damaged(reason: string, cause?: unknown): never {
    this.#deps.condemn(reason);
    return this.#deps.fatal(`state: ${reason}: it will be rebuilt at the next start`, cause);
  }
}
