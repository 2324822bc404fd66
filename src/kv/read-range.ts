import type { KeyRecord } from "./command.ts";
import type { StateReader } from "./state.ts";

/** What an item takes in a reply besides its key and value, roughly. */
const ITEM_BYTES = 48;
const NO_VALUE = new Uint8Array(0);

export interface RangeQuery {
  /** Keys in [start, end), `end` undefined: to the last one. */
  readonly start: Uint8Array;
  readonly end: Uint8Array | undefined;
  /** At most this many items, and no item that starts beyond this many bytes; at least one item either way. */
  readonly limit: number;
  readonly bytesMax: number;
  /** Values are left out: empty. */
  readonly keysOnly: boolean;
}

export interface RangeAnswer {
  readonly kind: "page";
  /** Ascending by key. */
  readonly items: readonly { readonly key: Uint8Array; readonly record: KeyRecord }[];
  /** Whether there are keys after the last item: it continues at the last key followed by a zero byte. */
  readonly more: boolean;
}

/** A page of an interval while it fills. */
export class RangePage {
  readonly #query: Pick<RangeQuery, "limit" | "bytesMax" | "keysOnly">;
  readonly #items: { key: Uint8Array; record: KeyRecord }[] = [];
  #bytes = 0;

  constructor(query: Pick<RangeQuery, "limit" | "bytesMax" | "keysOnly">) {
    this.#query = query;
  }

  /** Takes the next key in, ascending; false when there is no room, which there is for a first one of any size. */
  offer(key: Uint8Array, record: KeyRecord): boolean {
    const { limit, bytesMax, keysOnly } = this.#query;
    const itemBytes = ITEM_BYTES + key.length + (keysOnly ? 0 : record.value.length);
    const isFull = this.#items.length >= limit || this.#bytes + itemBytes > bytesMax;
    if (isFull && this.#items.length > 0) return false;
    this.#items.push({ key, record: keysOnly ? { ...record, value: NO_VALUE } : record });
    this.#bytes += itemBytes;
    return true;
  }

  answer(more: boolean): RangeAnswer {
    return { kind: "page", items: this.#items, more };
  }
}

/** Reads an interval up to the query's bounds; a first item above `bytesMax` is still returned, so that a reader gets on. */
export function readRange(reader: StateReader, query: RangeQuery): RangeAnswer {
  const page = new RangePage(query);
  for (const [key, record] of reader.range(query.start, query.end))
    if (!page.offer(key, record)) return page.answer(true);
  return page.answer(false);
}
