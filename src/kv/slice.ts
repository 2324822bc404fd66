import type { Slot } from "../base/ids.ts";
import { resultBytes } from "./result-memory.ts";
import type { ExecutedRecord, MachineMeta, Row } from "./state.ts";

/** What a row, and an executed command in it, take in memory besides their bytes, roughly. */
const ROW_BYTES = 200;
const RECORD_BYTES = 250;

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
  if (row.table === "keys") return ROW_BYTES + row.key.length + (row.record?.value.length ?? 0);
  if (row.table === "expiries") return ROW_BYTES + row.key.length;
  let bytes = ROW_BYTES;
  if (row.table === "leases" || row.table === "principals") return bytes;
  for (const record of row.records ?? []) bytes += RECORD_BYTES + answerBytes(record);
  return bytes;
}

function answerBytes({ outcome }: ExecutedRecord): number {
  return outcome.kind === "result" ? resultBytes(outcome.result) : 0;
}
