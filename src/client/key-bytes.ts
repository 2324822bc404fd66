import { concatBytes, copyBytes, EMPTY_BYTES, prefixEnd } from "../base/bytes.ts";
import type { KeyInterval } from "../kv/command.ts";
import type { Bytes, IntervalOptions } from "./options.ts";

const encoder = new TextEncoder();

/** Text as UTF-8; bytes as they are. */
export function bytesOf(bytes: Bytes): Uint8Array {
  return typeof bytes === "string" ? encoder.encode(bytes) : bytes;
}

/** The smallest key above `key`: where the page after it starts. */
export function keyAfter(key: Uint8Array): Uint8Array {
  return concatBytes([key, new Uint8Array(1)]);
}

/** What the options name: by prefix, by bounds, or all keys. */
export function intervalOf(options: IntervalOptions): KeyInterval {
  if (options.prefix !== undefined) {
    // A copy: the `slice` of a Node buffer shares its memory, and the end must not be written into the start.
    const prefix = copyBytes(bytesOf(options.prefix));
    return { start: options.start === undefined ? prefix : bytesOf(options.start), end: prefixEnd(prefix) };
  }
  const start = options.start === undefined ? EMPTY_BYTES : bytesOf(options.start);
  return { start, end: options.end === undefined ? undefined : bytesOf(options.end) };
}
