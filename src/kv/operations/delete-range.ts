import { unreachable } from "../../base/assert.ts";
import { conditionFailed, type Failure, failure } from "../../base/errors.ts";
import { RANGE_READ_BYTES_MAX, SLOT_KEYS_MAX } from "../../base/limits.ts";
import type { DeleteRangeOperation } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { CommandOutcome } from "../outcome.ts";
import { type RangeKeys, rangeKeys } from "./range-keys.ts";

/**
 * Deletes the first keys of an interval, or all of it if it holds exactly as many as expected. A range
 * with more than a slot may change goes on in later slots, by further requests.
 */
export function executeDeleteRange(operation: DeleteRangeOperation, draft: Draft): CommandOutcome {
  const { extent } = operation;
  switch (extent.kind) {
    case "up-to":
      return deleted(draft, rangeKeys(draft, operation, extent.keys));
    case "exactly": {
      const found = rangeKeys(draft, operation, SLOT_KEYS_MAX + 1);
      const failed = countFailure(found, extent.keys);
      return failed === undefined ? deleted(draft, found) : { kind: "failure", failure: failed };
    }
    default:
      return unreachable(extent);
  }
}

function deleted(draft: Draft, { keys, end }: RangeKeys): CommandOutcome {
  for (const { key, modRevision } of keys) draft.deleteFound(key, modRevision);
  const { revision } = draft;
  return {
    kind: "result",
    result: { kind: "delete-range", revision, count: keys.length, more: end !== "all" },
  };
}

function countFailure(found: RangeKeys, expected: number): Failure | undefined {
  if (found.end === "bytes") return tooLargeRange();
  const count = found.keys.length;
  if (count === expected) return undefined;
  const counted = count > SLOT_KEYS_MAX ? `more than ${SLOT_KEYS_MAX}` : `${count}`;
  return conditionFailed({ kind: "count", count }, `the range holds ${counted} keys, not ${expected}`);
}

/** The values of the range are more than may be read in one slot. */
export function tooLargeRange(): Failure {
  const message =
    `the values of the range are above ${RANGE_READ_BYTES_MAX} bytes; ` +
    "delete it in steps, without a count that must match";
  return failure("bad_value", "not_applied", message);
}
