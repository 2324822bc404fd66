import { EVENTS_PAGE_BYTES_MAX, EVENTS_PAGE_MAX } from "../base/limits.ts";
import type { Consistency, EventItem, Request } from "../wire/client-messages.ts";
import { wholeNumber } from "./misuse.ts";
import type { HistoryOptions } from "./options.ts";
import type { KeyChange } from "./replies.ts";
import { changeOf } from "./watch.ts";

/** Whose changes are wanted, and how fresh the newest of them must be. */
export interface HistoryQuestion {
  readonly key: Uint8Array;
  readonly consistency: () => Consistency;
}

export type AskHistory = (
  request: (id: number, timeoutMs: number) => Extract<Request, { kind: "history" }>,
) => Promise<{ readonly events: readonly EventItem[]; readonly more: boolean }>;

/** A key's changes, newest first, page after page. */
export async function* walkHistory(
  { key, consistency }: HistoryQuestion,
  options: HistoryOptions,
  ask: AskHistory,
): AsyncGenerator<KeyChange, void, undefined> {
  const limit = options.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber(options.limit, "limit");
  let before = options.before === undefined ? 0 : wholeNumber(options.before, "before");
  for (let told = 0; told < limit; ) {
    const pageLimit = Math.min(limit - told, EVENTS_PAGE_MAX);
    const page = { before, limit: pageLimit, bytesMax: EVENTS_PAGE_BYTES_MAX };
    const { events, more } = await ask((id, timeoutMs) => {
      return { kind: "history", id, timeoutMs, key, ...page, consistency: consistency() };
    });
    for (const event of events) yield changeOf(event);
    told += events.length;
    const last = events.at(-1);
    if (!more || last === undefined) return;
    before = last.revision;
  }
}
