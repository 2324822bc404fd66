import { assert, unreachable } from "../base/assert.ts";
import type { Slot } from "../base/ids.ts";
import { SLICE_BYTES_MAX, SLICE_ROWS_MAX } from "../base/limits.ts";
import { firstEventRow } from "./event-rows.ts";
import { keyText } from "./key-text.ts";
import { rowBytes, type StateSlice } from "./slice.ts";
import type { EventRow, MachineMeta, Row, SlotEffects, TombstoneRow } from "./state.ts";

/** What a slot takes in memory besides its rows, roughly. */
const SLOT_BYTES = 300;

/** A key's row as one slot left it, with the key as text. */
export interface UnflushedKey {
  readonly text: string;
  readonly row: Extract<Row, { table: "keys" }>;
}

/**
 * The merged effects of consecutive whole slots, each row as the last of them left it. Merged while they
 * are applied: a row that is overwritten a thousand times reaches the disk once, and no walk over the
 * slots has to find that out later.
 */
export class Generation {
  readonly from: Slot;
  readonly #keys = new Map<string, UnflushedKey>();
  readonly #executed = new Map<Slot, Row>();
  readonly #leases = new Map<number, Row>();
  readonly #expiries = new Map<string, Row>();
  readonly #principals = new Map<string, Row>();
  readonly #tombstones = new Map<string, TombstoneRow>();
  readonly #events: EventRow[] = [];
  #watermark: Slot;
  #meta: MachineMeta | undefined;
  #bytes = 0;

  constructor(from: Slot) {
    this.from = from;
    this.#watermark = from;
  }

  /** One past the last slot in it. */
  get watermark(): Slot {
    return this.#watermark;
  }

  get keys(): ReadonlyMap<string, UnflushedKey> {
    return this.#keys;
  }

  /** The revision of the first change in it; undefined when there is none. */
  get firstRevision(): number | undefined {
    return this.#events[0]?.events[0]?.revision;
  }

  /** Rows of revision `from` and later, ascending. */
  *eventRows(from: number): Iterable<EventRow> {
    const rows = this.#events;
    for (let index = firstEventRow(rows, from); index < rows.length; index++) yield rows[index] as EventRow;
  }

  /** What the slots made of a key's tombstone, by the key's text; undefined: nothing. */
  tombstone(text: string): TombstoneRow | undefined {
    return this.#tombstones.get(text);
  }

  /**
   * What it holds in memory at most. Overwritten rows count too: a row that is left of a batch keeps the
   * memory of the whole batch.
   */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether no further slot should go in: a slot is never cut, so it may be past its bounds. */
  get isFull(): boolean {
    const others = this.#executed.size + this.#leases.size + this.#expiries.size + this.#principals.size;
    // Changes go to the end of their table, a page after the other: they cost less than rows all over it.
    const isLong = this.#keys.size + others > SLICE_ROWS_MAX || this.#events.length > SLICE_ROWS_MAX;
    return isLong || this.#bytes > SLICE_BYTES_MAX;
  }

  /** `keys` are the key rows of `effects`. */
  add(effects: SlotEffects, keys: readonly UnflushedKey[]): void {
    assert(effects.slot === this.#watermark, `I14: slot ${effects.slot} where ${this.#watermark} is next`);
    this.#watermark = (effects.slot + 1) as Slot;
    this.#meta = effects.meta;
    this.#bytes += SLOT_BYTES;
    for (const key of keys) this.#keys.set(key.text, key);
    for (const row of effects.rows) {
      this.#bytes += rowBytes(row);
      this.#addRow(row);
    }
  }

  slice(): StateSlice {
    const meta = this.#meta;
    assert(meta !== undefined, "I14: a slice holds at least one slot");
    const rows: Row[] = [];
    for (const { row } of this.#keys.values()) rows.push(row);
    for (const table of [this.#executed, this.#leases, this.#expiries, this.#principals])
      for (const row of table.values()) rows.push(row);
    this.#addChanges(rows, meta.compacted);
    return { from: this.from, watermark: this.#watermark, rows, meta };
  }

  /** What is forgotten already never needs to reach the disk. */
  #addChanges(rows: Row[], compacted: number): void {
    for (const row of this.#tombstones.values()) {
      const { table, key, revision } = row;
      const isForgotten = revision !== undefined && revision <= compacted;
      rows.push(isForgotten ? { table, key, revision: undefined } : row);
    }
    for (const row of this.#events) if (row.revision > compacted) rows.push(row);
  }

  #addRow(row: Row): void {
    switch (row.table) {
      case "keys":
        return;
      case "executed":
        return this.#addExecuted(row);
      case "leases":
        this.#leases.set(row.id, row);
        return;
      case "expiries":
        this.#expiries.set(keyText(row.key), row);
        return;
      case "principals":
        this.#principals.set(row.id, row);
        return;
      case "tombstones":
        this.#tombstones.set(keyText(row.key), row);
        return;
      case "events":
        this.#events.push(row);
        return;
      default:
        unreachable(row);
    }
  }

  #addExecuted(row: Extract<Row, { table: "executed" }>): void {
    // Written and dropped within the generation: it never needs to reach the disk.
    if (row.records === undefined && row.slot >= this.from) this.#executed.delete(row.slot);
    else this.#executed.set(row.slot, row);
  }
}
