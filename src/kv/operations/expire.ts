import type { Draft } from "../draft.ts";
import { textBytes } from "../key-text.ts";

/**
 * Ends what is due, earliest first, in one change of at most `limit` keys and leases together. What is left
 * over goes first in the next slot: a lease that has begun to end keeps its time.
 */
export function expireDue(draft: Draft, limit: number): void {
  const { expiries, timeMs } = draft;
  draft.begin();
  for (let left = limit; left > 0; ) {
    const due = expiries.first;
    if (due === undefined || due.atMs > timeMs) return;
    if (due.kind === "lease") {
      left -= endLease(draft, due.id, left);
    } else {
      draft.deleteNamed(textBytes(due.text));
      left--;
    }
  }
}

/** Deletes at most `limit` keys of a lease, and the lease once it has none; how many of all these it was. */
export function endLease(draft: Draft, id: number, limit: number): number {
  const { expiries } = draft;
  let count = 0;
  for (; count < limit; count++) {
    const key = expiries.nextEnding(id);
    if (key === undefined) {
      expiries.removeLease(id);
      return count + 1;
    }
    draft.deleteNamed(key);
  }
  return count;
}
