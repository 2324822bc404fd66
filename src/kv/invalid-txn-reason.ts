import { unreachable } from "../base/assert.ts";
import { compareBytes } from "../base/bytes.ts";
import type { Failure } from "../base/errors.ts";
import { TXN_BYTES_MAX, TXN_OPERATIONS_MAX } from "../base/limits.ts";
import type { Compare, KeyInterval, TxnOperation, TxnStep } from "./command.ts";
import {
  badRequest,
  invalidKeyReason,
  invalidRangeReason,
  invalidValueReason,
  tooLarge,
} from "./invalid-key-reason.ts";
import { keyText } from "./key-text.ts";
import { txnBytes } from "./operation-size.ts";

/** Why a transaction is refused whatever the store holds. */
export function invalidTxnReason(txn: TxnOperation): Failure | undefined {
  const { compares, steps, otherwise } = txn;
  const count = compares.length + steps.length + otherwise.length;
  if (count === 0) return badRequest("the transaction is empty");
  if (count > TXN_OPERATIONS_MAX) {
    return badRequest(
      `${count} compares and operations are too many for one transaction; the limit is ${TXN_OPERATIONS_MAX}`,
    );
  }
  const invalid =
    firstOf(compares, invalidCompareReason) ?? firstOf([...steps, ...otherwise], invalidStepReason);
  if (invalid !== undefined) return invalid;
  if (changesTwice(steps) || changesTwice(otherwise))
    return badRequest(
      "a key is changed twice in one list of operations; one revision has one change of a key",
    );
  const bytes = txnBytes(txn);
  return bytes <= TXN_BYTES_MAX ? undefined : tooLarge("transaction", bytes, TXN_BYTES_MAX, "txn_bytes_max");
}

function firstOf<T>(items: readonly T[], reason: (item: T) => Failure | undefined): Failure | undefined {
  for (const item of items) {
    const found = reason(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function invalidCompareReason(compare: Compare): Failure | undefined {
  const invalid = invalidKeyReason(compare.key);
  return invalid ?? (compare.target === "value" ? invalidValueReason(compare.value) : undefined);
}

function invalidStepReason(step: TxnStep): Failure | undefined {
  switch (step.kind) {
    case "put":
      return invalidKeyReason(step.key) ?? invalidValueReason(step.value);
    case "delete":
    case "get":
      return invalidKeyReason(step.key);
    case "delete-range":
      return invalidRangeReason(step);
    default:
      return unreachable(step);
  }
}

/** Whether a key is named by two changes, or by one and by a range that is deleted. */
function changesTwice(steps: readonly TxnStep[]): boolean {
  const keys = new Map<string, Uint8Array>();
  const ranges: KeyInterval[] = [];
  let changes = 0;
  for (const step of steps) {
    if (step.kind === "delete-range") ranges.push(step);
    if (step.kind !== "put" && step.kind !== "delete") continue;
    keys.set(keyText(step.key), step.key);
    changes++;
  }
  if (keys.size < changes) return true;
  // A thousand steps at most: no more than a quarter of a million looks.
  return ranges.some((range) => [...keys.values()].some((key) => isWithin(key, range)));
}

function isWithin(key: Uint8Array, { start, end }: KeyInterval): boolean {
  return compareBytes(key, start) >= 0 && (end === undefined || compareBytes(key, end) < 0);
}
