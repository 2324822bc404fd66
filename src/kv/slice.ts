import type { Slot } from "../base/ids.ts";
import { SLICE_BYTES_MAX, SLICE_ROWS_MAX } from "../base/limits.ts";
import type { ExecutedRecord, MachineMeta, Row } from "./state.ts";

/** What a row, and an executed command in it, take in memory besides their bytes, roughly. */
const ROW_BYTES = 200;
const RECORD_BYTES = 250;

/** A key's row as one slot left it, with the key as text. */
export interface UnflushedKey {
  readonly text: string;
  readonly bytes: number;
  readonly row: Extract<Row, { table: "keys" }>;
}

/** One applied slot's effects on their way to disk. */
export interface UnflushedSlot {
  readonly slot: Slot;
  readonly keys: readonly UnflushedKey[];
  readonly executed: readonly Extract<Row, { table: "executed" }>[];
  readonly meta: MachineMeta;
  /** What the slot holds in memory. */
  readonly bytes: number;
}

/** Merged effects of the whole slots [from, watermark): each row as it stood after the last of them. */
export interface StateSlice {
  readonly from: Slot;
  readonly watermark: Slot;
  readonly rows: readonly Row[];
  readonly meta: MachineMeta;
}

/**
 * A slice of the slots below `limit`, from the first on; undefined when there is none. It closes after
 * the first slot that takes it past SLICE_ROWS_MAX rows or SLICE_BYTES_MAX bytes: a slot is never cut,
 * because half of one, flushed and then replayed, would be executed twice.
 */
export function mergeSlots(slots: readonly UnflushedSlot[], limit: Slot): StateSlice | undefined {
  const first = slots[0];
  if (first === undefined || first.slot >= limit) return undefined;
  const keys = new Map<string, UnflushedKey>();
  const executed = new Map<Slot, Row>();
  let last = first;
  let bytes = 0;
  for (const slot of slots) {
    if (slot.slot >= limit) break;
    last = slot;
    for (const key of slot.keys) {
      bytes += key.bytes - (keys.get(key.text)?.bytes ?? 0);
      keys.set(key.text, key);
    }
    for (const row of slot.executed) {
      // Written and dropped within the slice: it never needs to reach the disk.
      if (row.records === undefined && row.slot >= first.slot) {
        bytes -= rowBytes(executed.get(row.slot));
        executed.delete(row.slot);
        continue;
      }
      bytes += rowBytes(row);
      executed.set(row.slot, row);
    }
    if (keys.size + executed.size > SLICE_ROWS_MAX || bytes > SLICE_BYTES_MAX) break;
  }
  const rows: Row[] = [];
  for (const { row } of keys.values()) rows.push(row);
  for (const row of executed.values()) rows.push(row);
  return { from: first.slot, watermark: (last.slot + 1) as Slot, rows, meta: last.meta };
}

/** What a row takes in memory, counted generously. */
export function rowBytes(row: Row | undefined): number {
  if (row === undefined) return 0;
  if (row.table === "keys") return ROW_BYTES + row.key.length + (row.record?.value.length ?? 0);
  let bytes = ROW_BYTES;
  for (const record of row.records ?? []) bytes += RECORD_BYTES + previousBytes(record);
  return bytes;
}

function previousBytes({ outcome }: ExecutedRecord): number {
  return outcome.kind === "result" ? (outcome.result.previous?.value.length ?? 0) : 0;
}
