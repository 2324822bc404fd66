import { assert } from "../base/assert.ts";
import { compareBytes } from "../base/bytes.ts";
import type { KeyInterval, KeyRecord } from "./command.ts";
import type { KeyEvent } from "./event.ts";
import { cutEvents } from "./event-rows.ts";
import type { Expiries } from "./expiries.ts";
import { keyText } from "./key-text.ts";
import type { BatchMemory } from "./owned-bytes.ts";
import type { Principals } from "./principals.ts";
import type { ChangeReader, Expiry, Row, StateReader, TombstoneRow } from "./state.ts";

/** A key's row of the slot. */
interface ChangedKey {
  readonly table: "keys";
  readonly key: Uint8Array;
  record: KeyRecord | undefined;
}

/** How a key stood before a change of the request. */
interface Undo {
  readonly text: string;
  /** Undefined: the slot had not changed it. */
  readonly changed: ChangedKey | undefined;
  readonly record: KeyRecord | undefined;
  readonly expiry: Expiry | undefined;
  /** Undefined: the slot had not changed it. */
  readonly tombstone: TombstoneRow | undefined;
}

interface Undoing {
  readonly revision: number;
  readonly keyCount: number;
  readonly eventCount: number;
  readonly undos: Undo[];
}

/** What stands in the store besides the keys. */
export interface DraftStart {
  /** The store's revision before the slot. */
  readonly revision: number;
  readonly keyCount: number;
  readonly lastLeaseId: number;
  readonly compacted: number;
  readonly leaderLeaseMs: number;
  /** Cluster time of the slot, ms. */
  readonly timeMs: number;
  /** Changed along with the keys. */
  readonly expiries: Expiries;
  readonly principals: Principals;
}

/** What a draft reads of the state before its slot. */
export type DraftReader = StateReader & Pick<ChangeReader, "tombstone">;

/**
 * The keys as one slot leaves them: its changes before the state. All operations work on it, so what one
 * request changed is what the next one sees. A request takes its revision with its first change.
 */
export class Draft {
  readonly #reader: DraftReader;
  readonly #memory: BatchMemory;
  /** In order of their first change. */
  readonly #changed = new Map<string, ChangedKey>();
  /** Most slots neither delete a key nor make one again. */
  #tombstones: Map<string, TombstoneRow> | undefined;
  /** All changes of the slot, in order. */
  readonly #events: KeyEvent[] = [];
  readonly expiries: Expiries;
  readonly principals: Principals;
  readonly timeMs: number;
  leaderLeaseMs: number;
  #revision: number;
  #keyCount: number;
  #lastLeaseId: number;
  #compacted: number;
  #hasRevision = false;
  #undoing: Undoing | undefined;

  constructor(reader: DraftReader, memory: BatchMemory, start: DraftStart) {
    this.#reader = reader;
    this.#memory = memory;
    this.leaderLeaseMs = start.leaderLeaseMs;
    this.#revision = start.revision;
    this.#keyCount = start.keyCount;
    this.#lastLeaseId = start.lastLeaseId;
    this.#compacted = start.compacted;
    this.timeMs = start.timeMs;
    this.expiries = start.expiries;
    this.principals = start.principals;
  }

  /** The store's revision: that of the last change. */
  get revision(): number {
    return this.#revision;
  }

  /** Keys alive. */
  get keyCount(): number {
    return this.#keyCount;
  }

  get lastLeaseId(): number {
    return this.#lastLeaseId;
  }

  /** An id that was never chosen before, and that no lease has. */
  nextLeaseId(): number {
    do this.#lastLeaseId++;
    while (this.expiries.lease(this.#lastLeaseId) !== undefined);
    return this.#lastLeaseId;
  }

  /** The greatest revision whose changes are forgotten. */
  get compacted(): number {
    return this.#compacted;
  }

  /** Forgets the changes at `revision` and earlier. */
  compact(revision: number): void {
    assert(revision <= this.#revision, "only what was changed is forgotten");
    this.#compacted = Math.max(this.#compacted, revision);
  }

  /** The rows of the keys that the slot has changed, and of how it changed them. */
  rows(): Row[] {
    const rows: Row[] = [...this.#changed.values()];
    if (this.#tombstones !== undefined) for (const row of this.#tombstones.values()) rows.push(row);
    for (const row of cutEvents(this.#events)) rows.push(row);
    return rows;
  }

  /** A request begins: its first change takes the next revision. */
  begin(): void {
    this.#hasRevision = false;
    this.#undoing = undefined;
  }

  /** From here on the request's changes can be taken back. */
  remember(): void {
    this.#undoing = {
      revision: this.#revision,
      keyCount: this.#keyCount,
      eventCount: this.#events.length,
      undos: [],
    };
  }

  /** Takes back what the request has changed since `remember`. */
  undo(): void {
    const undoing = this.#undoing;
    if (undoing === undefined) return;
    for (const { text, changed, record, expiry, tombstone } of undoing.undos.reverse()) {
      this.expiries.set(text, expiry);
      if (tombstone === undefined) this.#tombstones?.delete(text);
      else this.#setTombstone(text, tombstone);
      if (changed === undefined) this.#changed.delete(text);
      else changed.record = record;
    }
    this.#revision = undoing.revision;
    this.#keyCount = undoing.keyCount;
    this.#events.length = undoing.eventCount;
    this.begin();
  }

  get(key: Uint8Array): KeyRecord | undefined {
    const changed = this.#changed.get(keyText(key));
    return changed === undefined ? this.#reader.get(key) : changed.record;
  }

  /** Keys of the interval with their records, ascending. Nothing may be changed until it has ended. */
  *range({ start, end }: KeyInterval): Iterable<readonly [Uint8Array, KeyRecord]> {
    const own = this.#changedWithin({ start, end });
    let next = 0;
    for (const item of this.#reader.range(start, end)) {
      let order = 1;
      for (; next < own.length; next++) {
        const { key, record } = own[next] as ChangedKey;
        order = compareBytes(key, item[0]);
        if (order > 0) break;
        if (record !== undefined) yield [key, record];
        if (order === 0) break;
      }
      if (order === 0) next++;
      else yield item;
    }
    for (const { key, record } of own.slice(next)) if (record !== undefined) yield [key, record];
  }

  /** `value` must be memory that may be kept: see `keep`. Without an `expiry` the key stays. */
  put(
    key: Uint8Array,
    value: Uint8Array,
    expiry?: Expiry,
  ): { record: KeyRecord; previous: KeyRecord | undefined } {
    const text = keyText(key);
    const changed = this.#changed.get(text);
    const previous = changed === undefined ? this.#reader.get(key) : changed.record;
    const revision = this.#takeRevision();
    const record: KeyRecord = {
      value,
      createRevision: previous?.createRevision ?? revision,
      modRevision: revision,
      version: (previous?.version ?? 0) + 1,
      leaseId: expiry?.kind === "lease" ? expiry.leaseId : 0,
    };
    this.#noteUndo(text, changed);
    this.expiries.set(text, expiry);
    const kept = this.#note(text, key, changed, record);
    const previousRevision = previous?.modRevision ?? this.#recall(text, kept);
    if (previous === undefined) this.#keyCount++;
    this.#events.push({ key: kept, revision, record, previousRevision });
    return { record, previous };
  }

  /** What was deleted; nothing to delete is no change. */
  delete(key: Uint8Array): KeyRecord | undefined {
    const text = keyText(key);
    const changed = this.#changed.get(text);
    const previous = changed === undefined ? this.#reader.get(key) : changed.record;
    if (previous !== undefined) this.#erase(key, text, previous.modRevision);
    return previous;
  }

  /** Deletes a key that was found there since the last change, with the `modRevision` of its record. */
  deleteFound(key: Uint8Array, modRevision: number): void {
    this.#erase(key, keyText(key), modRevision);
  }

  /** Bytes of the batch in memory that may be kept. */
  keep(bytes: Uint8Array): Uint8Array {
    return this.#memory.keep(bytes);
  }

  #erase(key: Uint8Array, text: string, previousRevision: number): void {
    const changed = this.#changed.get(text);
    const revision = this.#takeRevision();
    this.#keyCount--;
    this.#noteUndo(text, changed);
    this.expiries.set(text, undefined);
    const kept = this.#note(text, key, changed, undefined);
    this.#setTombstone(text, { table: "tombstones", key: kept, revision });
    this.#events.push({ key: kept, revision, record: undefined, previousRevision });
  }

  /** Puts down how a key stands now; the key in memory that may be kept. */
  #note(
    text: string,
    key: Uint8Array,
    changed: ChangedKey | undefined,
    record: KeyRecord | undefined,
  ): Uint8Array {
    if (changed !== undefined) {
      changed.record = record;
      return changed.key;
    }
    const kept = this.#memory.keep(key);
    this.#changed.set(text, { table: "keys", key: kept, record });
    return kept;
  }

  /** The revision at which a key was deleted that is made again now; 0 when that is not known. */
  #recall(text: string, key: Uint8Array): number {
    const own = this.#tombstones?.get(text);
    const revision = (own === undefined ? this.#reader.tombstone(key) : own.revision) ?? 0;
    // One that is forgotten may be there or not: what a slot makes of the state must not depend on that.
    const isKnown = revision > this.#compacted;
    if (isKnown || own !== undefined)
      this.#setTombstone(text, { table: "tombstones", key, revision: undefined });
    return isKnown ? revision : 0;
  }

  #setTombstone(text: string, row: TombstoneRow): void {
    this.#tombstones ??= new Map();
    this.#tombstones.set(text, row);
  }

  #noteUndo(text: string, changed: ChangedKey | undefined): void {
    if (this.#undoing === undefined) return;
    this.#undoing.undos.push({
      text,
      changed,
      record: changed?.record,
      expiry: this.expiries.of(text),
      tombstone: this.#tombstones?.get(text),
    });
  }

  #takeRevision(): number {
    if (this.#hasRevision) return this.#revision;
    this.#hasRevision = true;
    return ++this.#revision;
  }

  #changedWithin({ start, end }: KeyInterval): readonly ChangedKey[] {
    const within: ChangedKey[] = [];
    for (const changed of this.#changed.values()) {
      const isBelow = end === undefined || compareBytes(changed.key, end) < 0;
      if (isBelow && compareBytes(changed.key, start) >= 0) within.push(changed);
    }
    return within.sort((left, right) => compareBytes(left.key, right.key));
  }
}
