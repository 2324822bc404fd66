import type { Client } from "../../client/client.ts";
import type { RangeOptions } from "../../client/options.ts";
import type { RangePage } from "../../client/replies.ts";

const PAGE_KEYS = 1_000;

/** The pages of an interval, up to `limit` keys in all; no page is asked for that would bring more. */
export async function* pagesUpTo(
  client: Client,
  options: RangeOptions,
  limit: number,
): AsyncGenerator<RangePage, void, undefined> {
  let left = limit;
  for await (const page of client.pages({ ...options, limit: Math.min(limit, PAGE_KEYS) })) {
    const items = page.items.slice(0, left);
    left -= items.length;
    yield { ...page, items, more: page.more || items.length < page.items.length };
    if (left === 0) return;
  }
}
