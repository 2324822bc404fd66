import { unreachable } from "../base/assert.ts";
import type { Slot } from "../base/ids.ts";
import type { KeyEvent } from "./event.ts";
import { resultBytes } from "./result-memory.ts";
import type { ExecutedRecord, MachineMeta, Row } from "./state.ts";

/** What a row, an executed command and a change in it take in memory besides their bytes, roughly. */
const ROW_BYTES = 200;
const RECORD_BYTES = 250;
const EVENT_BYTES = 100;

/**
 * Merged effects of the whole slots [from, watermark): each row as it stood after the last of them. A slot
 * is never cut, because half of one, flushed and then replayed, would be executed twice.
 */
export interface StateSlice {
  readonly from: Slot;
  readonly watermark: Slot;
  readonly rows: readonly Row[];
  readonly meta: MachineMeta;
}

/** What a row takes in memory, counted generously. */
export function rowBytes(row: Row): number {
  switch (row.table) {
    case "keys":
      // Its value is that of the key's last change in the slot, and counts there.
      return ROW_BYTES + row.key.length;
    case "expiries":
    case "tombstones":
      return ROW_BYTES + row.key.length;
    case "leases":
    case "principals":
      return ROW_BYTES;
    case "executed":
      return executedBytes(row.records ?? []);
    case "events":
      return eventsBytes(row.events);
    default:
      return unreachable(row);
  }
}

function executedBytes(records: readonly ExecutedRecord[]): number {
  let bytes = ROW_BYTES;
  for (const record of records) bytes += RECORD_BYTES + answerBytes(record);
  return bytes;
}

function eventsBytes(events: readonly KeyEvent[]): number {
  let bytes = ROW_BYTES;
  for (const { record } of events) bytes += EVENT_BYTES + (record?.value.length ?? 0);
  return bytes;
}

function answerBytes({ outcome }: ExecutedRecord): number {
  return outcome.kind === "result" ? resultBytes(outcome.result) : 0;
}
