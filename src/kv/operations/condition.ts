import { unreachable } from "../../base/assert.ts";
import { equalBytes } from "../../base/bytes.ts";
import { conditionFailed, type Failure } from "../../base/errors.ts";
import type { Condition, KeyRecord } from "../command.ts";

/** Why the condition does not hold of a key's present record, or undefined when it does. */
export function conditionFailure(condition: Condition, present: KeyRecord | undefined): Failure | undefined {
  switch (condition.kind) {
    case "revision":
      return condition.revision === (present?.modRevision ?? 0)
        ? undefined
        : revisionConflict(present, otherRevision(condition.revision, present));
    case "value":
      return valueFailure(condition.value, present);
    default:
      return unreachable(condition);
  }
}

/** Why the present value is not `expected`, or undefined when it is. */
export function valueFailure(expected: Uint8Array, present: KeyRecord | undefined): Failure | undefined {
  if (present === undefined) return revisionConflict(present, "the key is absent");
  if (equalBytes(present.value, expected)) return undefined;
  return revisionConflict(present, `the key has another value, since revision ${present.modRevision}`);
}

function otherRevision(expected: number, present: KeyRecord | undefined): string {
  if (present === undefined) return `the key is absent, not at revision ${expected}`;
  if (expected === 0) return `the key exists already, at revision ${present.modRevision}`;
  return `the key is at revision ${present.modRevision}, not ${expected}`;
}

function revisionConflict(present: KeyRecord | undefined, message: string): Failure {
  return conditionFailed({ kind: "revision", revision: present?.modRevision ?? 0 }, message);
}
