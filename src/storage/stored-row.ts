import { unreachable } from "../base/assert.ts";
import type { Crypto } from "../base/seams.ts";
import type { Row } from "../kv/state.ts";
import { decodeEvents, decodeTombstone } from "./event-rows.ts";
import { decodeExpiry, decodeLease } from "./expiry-rows.ts";
import { LayoutError } from "./layout.ts";
import { decodePrincipal } from "./principal-rows.ts";
import { openRecord, RECORD_TYPE, type RecordType } from "./record.ts";
import {
  type RowTable,
  readChunk,
  readLeaseId,
  readPrincipalId,
  readRevision,
  readSlot,
  readUserKey,
} from "./schema.ts";
import type { StoredRow } from "./snapshot-chunks.ts";
import { decodeExecuted, decodeKeyRecord } from "./state-rows.ts";

const RECORD_TYPES: Readonly<Record<RowTable, RecordType>> = {
  keys: RECORD_TYPE.key,
  executed: RECORD_TYPE.executed,
  leases: RECORD_TYPE.lease,
  expiries: RECORD_TYPE.expiry,
  principals: RECORD_TYPE.principal,
  events: RECORD_TYPE.events,
  tombstones: RECORD_TYPE.tombstone,
};

/** The body of a state's row; undefined when it is not what was written under its key. */
export function openStoredRow(crypto: Crypto, row: StoredRow): Uint8Array | undefined {
  return row.value && openRecord(crypto, RECORD_TYPES[row.table], row.key, row.value);
}

/** What a row says; throws LayoutError when it is not what was written, or removes changes, which no row can say. */
export function decodeStoredRow(crypto: Crypto, stored: StoredRow): Row {
  const { table, key } = stored;
  const body = openStoredRow(crypto, stored);
  if (body === undefined && stored.value !== undefined) throw new LayoutError("a row fails its checks");
  switch (table) {
    case "keys":
      return { table, key: readUserKey(key), record: body && decodeKeyRecord(body) };
    case "executed":
      return { table, slot: readSlot(key), records: body && decodeExecuted(body) };
    case "leases":
      return { table, id: readLeaseId(key), lease: body && decodeLease(body) };
    case "expiries":
      return { table, key: readUserKey(key), expiry: body && decodeExpiry(body) };
    case "principals":
      return { table, id: readPrincipalId(key), principal: body && decodePrincipal(body) };
    case "tombstones":
      return { table, key: readUserKey(key), revision: body && decodeTombstone(body) };
    case "events":
      if (body === undefined) throw new LayoutError("a row of changes is removed");
      return { table, revision: readRevision(key), part: readChunk(key), events: decodeEvents(body) };
    default:
      return unreachable(table);
  }
}
