import { unreachable } from "../base/assert.ts";
import { GROUP_ZERO, type GroupId } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import type { Row } from "../kv/state.ts";
import { encodeEvents, encodeTombstone } from "./event-rows.ts";
import { encodeExpiry, encodeLease } from "./expiry-rows.ts";
import type { RowOperation } from "./lmdb-environment.ts";
import { encodePrincipal } from "./principal-rows.ts";
import { makeRecord, RECORD_HEADER_BYTES, RECORD_TYPE, type RecordType, sealRecord } from "./record.ts";
import { eventKey, leaseKey, principalKey, slotKey, userKey } from "./schema.ts";
import { encodeExecuted, encodeKeyRecord } from "./state-rows.ts";

/** A row of the state as it is to be written, in fresh memory. */
export function stateOperation(crypto: Crypto, group: GroupId, row: Row): RowOperation {
  const sealed = (type: RecordType, key: Uint8Array, body: Uint8Array | undefined): RowOperation => ({
    table: row.table,
    key,
    value: body && makeRecord(crypto, type, key, body),
  });
  switch (row.table) {
    case "keys": {
      const key = userKey(group, row.key);
      const value = row.record && encodeKeyRecord(row.record, RECORD_HEADER_BYTES);
      if (value !== undefined) sealRecord(crypto, RECORD_TYPE.key, key, value);
      return { table: "keys", key, value };
    }
    case "events": {
      const key = eventKey(group, row.revision, row.part);
      const value = encodeEvents(row.events, RECORD_HEADER_BYTES);
      sealRecord(crypto, RECORD_TYPE.events, key, value);
      // Revisions only rise, and there is one group: its last change is the last of all.
      return { table: "events", key, value, isLast: group === GROUP_ZERO };
    }
    case "executed":
      return sealed(
        RECORD_TYPE.executed,
        slotKey(group, row.slot),
        row.records && encodeExecuted(row.records),
      );
    case "leases":
      return sealed(RECORD_TYPE.lease, leaseKey(group, row.id), row.lease && encodeLease(row.lease));
    case "expiries":
      return sealed(RECORD_TYPE.expiry, userKey(group, row.key), row.expiry && encodeExpiry(row.expiry));
    case "principals": {
      const body = row.principal && encodePrincipal(row.principal);
      return sealed(RECORD_TYPE.principal, principalKey(group, row.id), body);
    }
    case "tombstones": {
      const body = row.revision === undefined ? undefined : encodeTombstone(row.revision);
      return sealed(RECORD_TYPE.tombstone, userKey(group, row.key), body);
    }
    default:
      return unreachable(row);
  }
}
