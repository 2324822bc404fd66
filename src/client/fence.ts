import type { Fenced, Operation } from "../kv/command.ts";
import { bytesOf } from "./key-bytes.ts";
import { misuse, objectOf, wholeNumber } from "./misuse.ts";
import type { FencedOptions } from "./options.ts";

/** The same change, to be done only while the lock is held that the options name. */
export function fenced<Change extends Operation & Fenced>(change: Change, { fence }: FencedOptions): Change {
  if (fence === undefined) return change;
  objectOf(fence, "a fence");
  const token = wholeNumber(fence.token, "the fence's token");
  if (token === 0) throw misuse("a fence's token is never 0");
  return { ...change, fence: { key: bytesOf(fence.key), token } };
}
