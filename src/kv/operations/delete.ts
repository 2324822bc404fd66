import type { DeleteOperation } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { CommandOutcome } from "../outcome.ts";
import { conditionFailure } from "./condition.ts";

/** Deletes a key, if the condition holds; nothing to delete is no change and takes no revision. */
export function executeDelete(operation: DeleteOperation, draft: Draft): CommandOutcome {
  const { key, condition } = operation;
  const failed = condition === undefined ? undefined : conditionFailure(condition, draft.get(key));
  if (failed !== undefined) return { kind: "failure", failure: failed };
  const previous = draft.delete(key);
  const deleted = previous !== undefined;
  const answered = operation.previous ? previous : undefined;
  return {
    kind: "result",
    result: { kind: "delete", revision: draft.revision, deleted, previous: answered },
  };
}
