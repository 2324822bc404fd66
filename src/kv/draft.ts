import { compareBytes } from "../base/bytes.ts";
import type { KeyInterval, KeyRecord } from "./command.ts";
import type { Expiries } from "./expiries.ts";
import { keyText } from "./key-text.ts";
import type { BatchMemory } from "./owned-bytes.ts";
import type { Principals } from "./principals.ts";
import type { Expiry, Row, StateReader } from "./state.ts";

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
}

interface Undoing {
  readonly revision: number;
  readonly keyCount: number;
  readonly undos: Undo[];
}

/** What stands in the store besides the keys. */
export interface DraftStart {
  /** The store's revision before the slot. */
  readonly revision: number;
  readonly keyCount: number;
  readonly lastLeaseId: number;
  /** Cluster time of the slot, ms. */
  readonly timeMs: number;
  /** Changed along with the keys. */
  readonly expiries: Expiries;
  readonly principals: Principals;
}

/**
 * The keys as one slot leaves them: its changes before the state. All operations work on it, so what one
 * request changed is what the next one sees. A request takes its revision with its first change.
 */
export class Draft {
  readonly #reader: StateReader;
  readonly #memory: BatchMemory;
  /** In order of their first change. */
  readonly #changed = new Map<string, ChangedKey>();
  readonly expiries: Expiries;
  readonly principals: Principals;
  readonly timeMs: number;
  #revision: number;
  #keyCount: number;
  #lastLeaseId: number;
  #hasRevision = false;
  #undoing: Undoing | undefined;

  constructor(reader: StateReader, memory: BatchMemory, start: DraftStart) {
    this.#reader = reader;
    this.#memory = memory;
    this.#revision = start.revision;
    this.#keyCount = start.keyCount;
    this.#lastLeaseId = start.lastLeaseId;
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

  /** The rows of the keys that the slot has changed. */
  rows(): Row[] {
    return [...this.#changed.values()];
  }

  /** A request begins: its first change takes the next revision. */
  begin(): void {
    this.#hasRevision = false;
    this.#undoing = undefined;
  }

  /** From here on the request's changes can be taken back. */
  remember(): void {
    this.#undoing = { revision: this.#revision, keyCount: this.#keyCount, undos: [] };
  }

  /** Takes back what the request has changed since `remember`. */
  undo(): void {
    const undoing = this.#undoing;
    if (undoing === undefined) return;
    for (const { text, changed, record, expiry } of undoing.undos.reverse()) {
      this.expiries.set(text, expiry);
      if (changed === undefined) this.#changed.delete(text);
      else changed.record = record;
    }
    this.#revision = undoing.revision;
    this.#keyCount = undoing.keyCount;
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
    if (previous === undefined) this.#keyCount++;
    this.#noteUndo(text, changed);
    this.expiries.set(text, expiry);
    if (changed !== undefined) changed.record = record;
    else this.#changed.set(text, { table: "keys", key: this.#memory.keep(key), record });
    return { record, previous };
  }

  /** What was deleted; nothing to delete is no change. */
  delete(key: Uint8Array): KeyRecord | undefined {
    const text = keyText(key);
    const changed = this.#changed.get(text);
    const previous = changed === undefined ? this.#reader.get(key) : changed.record;
    if (previous !== undefined) this.#erase(key, text, changed);
    return previous;
  }

  /** Deletes a key that is surely there, such as one that `range` has named since the last change. */
  deleteNamed(key: Uint8Array): void {
    const text = keyText(key);
    this.#erase(key, text, this.#changed.get(text));
  }

  /** Bytes of the batch in memory that may be kept. */
  keep(bytes: Uint8Array): Uint8Array {
    return this.#memory.keep(bytes);
  }

  #erase(key: Uint8Array, text: string, changed: ChangedKey | undefined): void {
    this.#takeRevision();
    this.#keyCount--;
    this.#noteUndo(text, changed);
    this.expiries.set(text, undefined);
    if (changed !== undefined) changed.record = undefined;
    else this.#changed.set(text, { table: "keys", key: this.#memory.keep(key), record: undefined });
  }

  #noteUndo(text: string, changed: ChangedKey | undefined): void {
    if (this.#undoing === undefined) return;
    this.#undoing.undos.push({ text, changed, record: changed?.record, expiry: this.expiries.of(text) });
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
