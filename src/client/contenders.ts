import { concatBytes } from "../base/bytes.ts";
import type { KeyInterval } from "../kv/command.ts";
import type { RangeItem } from "../wire/client-messages.ts";
import { bytesOf } from "./key-bytes.ts";
import { misuse } from "./misuse.ts";
import type { Bytes } from "./options.ts";
import type { Holder } from "./replies.ts";

const LEASE_DIGITS = 16;
const decoder = new TextDecoder();

/**
 * One who holds a lock or waits for it: a key NAME/LEASE that lives as long as its lease. The token is the revision
 * at which the key was made: the lower one goes first, and no other ever has it.
 */
export type Contender = Holder;

/** The name of a lock or an office as bytes; throws a `bad_request` for one that is empty. */
export function lockName(name: Bytes): Uint8Array {
  const bytes = bytesOf(name);
  if (bytes.length === 0) throw misuse("a lock needs a name");
  return bytes;
}

export function contenderKey(name: Uint8Array, leaseId: number): Uint8Array {
  return concatBytes([name, bytesOf(`/${leaseId.toString(16).padStart(LEASE_DIGITS, "0")}`)]);
}

/** Where the contenders' keys lie; what else lies there `contenderOf` tells apart. */
export function contenderInterval(name: Uint8Array): KeyInterval {
  return { start: concatBytes([name, bytesOf("/0")]), end: concatBytes([name, bytesOf("/g")]) };
}

/** The contender that a key stands for, or undefined: below a name there may be other keys, and other locks. */
export function contenderOf(name: Uint8Array, { key, record }: RangeItem): Contender | undefined {
  const digits = decoder.decode(key.subarray(name.length + 1));
  if (digits.length !== LEASE_DIGITS || !/^[0-9a-f]+$/.test(digits)) return undefined;
  const { leaseId, createRevision, value } = record;
  if (leaseId === 0 || Number.parseInt(digits, 16) !== leaseId) return undefined;
  return { key, leaseId, token: createRevision, value };
}

/** Whose turn it is first. */
export function inOrder(contenders: Iterable<Contender>): readonly Contender[] {
  return [...contenders].sort((left, right) => left.token - right.token);
}
