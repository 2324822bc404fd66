import { assert } from "../../base/assert.ts";
import { RANGE_READ_BYTES_MAX } from "../../base/limits.ts";
import type { Draft } from "../draft.ts";
import { textBytes } from "../key-text.ts";

/** What may still end in a slot: so many keys and leases together, as far as their values may be read. */
export interface Allowance {
  count: number;
  bytes: number;
}

export function newAllowance(count: number): Allowance {
  return { count, bytes: RANGE_READ_BYTES_MAX };
}

/**
 * Ends what is due, earliest first, in one change of at most `limit` keys and leases together. What is left
 * over goes first in the next slot: a lease that has begun to end keeps its time.
 */
export function expireDue(draft: Draft, limit: number): void {
  const { expiries, timeMs } = draft;
  draft.begin();
  const allowance = newAllowance(limit);
  while (leaves(allowance)) {
    const due = expiries.first;
    if (due === undefined || due.atMs > timeMs) return;
    if (due.kind === "lease") endLease(draft, due.id, allowance);
    else endKey(draft, textBytes(due.text), allowance);
  }
}

/** Deletes a lease's keys as far as is allowed, and the lease once it has none. */
export function endLease(draft: Draft, id: number, allowance: Allowance): void {
  const { expiries } = draft;
  while (leaves(allowance)) {
    const key = expiries.nextEnding(id);
    if (key === undefined) {
      expiries.removeLease(id);
      allowance.count--;
      return;
    }
    endKey(draft, key, allowance);
  }
}

function endKey(draft: Draft, key: Uint8Array, allowance: Allowance): void {
  const record = draft.delete(key);
  assert(record !== undefined, "I25: what ends by itself is there until then");
  allowance.count--;
  allowance.bytes -= record.value.length;
}

function leaves({ count, bytes }: Allowance): boolean {
  return count > 0 && bytes > 0;
}
