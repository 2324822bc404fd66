import { unreachable } from "../base/assert.ts";
import { textBytes } from "../kv/key-text.ts";
import type { Row } from "../kv/state.ts";
import type { MemoryState, StateRecord } from "./memory-disk.ts";
import type { RowTable } from "./schema.ts";

/** A row, and the record by which it may be damaged. */
export interface MemoryRow {
  readonly row: Row;
  readonly record: StateRecord | undefined;
}

/** The rows of one table, in no particular order. */
export function* memoryRows(state: MemoryState, table: RowTable): Generator<MemoryRow> {
  switch (table) {
    case "keys":
      for (const [key, record] of state.keys) yield { row: { table, key, record }, record };
      return;
    case "executed":
      for (const [slot, records] of state.executed) yield { row: { table, slot, records }, record: records };
      return;
    case "leases":
      for (const [id, lease] of state.leases) yield { row: { table, id, lease }, record: lease };
      return;
    case "expiries":
      for (const [text, expiry] of state.expiries)
        yield { row: { table, key: textBytes(text), expiry }, record: expiry };
      return;
    case "principals":
      for (const [id, principal] of state.principals)
        yield { row: { table, id, principal }, record: principal };
      return;
    case "events":
      for (const row of state.events) yield { row, record: row };
      return;
    case "tombstones":
      for (const [text, revision] of state.tombstones)
        yield { row: { table, key: textBytes(text), revision }, record: undefined };
      return;
    default:
      unreachable(table);
  }
}
