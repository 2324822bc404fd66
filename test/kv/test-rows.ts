import type { Slot } from "../../src/base/ids.ts";
import type { KeyRecord } from "../../src/kv/command.ts";
import { FRESH_META, type Row, type SlotEffects } from "../../src/kv/state.ts";
import { text } from "./test-state.ts";

export const at = (value: number): Slot => value as Slot;

export function record(modRevision: number, valueBytes = 1): KeyRecord {
  return { value: new Uint8Array(valueBytes), createRevision: 1, modRevision, version: 1, leaseId: 0 };
}

export function effects(slot: number, ...rows: readonly Row[]): SlotEffects {
  return { slot: at(slot), rows, meta: { ...FRESH_META, revision: slot, timeMs: slot } };
}

export function keyRow(key: string, kept: KeyRecord | undefined): Row {
  return { table: "keys", key: text(key), record: kept };
}

/** The rows of one change, as its slot makes them; no record: a delete at `revision`. */
export function changeRows(
  key: string,
  kept: KeyRecord | undefined,
  revision = kept?.modRevision ?? 0,
): Row[] {
  const events = [{ key: text(key), revision, record: kept, previousRevision: 0 }];
  const rows: Row[] = [keyRow(key, kept), { table: "events", revision, part: 0, events }];
  if (kept === undefined) rows.push({ table: "tombstones", key: text(key), revision });
  return rows;
}
