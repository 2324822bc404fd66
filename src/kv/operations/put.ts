import type { PutOperation } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { CommandOutcome } from "../outcome.ts";
import { conditionFailure } from "./condition.ts";
import { expiryOf, lifetimeFailure } from "./lifetime.ts";

/** Stores a value, if the condition holds. */
export function executePut(operation: PutOperation, draft: Draft): CommandOutcome {
  const { key, condition, lifetime, owner } = operation;
  const unmet = condition === undefined ? undefined : conditionFailure(condition, draft.get(key));
  const failed = unmet ?? lifetimeFailure(lifetime, owner, draft);
  if (failed !== undefined) return { kind: "failure", failure: failed };
  const { record, previous } = draft.put(key, draft.keep(operation.value), expiryOf(lifetime, draft.timeMs));
  const { createRevision, modRevision, version } = record;
  const answered = operation.previous ? previous : undefined;
  return {
    kind: "result",
    result: { kind: "put", revision: modRevision, createRevision, version, previous: answered },
  };
}
