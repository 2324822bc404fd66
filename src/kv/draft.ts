import { compareBytes } from "../base/bytes.ts";
import type { KeyInterval, KeyRecord } from "./command.ts";
import { keyText } from "./key-text.ts";
import type { BatchMemory } from "./owned-bytes.ts";
import type { Row, StateReader } from "./state.ts";

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
  #revision: number;
  #keyCount: number;
  #hasRevision = false;
  #undoing: Undoing | undefined;

  constructor(reader: StateReader, memory: BatchMemory, start: DraftStart) {
    this.#reader = reader;
    this.#memory = memory;
    this.#revision = start.revision;
    this.#keyCount = start.keyCount;
  }

  /** The store's revision: that of the last change. */
  get revision(): number {
    return this.#revision;
  }

  /** Keys alive. */
  get keyCount(): number {
    return this.#keyCount;
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
    for (const { text, changed, record } of undoing.undos.reverse()) {
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

  /** `value` must be memory that may be kept: see `keep`. */
  put(key: Uint8Array, value: Uint8Array): { record: KeyRecord; previous: KeyRecord | undefined } {
    const text = keyText(key);
    const changed = this.#changed.get(text);
    const previous = changed === undefined ? this.#reader.get(key) : changed.record;
    const revision = this.#takeRevision();
    const record: KeyRecord = {
      value,
      createRevision: previous?.createRevision ?? revision,
      modRevision: revision,
      version: (previous?.version ?? 0) + 1,
      leaseId: 0,
    };
    if (previous === undefined) this.#keyCount++;
    this.#undoing?.undos.push({ text, changed, record: changed?.record });
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

  /** Deletes a key that `range` has named since the last change: its record is not read again. */
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
    this.#undoing?.undos.push({ text, changed, record: changed?.record });
    if (changed !== undefined) changed.record = undefined;
    else this.#changed.set(text, { table: "keys", key: this.#memory.keep(key), record: undefined });
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
