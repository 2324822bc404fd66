import { compareBytes } from "../base/bytes.ts";
import { type Failure, failure } from "../base/errors.ts";
import { KEY_BYTES_MAX, VALUE_BYTES_MAX } from "../base/limits.ts";
import type { KeyInterval } from "./command.ts";

/** Why a key cannot name a record, or undefined when it can. */
export function invalidKeyReason(key: Uint8Array): Failure | undefined {
  if (key.length === 0) return badRequest("the key is empty; keys have at least 1 byte");
  if (key.length > KEY_BYTES_MAX) return tooLarge("key", key.length, KEY_BYTES_MAX, "key_bytes_max");
  return undefined;
}

export function invalidValueReason(value: Uint8Array): Failure | undefined {
  if (value.length <= VALUE_BYTES_MAX) return undefined;
  return tooLarge("value", value.length, VALUE_BYTES_MAX, "value_bytes_max");
}

/** Why [start, end) cannot be read as an interval of keys; an empty start is the first key. */
export function invalidIntervalReason(start: Uint8Array, end: Uint8Array | undefined): Failure | undefined {
  // One more than a key may have: what comes right after the longest key is that key and a zero byte.
  const bytesMax = KEY_BYTES_MAX + 1;
  if (start.length > bytesMax) return tooLarge("range's start", start.length, bytesMax, "key_bytes_max");
  if (end === undefined || end.length <= bytesMax) return undefined;
  return tooLarge("range's end", end.length, bytesMax, "key_bytes_max");
}

/** Why a range cannot be deleted: one that holds nothing by its bounds is a mistake. */
export function invalidRangeReason({ start, end }: KeyInterval): Failure | undefined {
  const invalid = invalidIntervalReason(start, end);
  if (invalid !== undefined || end === undefined || compareBytes(start, end) < 0) return invalid;
  return badRequest("the range ends where it starts, or before; its end is exclusive");
}

export function badRequest(message: string): Failure {
  return failure("bad_request", "not_applied", message);
}

export function tooLarge(what: string, actual: number, limit: number, setting: string): Failure {
  const message = `the ${what} has ${actual} bytes; the limit is ${limit} bytes (${setting})`;
  return failure("too_large", "not_applied", message);
}
