import { EVENT_ROW_BYTES_MAX } from "../base/limits.ts";
import type { KeyEvent } from "./event.ts";
import type { EventRow } from "./state.ts";

/** What a change takes in its row besides its key and value, in bytes. */
const EVENT_BYTES = 50;

/** The changes of one slot, in their order, as rows of at most so many bytes, or of one change. */
export function cutEvents(events: readonly KeyEvent[]): EventRow[] {
  const rows: EventRow[] = [];
  let from = 0;
  let bytes = 0;
  for (let index = 0; index < events.length; index++) {
    const eventBytes = diskBytes(events[index] as KeyEvent);
    if (index > from && bytes + eventBytes > EVENT_ROW_BYTES_MAX) {
      rows.push(rowOf(events.slice(from, index), rows.length));
      from = index;
      bytes = 0;
    }
    bytes += eventBytes;
  }
  if (from < events.length) rows.push(rowOf(from === 0 ? events : events.slice(from), rows.length));
  return rows;
}

function diskBytes({ key, record }: KeyEvent): number {
  return EVENT_BYTES + key.length + (record?.value.length ?? 0);
}

function rowOf(events: readonly KeyEvent[], part: number): EventRow {
  const last = events[events.length - 1] as KeyEvent;
  return { table: "events", revision: last.revision, part, events };
}

/** The index of the first row of revision `from` or later; their number when there is none. */
export function firstEventRow(rows: readonly EventRow[], from: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as EventRow).revision < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
