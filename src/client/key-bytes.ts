import { concatBytes, copyBytes, EMPTY_BYTES, prefixEnd } from "../base/bytes.ts";
import { failure, KvdError } from "../base/errors.ts";
import type { KeyInterval } from "../kv/command.ts";
import type { Bytes, IntervalOptions } from "./options.ts";

const encoder = new TextEncoder();

/** Half of a surrogate pair is no character, and has no UTF-8. */
const HALF_CHARACTER = /\p{Cs}/u;

/** Text as UTF-8; bytes as they are. Throws a `bad_request` for anything else, which the compiler does not see. */
export function bytesOf(bytes: Bytes | undefined): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  if (typeof bytes !== "string")
    throw refused(`a key or value is ${kindOf(bytes)}; hand in text or a Uint8Array`);
  if (HALF_CHARACTER.test(bytes))
    throw refused("a key or value has half of a surrogate pair, which has no UTF-8; hand in its bytes");
  return encoder.encode(bytes);
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return `${value}`;
  return `of type ${typeof value}`;
}

function refused(message: string): KvdError {
  return new KvdError(failure("bad_request", "not_applied", message));
}

/** The smallest key above `key`: where the page after it starts. */
export function keyAfter(key: Uint8Array): Uint8Array {
  return concatBytes([key, new Uint8Array(1)]);
}

/** What the options name: by prefix or by bounds, never both, or all keys. */
export function intervalOf(options: IntervalOptions): KeyInterval {
  if (options.prefix !== undefined) {
    if (options.start !== undefined || options.end !== undefined)
      throw refused("prefix excludes start and end; name one range");
    // A copy: the `slice` of a Node buffer shares its memory, and the end must not be written into the start.
    const prefix = copyBytes(bytesOf(options.prefix));
    return { start: prefix, end: prefixEnd(prefix) };
  }
  const start = options.start === undefined ? EMPTY_BYTES : bytesOf(options.start);
  return { start, end: options.end === undefined ? undefined : bytesOf(options.end) };
}
