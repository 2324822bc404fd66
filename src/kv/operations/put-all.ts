import type { PutAllOperation } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { CommandOutcome } from "../outcome.ts";
import { expiryOf, lifetimeFailure } from "./lifetime.ts";

/** Stores all entries at one revision. */
export function executePutAll({ entries, owner }: PutAllOperation, draft: Draft): CommandOutcome {
  draft.remember();
  for (const { key, value, lifetime } of entries) {
    const failed = lifetimeFailure(lifetime, owner, draft);
    if (failed !== undefined) {
      draft.undo();
      return { kind: "failure", failure: failed };
    }
    draft.put(key, draft.keep(value), expiryOf(lifetime, draft.timeMs));
  }
  return { kind: "result", result: { kind: "put-all", revision: draft.revision, count: entries.length } };
}
