import { unreachable } from "../../base/assert.ts";
import { type Failure, failure } from "../../base/errors.ts";
import { ITEM_BYTES, SLOT_KEYS_MAX, TXN_BYTES_MAX } from "../../base/limits.ts";
import type { KeyInterval, KeyRecord, StepAnswer, TxnOperation, TxnStep } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { CommandOutcome } from "../outcome.ts";
import { holds } from "./compare.ts";
import { tooLargeRange } from "./delete-range.ts";
import { expiryOf, lifetimeFailure } from "./lifetime.ts";
import { rangeKeys } from "./range-keys.ts";

/** Does one of two lists of steps, all of it or nothing. */
export function executeTxn(operation: TxnOperation, draft: Draft): CommandOutcome {
  const succeeded = operation.compares.every((compare) => holds(compare, draft.get(compare.key)));
  draft.remember();
  const answers: StepAnswer[] = [];
  let keysLeft = SLOT_KEYS_MAX;
  let bytesLeft = TXN_BYTES_MAX;
  for (const step of succeeded ? operation.steps : operation.otherwise) {
    const answer = perform(step, draft, { owner: operation.owner, keysLeft });
    keysLeft -= changedKeys(answer);
    bytesLeft -= answerBytes(answer);
    const failed = answer.kind === "refused" ? answer.failure : failureOf(answer, keysLeft, bytesLeft);
    if (failed !== undefined) {
      draft.undo();
      return { kind: "failure", failure: failed };
    }
    if (answer.kind !== "too-large" && answer.kind !== "refused") answers.push(answer);
  }
  return { kind: "result", result: { kind: "txn", revision: draft.revision, succeeded, answers } };
}

type Performed =
  | StepAnswer
  | { readonly kind: "too-large" }
  | { readonly kind: "refused"; readonly failure: Failure };

interface Terms {
  /** Whose leases alone may be named; undefined: anybody's. */
  readonly owner: string | undefined;
  readonly keysLeft: number;
}

function perform(step: TxnStep, draft: Draft, { owner, keysLeft }: Terms): Performed {
  switch (step.kind) {
    case "put": {
      const { key, value, lifetime } = step;
      const failure = lifetimeFailure(lifetime, owner, draft);
      if (failure !== undefined) return { kind: "refused", failure };
      const { record, previous } = draft.put(key, draft.keep(value), expiryOf(lifetime, draft.timeMs));
      const { createRevision, version } = record;
      return { kind: "put", createRevision, version, previous: step.previous ? previous : undefined };
    }
    case "delete": {
      const previous = draft.delete(step.key);
      const deleted = previous !== undefined;
      return { kind: "delete", deleted, previous: step.previous ? previous : undefined };
    }
    case "delete-range":
      return deleteAll(step, draft, keysLeft);
    case "get":
      return { kind: "get", record: draft.get(step.key) };
    default:
      return unreachable(step);
  }
}

/** One more than there is room for is counted, so that it shows. */
function deleteAll(interval: KeyInterval, draft: Draft, keysLeft: number): Performed {
  const { keys, end } = rangeKeys(draft, interval, keysLeft + 1);
  if (end === "bytes") return { kind: "too-large" };
  for (const { key, modRevision } of keys) draft.deleteFound(key, modRevision);
  return { kind: "delete-range", count: keys.length };
}

function changedKeys(answer: Performed): number {
  switch (answer.kind) {
    case "put":
      return 1;
    case "delete":
      return answer.deleted ? 1 : 0;
    case "delete-range":
      return answer.count;
    case "get":
    case "too-large":
    case "refused":
      return 0;
    default:
      return unreachable(answer);
  }
}

function answerBytes(answer: Performed): number {
  switch (answer.kind) {
    case "put":
    case "delete":
      return ITEM_BYTES + recordBytes(answer.previous);
    case "get":
      return ITEM_BYTES + recordBytes(answer.record);
    case "delete-range":
    case "too-large":
    case "refused":
      return ITEM_BYTES;
    default:
      return unreachable(answer);
  }
}

function recordBytes(record: KeyRecord | undefined): number {
  return record === undefined ? 0 : 2 * ITEM_BYTES + record.value.length;
}

function failureOf(answer: Performed, keysLeft: number, bytesLeft: number): Failure | undefined {
  if (answer.kind === "too-large") return tooLargeRange();
  if (keysLeft < 0) return refused(`it would change more than ${SLOT_KEYS_MAX} keys; delete ranges in steps`);
  if (bytesLeft < 0)
    return refused(`its answer is above ${TXN_BYTES_MAX} bytes; read less in it (txn_bytes_max)`);
  return undefined;
}

function refused(reason: string): Failure {
  return failure("bad_value", "not_applied", `the transaction is not done: ${reason}`);
}
