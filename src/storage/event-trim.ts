import { assert } from "../base/assert.ts";
import { keyText } from "../kv/key-text.ts";
import type { EventRow, Row } from "../kv/state.ts";
import { countDeletes, decodeEvents } from "./event-rows.ts";
import type { RowOperation } from "./lmdb-environment.ts";
import type { ChangeCounts } from "./snapshot.ts";
import type { Slice } from "./storage.ts";
import { TrimAllowance } from "./trim-allowance.ts";

/** Reading much more at once would hold up everything else. */
const ROWS_PER_STEP_MAX = 256;
const BYTES_PER_STEP_MAX = 4 * 1024 * 1024;

/** The changes on disk, before the slice. */
export interface StoredChanges {
  /** Rows of changes whose key is above `after`, up to `through`, ascending; the first ones when `after` is undefined. */
  rows(after: Uint8Array | undefined, through: number): Iterable<{ key: Uint8Array; body: Uint8Array }>;
  tombstone(key: Uint8Array): number | undefined;
  /** The removal of a key's tombstone. */
  removal(key: Uint8Array): RowOperation;
}

/**
 * What a slice does to the changes on disk besides adding its own: it takes away some of those that are
 * forgotten, with the tombstones that belong to them, and counts what there is afterwards.
 */
export class EventTrim {
  readonly #stored: StoredChanges;
  readonly #compacted: number;
  readonly #allowance: TrimAllowance;
  /** To be done before anything else: the slice may write a tombstone again. */
  readonly operations: RowOperation[] = [];
  /** Keys whose tombstones are taken away, as text. */
  readonly #removed = new Set<string>();
  #last: Uint8Array | undefined;
  /** Where the rows of changes have come to. */
  #revision: number;
  #part = Number.POSITIVE_INFINITY;
  #eventRows: number;
  #tombstones: number;

  /** `before`: as the last slice left it. */
  constructor(
    stored: StoredChanges,
    slice: Slice,
    before: { readonly counts: ChangeCounts; readonly revision: number },
  ) {
    this.#stored = stored;
    this.#compacted = slice.meta.compacted;
    this.#allowance = new TrimAllowance(slice);
    this.#revision = before.revision;
    this.#eventRows = before.counts.eventRows;
    this.#tombstones = before.counts.tombstones;
  }

  /** As they are once the slice is written. */
  get counts(): ChangeCounts {
    return { eventRows: this.#eventRows, tombstones: this.#tombstones };
  }

  /** Takes away a bounded number of rows; whether there may be more to do. */
  step(): boolean {
    if (this.#eventRows === 0 || this.#compacted === 0) return false;
    let rows = 0;
    let bytes = 0;
    for (const { key, body } of this.#stored.rows(this.#last, this.#compacted)) {
      if (this.#allowance.isSpent) return false;
      if (rows === ROWS_PER_STEP_MAX || bytes > BYTES_PER_STEP_MAX) return true;
      this.#take(key, body);
      rows++;
      bytes += body.length;
    }
    return false;
  }

  /** Counts a row of the slice, after all steps; rows of changes in their order. */
  count(row: Row): void {
    if (row.table === "events") this.#countChanges(row);
    if (row.table !== "tombstones") return;
    const wasThere = !this.#removed.has(keyText(row.key)) && this.#stored.tombstone(row.key) !== undefined;
    if (wasThere) this.#tombstones--;
    if (row.revision !== undefined) this.#tombstones++;
  }

  #countChanges({ revision, part }: EventRow): void {
    const isAbove = revision > this.#revision || (revision === this.#revision && part > this.#part);
    // They are appended, and one out of order would be left out without a word.
    assert(isAbove, `I18: changes of revision ${revision} after those of ${this.#revision}`);
    this.#revision = revision;
    this.#part = part;
    this.#eventRows++;
  }

  #take(key: Uint8Array, body: Uint8Array): void {
    this.#last = key;
    this.#allowance.take(body.length);
    this.operations.push({ table: "events", key, value: undefined });
    this.#eventRows--;
    if (countDeletes(body) === 0) return;
    for (const event of decodeEvents(body)) {
      // Of a key that was made and deleted again since, the tombstone is younger.
      if (event.record !== undefined || this.#stored.tombstone(event.key) !== event.revision) continue;
      this.operations.push(this.#stored.removal(event.key));
      this.#removed.add(keyText(event.key));
      this.#tombstones--;
    }
  }
}
