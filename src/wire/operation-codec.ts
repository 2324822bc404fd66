import type protobuf from "protobufjs/minimal.js";
import { unreachable } from "../base/assert.ts";
import { EMPTY_BYTES } from "../base/bytes.ts";
import { SLOT_KEYS_MAX } from "../base/limits.ts";
import type {
  Change,
  Condition,
  Entry,
  Extent,
  ModifyOperation,
  Operation,
  PutAllOperation,
} from "../kv/command.ts";
import { fenceBody, fenceField } from "./fence-fields.ts";
import { bytesField, countField, malformed, refuseCrowded, wordField, wordNumber } from "./fields.ts";
import { lifetimeBody, lifetimeField, ownerField } from "./lease-fields.ts";
import { encodePayload } from "./payload.ts";
import {
  principalCreateBody,
  readPrincipalCreate,
  readPrincipalRevoke,
  readPrincipalRotate,
} from "./principal-fields.ts";
import { kvd } from "./schema.generated.js";
import { readTxn, txnBody } from "./txn-codec.ts";

/** The first byte of an encoded operation. */
const OPERATION_TYPE = {
  put: 1,
  delete: 2,
  deleteRange: 3,
  putAll: 4,
  modify: 5,
  txn: 6,
  touch: 7,
  leaseGrant: 8,
  leaseKeep: 9,
  leaseRevoke: 10,
  compact: 11,
  configure: 12,
  principalCreate: 16,
  principalRotate: 17,
  principalRevoke: 18,
} as const;
const CONDITIONS: readonly Condition["kind"][] = ["revision", "value"];
const EXTENTS: readonly Extent["kind"][] = ["up-to", "exactly"];
const CHANGES: readonly Change["kind"][] = [
  "incr",
  "max",
  "min",
  "append",
  "prepend",
  "set-if-absent",
  "json-merge",
  "cas",
];

/** The operation after one byte of its type, in memory of its own. */
export function encodeOperation(operation: Operation): Uint8Array {
  switch (operation.kind) {
    case "put": {
      const { key, value, previous, condition, lifetime, owner = "", fence } = operation;
      const isPlain = condition === undefined && lifetime === undefined && fence === undefined;
      const body = isPlain
        ? operation
        : {
            key,
            value,
            previous,
            ...conditionBody(condition),
            ...lifetimeBody(lifetime),
            owner,
            ...fenceBody(fence),
          };
      return encodePayload(OPERATION_TYPE.put, kvd.PutOperation, body as kvd.PutOperation.$Properties);
    }
    case "delete": {
      const { key, previous, condition, fence } = operation;
      const body = { key, previous, ...conditionBody(condition), ...fenceBody(fence) };
      return encodePayload(OPERATION_TYPE.delete, kvd.DeleteOperation, body);
    }
    case "delete-range": {
      const { start, end, extent, fence } = operation;
      const interval = { start, bounded: end !== undefined, end: end ?? EMPTY_BYTES };
      const how = { extent: wordNumber(EXTENTS, extent.kind), keys: extent.keys };
      const body = { ...interval, ...how, ...fenceBody(fence) };
      return encodePayload(OPERATION_TYPE.deleteRange, kvd.DeleteRangeOperation, body);
    }
    case "put-all":
      return encodePayload(OPERATION_TYPE.putAll, kvd.PutAllOperation, putAllBody(operation));
    case "modify":
      return encodePayload(OPERATION_TYPE.modify, kvd.ModifyOperation, modifyBody(operation));
    case "txn":
      return encodePayload(OPERATION_TYPE.txn, kvd.TxnOperation, txnBody(operation));
    case "touch": {
      const { key, ttlMs, fence } = operation;
      return encodePayload(OPERATION_TYPE.touch, kvd.TouchOperation, { key, ttlMs, ...fenceBody(fence) });
    }
    case "lease-grant":
      return encodePayload(OPERATION_TYPE.leaseGrant, kvd.LeaseGrantOperation, operation);
    case "lease-keep-alive":
      return encodePayload(OPERATION_TYPE.leaseKeep, kvd.LeaseKeepOperation, operation);
    case "lease-revoke":
      return encodePayload(OPERATION_TYPE.leaseRevoke, kvd.LeaseRevokeOperation, operation);
    case "compact":
      return encodePayload(OPERATION_TYPE.compact, kvd.CompactOperation, operation);
    case "configure":
      return encodePayload(OPERATION_TYPE.configure, kvd.ConfigureOperation, operation);
    case "principal-create": {
      const body = principalCreateBody(operation);
      return encodePayload(OPERATION_TYPE.principalCreate, kvd.PrincipalCreateOperation, body);
    }
    case "principal-rotate":
      return encodePayload(OPERATION_TYPE.principalRotate, kvd.PrincipalRotateOperation, operation);
    case "principal-revoke":
      return encodePayload(OPERATION_TYPE.principalRevoke, kvd.PrincipalRevokeOperation, operation);
    default:
      return unreachable(operation);
  }
}

/** Reads what `encodeOperation` wrote; throws MalformedError for anything else. Limits are looked at elsewhere. */
export function readOperation(reader: protobuf.Reader): Operation {
  const type = reader.uint32();
  switch (type) {
    case OPERATION_TYPE.put: {
      const body = kvd.PutOperation.decode(reader);
      const { key, value, previous } = body;
      return {
        kind: "put",
        key: bytesField(key),
        value: bytesField(value),
        previous,
        ...conditionField(body),
        ...lifetimeField(body.ttlMs, body.leaseId),
        ...ownerField(body.owner),
        ...fenceField(body),
      };
    }
    case OPERATION_TYPE.delete: {
      const body = kvd.DeleteOperation.decode(reader);
      return {
        kind: "delete",
        key: bytesField(body.key),
        previous: body.previous,
        ...conditionField(body),
        ...fenceField(body),
      };
    }
    case OPERATION_TYPE.deleteRange: {
      const body = kvd.DeleteRangeOperation.decode(reader);
      const { start, bounded, end, extent, keys } = body;
      return {
        kind: "delete-range",
        start: bytesField(start),
        end: bounded ? bytesField(end) : undefined,
        extent: { kind: wordField(EXTENTS, extent, "extent"), keys },
        ...fenceField(body),
      };
    }
    case OPERATION_TYPE.putAll:
      // As many as one request may have, and one more, so that the limit is explained and not only met.
      refuseCrowded(reader, 4 * (SLOT_KEYS_MAX + 1));
      return putAllField(kvd.PutAllOperation.decode(reader));
    case OPERATION_TYPE.modify:
      return modifyField(kvd.ModifyOperation.decode(reader));
    case OPERATION_TYPE.txn:
      return readTxn(reader);
    case OPERATION_TYPE.touch: {
      const body = kvd.TouchOperation.decode(reader);
      const ttlMs = countField(body.ttlMs, "time to live");
      return { kind: "touch", key: bytesField(body.key), ttlMs, ...fenceField(body) };
    }
    case OPERATION_TYPE.leaseGrant: {
      const { leaseId, ttlMs, owner } = kvd.LeaseGrantOperation.decode(reader);
      return {
        kind: "lease-grant",
        leaseId: countField(leaseId, "lease id"),
        ttlMs: countField(ttlMs, "time to live"),
        ...ownerField(owner),
      };
    }
    case OPERATION_TYPE.leaseKeep: {
      const { leaseId, owner } = kvd.LeaseKeepOperation.decode(reader);
      return { kind: "lease-keep-alive", leaseId: countField(leaseId, "lease id"), ...ownerField(owner) };
    }
    case OPERATION_TYPE.leaseRevoke: {
      const { leaseId, owner } = kvd.LeaseRevokeOperation.decode(reader);
      return { kind: "lease-revoke", leaseId: countField(leaseId, "lease id"), ...ownerField(owner) };
    }
    case OPERATION_TYPE.compact: {
      const { revision } = kvd.CompactOperation.decode(reader);
      return { kind: "compact", revision: countField(revision, "revision") };
    }
    case OPERATION_TYPE.configure: {
      const { leaderLeaseMs } = kvd.ConfigureOperation.decode(reader);
      return { kind: "configure", leaderLeaseMs: countField(leaderLeaseMs, "lease") };
    }
    case OPERATION_TYPE.principalCreate:
      return readPrincipalCreate(reader);
    case OPERATION_TYPE.principalRotate:
      return readPrincipalRotate(reader);
    case OPERATION_TYPE.principalRevoke:
      return readPrincipalRevoke(reader);
    default:
      return malformed(`operation type ${type} is not known: the client may be newer than this node`);
  }
}

interface ConditionBody {
  readonly condition: number;
  readonly ifRevision: number;
  readonly ifValue: Uint8Array;
}

function conditionBody(condition: Condition | undefined): ConditionBody {
  if (condition === undefined) return { condition: 0, ifRevision: 0, ifValue: EMPTY_BYTES };
  const number = wordNumber(CONDITIONS, condition.kind);
  return condition.kind === "revision"
    ? { condition: number, ifRevision: condition.revision, ifValue: EMPTY_BYTES }
    : { condition: number, ifRevision: 0, ifValue: condition.value };
}

const UNCONDITIONAL = {};

function conditionField(body: ConditionBody): { readonly condition?: Condition } {
  if (body.condition === 0) return UNCONDITIONAL;
  const kind = wordField(CONDITIONS, body.condition, "condition");
  return kind === "revision"
    ? { condition: { kind, revision: countField(body.ifRevision, "revision") } }
    : { condition: { kind, value: bytesField(body.ifValue) } };
}

function putAllBody({ entries, owner = "", fence }: PutAllOperation): kvd.PutAllOperation.$Properties {
  const keys = entries.map(({ key }) => key);
  const values = entries.map(({ value }) => value);
  if (entries.every(({ lifetime }) => lifetime === undefined))
    return { keys, values, owner, ...fenceBody(fence) };
  const lifetimes = entries.map(({ lifetime }) => lifetimeBody(lifetime));
  return {
    keys,
    values,
    ttlsMs: lifetimes.map(({ ttlMs }) => ttlMs),
    leaseIds: lifetimes.map(({ leaseId }) => leaseId),
    owner,
    ...fenceBody(fence),
  };
}

function putAllField(body: kvd.PutAllOperation): PutAllOperation {
  return { kind: "put-all", entries: entriesField(body), ...ownerField(body.owner), ...fenceField(body) };
}

function entriesField({ keys, values, ttlsMs, leaseIds }: kvd.PutAllOperation): readonly Entry[] {
  if (keys.length !== values.length) malformed(`${keys.length} keys with ${values.length} values`);
  for (const { length } of [ttlsMs, leaseIds])
    if (length !== 0 && length !== keys.length) malformed(`${keys.length} keys with ${length} lifetimes`);
  return keys.map((key, index) => ({
    key: bytesField(key),
    value: bytesField(values[index]),
    ...lifetimeField(ttlsMs[index], leaseIds[index]),
  }));
}

function modifyBody({
  key,
  change,
  returnsValue,
  previous,
  fence,
}: ModifyOperation): kvd.ModifyOperation.$Properties {
  return {
    key,
    change: wordNumber(CHANGES, change.kind),
    argument: change.argument,
    expected: change.kind === "cas" ? change.expected : EMPTY_BYTES,
    returnsValue,
    previous,
    ...fenceBody(fence),
  };
}

function modifyField(body: kvd.ModifyOperation): ModifyOperation {
  const kind = wordField(CHANGES, body.change, "change");
  const argument = bytesField(body.argument);
  const change =
    kind === "cas" ? { kind, expected: bytesField(body.expected), argument } : { kind, argument };
  const { returnsValue, previous } = body;
  return { kind: "modify", key: bytesField(body.key), change, returnsValue, previous, ...fenceField(body) };
}
