import { unreachable } from "../base/assert.ts";
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
import { invalidLifetimeReason } from "./invalid-lifetime-reason.ts";
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
      return (
        invalidKeyReason(step.key) ?? invalidValueReason(step.value) ?? invalidLifetimeReason(step.lifetime)
      );
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
  const keys: string[] = [];
  const ranges: { readonly start: string; readonly end: string | undefined }[] = [];
  for (const step of steps) {
    if (step.kind === "put" || step.kind === "delete") keys.push(keyText(step.key));
    if (step.kind === "delete-range") ranges.push(textsOf(step));
  }
  keys.sort(ascending);
  if (keys.some((key, index) => key === keys[index - 1])) return true;
  ranges.sort((left, right) => ascending(left.start, right.start));
  let next = 0;
  return ranges.some(({ start, end }) => {
    while (next < keys.length && (keys[next] as string) < start) next++;
    const key = keys[next];
    return key !== undefined && (end === undefined || key < end);
  });
}

function textsOf({ start, end }: KeyInterval): { readonly start: string; readonly end: string | undefined } {
  return { start: keyText(start), end: end === undefined ? undefined : keyText(end) };
}

function ascending(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
