import { unreachable } from "../base/assert.ts";
import { type Failure, failure } from "../base/errors.ts";
import { ITEM_BYTES, LEASE_MS_MAX, LEASE_MS_MIN, SLOT_KEYS_MAX, TXN_BYTES_MAX } from "../base/limits.ts";
import type { Change, Condition, Entry, Extent, Operation, RequestIdentity } from "./command.ts";
import { parseDecimal } from "./decimal.ts";
import { fenceOf, invalidFenceReason } from "./fence.ts";
import {
  badRequest,
  invalidKeyReason,
  invalidRangeReason,
  invalidValueReason,
  tooLarge,
} from "./invalid-key-reason.ts";
import { invalidLeaseIdReason, invalidLifetimeReason, invalidTtlReason } from "./invalid-lifetime-reason.ts";
import { invalidPrincipalReason } from "./invalid-principal-reason.ts";
import { invalidTxnReason } from "./invalid-txn-reason.ts";
import { parseJson } from "./json-text.ts";
import { keyText } from "./key-text.ts";

/** Why an operation is refused whatever the store holds; the same answer at admission and at apply. */
export function invalidReason(operation: Operation): Failure | undefined {
  const fence = fenceOf(operation);
  return (fence && invalidFenceReason(fence)) ?? invalidUnfencedReason(operation);
}

function invalidUnfencedReason(operation: Operation): Failure | undefined {
  switch (operation.kind) {
    case "put":
      return (
        invalidKeyReason(operation.key) ??
        invalidValueReason(operation.value) ??
        invalidConditionReason(operation.condition) ??
        invalidLifetimeReason(operation.lifetime)
      );
    case "delete":
      return invalidKeyReason(operation.key) ?? invalidConditionReason(operation.condition);
    case "delete-range":
      return invalidRangeReason(operation) ?? invalidExtentReason(operation.extent);
    case "put-all":
      return invalidEntriesReason(operation.entries);
    case "modify":
      return invalidKeyReason(operation.key) ?? invalidChangeReason(operation.change);
    case "txn":
      return invalidTxnReason(operation);
    case "touch":
      return invalidKeyReason(operation.key) ?? invalidTtlReason(operation.ttlMs);
    case "lease-grant":
      return invalidTtlReason(operation.ttlMs);
    case "lease-keep-alive":
    case "lease-revoke":
      return invalidLeaseIdReason(operation.leaseId);
    case "compact":
      return undefined;
    case "configure":
      return invalidLeaseReason(operation.leaderLeaseMs);
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      return invalidPrincipalReason(operation);
    default:
      return unreachable(operation);
  }
}

/** Why no client numbers its requests like this. */
export function invalidIdentityReason(identity: RequestIdentity): Failure | undefined {
  if (identity.acknowledged < identity.sequence) return undefined;
  const { sequence, acknowledged } = identity;
  return badRequest(
    `request ${sequence} says that all up to ${acknowledged} are acknowledged, itself included`,
  );
}

function invalidConditionReason(condition: Condition | undefined): Failure | undefined {
  return condition?.kind === "value" ? invalidValueReason(condition.value) : undefined;
}

function invalidExtentReason({ kind, keys }: Extent): Failure | undefined {
  if (keys >= (kind === "up-to" ? 1 : 0) && keys <= SLOT_KEYS_MAX) return undefined;
  return badRequest(
    `one request deletes at most ${SLOT_KEYS_MAX} keys of a range, not ${keys}; go on with further requests`,
  );
}

function invalidEntriesReason(entries: readonly Entry[]): Failure | undefined {
  if (entries.length === 0) return badRequest("there is nothing to put: name at least one key");
  if (entries.length > SLOT_KEYS_MAX)
    return badRequest(`${entries.length} keys are too many for one request; the limit is ${SLOT_KEYS_MAX}`);
  const seen = new Set<string>();
  let bytes = 0;
  for (const { key, value, lifetime } of entries) {
    const invalid = invalidKeyReason(key) ?? invalidValueReason(value) ?? invalidLifetimeReason(lifetime);
    if (invalid !== undefined) return invalid;
    bytes += 2 * ITEM_BYTES + key.length + value.length;
    seen.add(keyText(key));
  }
  if (seen.size < entries.length) return badRequest("a key stands there twice; it can have one value");
  return bytes <= TXN_BYTES_MAX ? undefined : tooLarge("request", bytes, TXN_BYTES_MAX, "txn_bytes_max");
}

function invalidChangeReason(change: Change): Failure | undefined {
  const tooLong = invalidValueReason(change.argument);
  if (tooLong !== undefined) return tooLong;
  switch (change.kind) {
    case "incr":
    case "max":
    case "min":
      return parseDecimal(change.argument) === undefined
        ? badRequest(`the argument of ${change.kind} is not a signed 64-bit integer in decimal text`)
        : undefined;
    case "append":
    case "prepend":
    case "set-if-absent":
      return undefined;
    case "cas":
      return invalidValueReason(change.expected);
    case "json-merge": {
      const patch = parseJson(change.argument);
      return typeof patch === "string" ? badRequest(`the patch is not JSON: ${patch}`) : undefined;
    }
    default:
      return unreachable(change);
  }
}

function invalidLeaseReason(leaseMs: number): Failure | undefined {
  if (leaseMs === 0) return undefined;
  if (Number.isInteger(leaseMs) && leaseMs >= LEASE_MS_MIN && leaseMs <= LEASE_MS_MAX) return undefined;
  const message = `a leader's lease is off, or ${LEASE_MS_MIN} to ${LEASE_MS_MAX} ms long, not ${leaseMs} ms`;
  return failure("bad_request", "not_applied", message);
}
