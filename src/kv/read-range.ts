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
  /** Ascending by key. */
  readonly items: readonly { readonly key: Uint8Array; readonly record: KeyRecord }[];
  /** Whether there are keys after the last item: it continues at the last key followed by a zero byte. */
  readonly more: boolean;
}

/** Reads an interval up to the query's bounds; a first item above `bytesMax` is still returned, so that a reader gets on. */
export function readRange(reader: StateReader, query: RangeQuery): RangeAnswer {
  const items: { key: Uint8Array; record: KeyRecord }[] = [];
  let bytes = 0;
  for (const [key, record] of reader.range(query.start, query.end)) {
    const itemBytes = ITEM_BYTES + key.length + (query.keysOnly ? 0 : record.value.length);
    const isFull = items.length >= query.limit || bytes + itemBytes > query.bytesMax;
    if (isFull && items.length > 0) return { items, more: true };
    items.push({ key, record: query.keysOnly ? { ...record, value: NO_VALUE } : record });
    bytes += itemBytes;
  }
  return { items, more: false };
}
