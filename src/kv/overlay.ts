import { assert } from "../base/assert.ts";
import { compareBytes } from "../base/bytes.ts";
import type { Slot } from "../base/ids.ts";
import type { KeyInterval, KeyRecord } from "./command.ts";
import { Generation, type UnflushedKey } from "./generation.ts";
import { keyText } from "./key-text.ts";
import type { StateSlice } from "./slice.ts";
import { SortedKeys } from "./sorted-keys.ts";
import type { AppliedState, EventRow, Row, SlotEffects } from "./state.ts";

type KeyRow = Extract<Row, { table: "keys" }>;

const NO_KEYS: ReadonlyMap<string, UnflushedKey> = new Map();

/**
 * Applied effects that are not yet in the durable state, before the state itself: reads see both as one.
 * They gather in generations of whole slots, which leave one by one, oldest first, once they are durable.
 */
export class Overlay implements AppliedState {
  readonly #base: AppliedState;
  readonly #newest = new Map<string, UnflushedKey>();
  readonly #order = new SortedKeys((text) => this.#newest.has(text));
  /** What slots are still added to. */
  #open: Generation | undefined;
  /** Closed, ascending, contiguous: they wait to become durable. */
  readonly #sealed: Generation[] = [];
  /** Keys of the generation that became durable last: as the base has them, but read without the disk. */
  #recent = NO_KEYS;
  #watermark: Slot;
  #next: Slot;
  #bytes = 0;

  /** `watermark`: every slot below is in `base`. */
  constructor(base: AppliedState, watermark: Slot) {
    this.#base = base;
    this.#watermark = watermark;
    this.#next = watermark;
  }

  /** Memory held, counted generously; 0 only when there is no unflushed slot. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Applied and not yet flushed. */
  get slots(): number {
    return this.#next - this.#watermark;
  }

  add(effects: SlotEffects): void {
    assert(effects.slot === this.#next, `I14: effects of slot ${effects.slot} where ${this.#next} is next`);
    this.#next = (effects.slot + 1) as Slot;
    const keys: UnflushedKey[] = [];
    for (const row of effects.rows) if (row.table === "keys") keys.push(this.#addKey(row));
    this.#open ??= new Generation(effects.slot);
    const generation = this.#open;
    const bytesBefore = generation.bytes;
    generation.add(effects, keys);
    this.#bytes += generation.bytes - bytesBefore;
    if (generation.isFull) this.seal();
  }

  /** Closes the open generation, if there is one, so that it can be flushed. */
  seal(): void {
    if (this.#open === undefined) return;
    this.#sealed.push(this.#open);
    this.#open = undefined;
  }

  get(key: Uint8Array): KeyRecord | undefined {
    const text = keyText(key);
    const held = this.#newest.get(text) ?? this.#recent.get(text);
    return held === undefined ? this.#base.get(key) : held.row.record;
  }

  range(start: Uint8Array, end: Uint8Array | undefined): Iterable<readonly [Uint8Array, KeyRecord]> {
    return this.#merged(this.#base.range(start, end), { start, end }, ({ record }) => record);
  }

  tombstone(key: Uint8Array): number | undefined {
    const text = keyText(key);
    const open = this.#open?.tombstone(text);
    if (open !== undefined) return open.revision;
    for (let index = this.#sealed.length - 1; index >= 0; index--) {
      const sealed = this.#sealed[index]?.tombstone(text);
      if (sealed !== undefined) return sealed.revision;
    }
    return this.#base.tombstone(key);
  }

  tombstones(start: Uint8Array, end: Uint8Array | undefined): Iterable<readonly [Uint8Array, number]> {
    return this.#merged(this.#base.tombstones(start, end), { start, end }, ({ key, record }) =>
      record === undefined ? this.tombstone(key) : undefined,
    );
  }

  *eventRows(from: number): Iterable<EventRow> {
    const generations = this.#open === undefined ? this.#sealed : [...this.#sealed, this.#open];
    const first = generations.find(({ firstRevision }) => firstRevision !== undefined)?.firstRevision;
    // What watches ask for is mostly newer than all that is on disk.
    if (first === undefined || from < first) yield* this.#base.eventRows(from);
    for (const generation of generations) yield* generation.eventRows(from);
  }

  /**
   * The next slice to flush: the oldest sealed generation, when none of its slots is at or above `limit`,
   * which is what the log holds durably. Changes nothing.
   */
  nextSlice(limit: Slot): StateSlice | undefined {
    const [oldest] = this.#sealed;
    return oldest === undefined || oldest.watermark > limit ? undefined : oldest.slice();
  }

  /** The slice up to `watermark` is durable in the base, and the base's reads see it. */
  flushed(watermark: Slot): void {
    const generation = this.#sealed.shift();
    assert(generation?.watermark === watermark, `I18: flushed up to ${watermark}, which was not sealed`);
    for (const key of generation.keys.values()) {
      // A later slot wrote the row again: then that one stays, for reads and for its own slice.
      if (this.#newest.get(key.text) !== key) continue;
      this.#newest.delete(key.text);
      this.#order.remove(key.text);
    }
    this.#recent = generation.keys;
    this.#bytes -= generation.bytes;
    this.#watermark = watermark;
  }

  #addKey(row: KeyRow): UnflushedKey {
    const text = keyText(row.key);
    const key: UnflushedKey = { text, row };
    const heldBefore = this.#newest.size;
    this.#newest.set(text, key);
    if (this.#newest.size > heldBefore) this.#order.add(text);
    return key;
  }

  /** What the base has in the interval, but for keys that an unflushed slot changed: of those `contentOf` tells. */
  *#merged<Content>(
    base: Iterable<readonly [Uint8Array, Content]>,
    { start, end }: KeyInterval,
    contentOf: (row: KeyRow) => Content | undefined,
  ): Iterable<readonly [Uint8Array, Content]> {
    const overlaid = this.#overlaid(start, end)[Symbol.iterator]();
    let own = overlaid.next();
    for (const item of base) {
      let order = 1;
      for (; own.done !== true; own = overlaid.next()) {
        order = compareBytes(own.value.key, item[0]);
        if (order >= 0) break;
        const content = contentOf(own.value);
        if (content !== undefined) yield [own.value.key, content];
      }
      const isHidden = own.done !== true && order === 0;
      if (!isHidden) yield item;
    }
    for (; own.done !== true; own = overlaid.next()) {
      const content = contentOf(own.value);
      if (content !== undefined) yield [own.value.key, content];
    }
  }

  *#overlaid(start: Uint8Array, end: Uint8Array | undefined): Iterable<KeyRow> {
    const endText = end === undefined ? undefined : keyText(end);
    for (const text of this.#order.from(keyText(start))) {
      if (endText !== undefined && text >= endText) return;
      const newest = this.#newest.get(text);
      if (newest !== undefined) yield newest.row;
    }
  }
}
