import { assert } from "../base/assert.ts";
import { compareBytes } from "../base/bytes.ts";
import type { Slot } from "../base/ids.ts";
import type { KeyRecord } from "./command.ts";
import { keyText } from "./key-text.ts";
import { mergeSlots, rowBytes, type StateSlice, type UnflushedKey, type UnflushedSlot } from "./slice.ts";
import { SortedKeys } from "./sorted-keys.ts";
import type { Row, SlotEffects, StateReader } from "./state.ts";

/** What a slot takes in memory besides its rows, roughly. */
const SLOT_BYTES = 300;

/**
 * Applied effects that are not yet in the durable state, before the state itself: reads see both as one.
 * Whole slots leave from the front, in slices, once they are durable.
 */
export class Overlay implements StateReader {
  readonly #base: StateReader;
  readonly #newest = new Map<string, UnflushedKey>();
  readonly #order = new SortedKeys((text) => this.#newest.has(text));
  /** Ascending, contiguous, from `#watermark` on. */
  #slots: UnflushedSlot[] = [];
  #watermark: Slot;
  #bytes = 0;

  /** `watermark`: every slot below is in `base`. */
  constructor(base: StateReader, watermark: Slot) {
    this.#base = base;
    this.#watermark = watermark;
  }

  /** Memory held, counted generously; 0 only when there is no unflushed slot. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Applied and not yet flushed. */
  get slots(): number {
    return this.#slots.length;
  }

  add(effects: SlotEffects): void {
    const next = this.#watermark + this.#slots.length;
    assert(effects.slot === next, `I14: effects of slot ${effects.slot} where ${next} is next`);
    const keys: UnflushedKey[] = [];
    const executed: Extract<Row, { table: "executed" }>[] = [];
    let bytes = SLOT_BYTES;
    for (const row of effects.rows) {
      const ownBytes = rowBytes(row);
      bytes += ownBytes;
      if (row.table === "executed") executed.push(row);
      else keys.push(this.#addKey(row, ownBytes));
    }
    this.#slots.push({ slot: effects.slot, keys, executed, meta: effects.meta, bytes });
    this.#bytes += bytes;
  }

  get(key: Uint8Array): KeyRecord | undefined {
    if (this.#newest.size === 0) return this.#base.get(key);
    const newest = this.#newest.get(keyText(key));
    return newest === undefined ? this.#base.get(key) : newest.row.record;
  }

  *range(start: Uint8Array, end: Uint8Array | undefined): Iterable<readonly [Uint8Array, KeyRecord]> {
    const overlaid = this.#overlaid(start, end)[Symbol.iterator]();
    let own = overlaid.next();
    for (const item of this.#base.range(start, end)) {
      while (own.done !== true && compareBytes(own.value.key, item[0]) < 0) {
        if (own.value.record !== undefined) yield [own.value.key, own.value.record];
        own = overlaid.next();
      }
      const isHidden = own.done !== true && compareBytes(own.value.key, item[0]) === 0;
      if (!isHidden) yield item;
    }
    for (; own.done !== true; own = overlaid.next()) {
      if (own.value.record !== undefined) yield [own.value.key, own.value.record];
    }
  }

  /**
   * The next slice to flush: whole slots from the last flushed watermark on, none of them at or above
   * `limit`, which is what the log holds durably. Undefined when there is none. Changes nothing.
   */
  nextSlice(limit: Slot): StateSlice | undefined {
    return mergeSlots(this.#slots, limit);
  }

  /** Every slot below `watermark` is durable in the base, and the base's reads see it. */
  flushed(watermark: Slot): void {
    const count = watermark - this.#watermark;
    assert(
      count >= 0 && count <= this.#slots.length,
      `I18: flushed up to ${watermark}, which was not applied`,
    );
    for (let index = 0; index < count; index++) {
      const slot = this.#slots[index] as UnflushedSlot;
      this.#bytes -= slot.bytes;
      for (const key of slot.keys) {
        // A later slot wrote the row again: then that one stays, for reads and for its own slice.
        if (this.#newest.get(key.text) !== key) continue;
        this.#newest.delete(key.text);
        this.#order.remove();
      }
    }
    this.#slots.splice(0, count);
    this.#watermark = watermark;
  }

  #addKey(row: Extract<Row, { table: "keys" }>, bytes: number): UnflushedKey {
    const text = keyText(row.key);
    const key: UnflushedKey = { text, bytes, row };
    if (!this.#newest.has(text)) this.#order.add(text);
    this.#newest.set(text, key);
    return key;
  }

  *#overlaid(start: Uint8Array, end: Uint8Array | undefined): Iterable<Extract<Row, { table: "keys" }>> {
    const endText = end === undefined ? undefined : keyText(end);
    for (const text of this.#order.from(keyText(start))) {
      if (endText !== undefined && text >= endText) return;
      const newest = this.#newest.get(text);
      if (newest !== undefined) yield newest.row;
    }
  }
}
