import { unreachable } from "../base/assert.ts";
import { type Failure, failure } from "../base/errors.ts";
import { KEY_BYTES_MAX, VALUE_BYTES_MAX } from "../base/limits.ts";
import type { Operation, RequestIdentity } from "./command.ts";

/** Why a key cannot name a record, or undefined when it can. */
export function invalidKeyReason(key: Uint8Array): Failure | undefined {
  if (key.length === 0)
    return failure("bad_request", "not_applied", "the key is empty; keys have at least 1 byte");
  if (key.length > KEY_BYTES_MAX) return tooLarge("key", key.length, KEY_BYTES_MAX, "key_bytes_max");
  return undefined;
}

/** Why [start, end) cannot be read as an interval of keys; an empty start is the first key. */
export function invalidIntervalReason(start: Uint8Array, end: Uint8Array | undefined): Failure | undefined {
  // One more than a key may have: what comes right after the longest key is that key and a zero byte.
  const bytesMax = KEY_BYTES_MAX + 1;
  if (start.length > bytesMax) return tooLarge("range's start", start.length, bytesMax, "key_bytes_max");
  if (end === undefined || end.length <= bytesMax) return undefined;
  return tooLarge("range's end", end.length, bytesMax, "key_bytes_max");
}

/** Why an operation is refused whatever the store holds; the same answer at admission and at apply. */
export function invalidReason(operation: Operation): Failure | undefined {
  const keyReason = invalidKeyReason(operation.key);
  if (keyReason !== undefined) return keyReason;
  switch (operation.kind) {
    case "put":
      if (operation.value.length <= VALUE_BYTES_MAX) return undefined;
      return tooLarge("value", operation.value.length, VALUE_BYTES_MAX, "value_bytes_max");
    case "delete":
      return undefined;
    default:
      return unreachable(operation);
  }
}

/** Why no client numbers its requests like this. */
export function invalidIdentityReason(identity: RequestIdentity): Failure | undefined {
  if (identity.acknowledged < identity.sequence) return undefined;
  const { sequence, acknowledged } = identity;
  const message = `request ${sequence} says that all up to ${acknowledged} are acknowledged, itself included`;
  return failure("bad_request", "not_applied", message);
}

function tooLarge(what: string, actual: number, limit: number, setting: string): Failure {
  const message = `the ${what} has ${actual} bytes; the limit is ${limit} bytes (${setting})`;
  return failure("too_large", "not_applied", message);
}
