import { unreachable } from "../base/assert.ts";
import { ITEM_BYTES, SLOT_KEYS_MAX } from "../base/limits.ts";
import type { Operation, TxnOperation, TxnStep } from "./command.ts";

/** Keys and values of the operation that the store may keep, in bytes. */
export function keptBytes(operation: Operation): number {
  switch (operation.kind) {
    case "put":
      return operation.key.length + operation.value.length;
    case "delete":
      return operation.key.length;
    case "delete-range":
    case "touch":
    case "lease-grant":
    case "lease-keep-alive":
    case "lease-revoke":
    case "compact":
    case "configure":
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      return 0;
    case "put-all": {
      let bytes = 0;
      for (const { key, value } of operation.entries) bytes += key.length + value.length;
      return bytes;
    }
    case "modify":
      return operation.key.length + operation.change.argument.length;
    case "txn":
      return Math.max(keptBySteps(operation.steps), keptBySteps(operation.otherwise));
    default:
      return unreachable(operation);
  }
}

/** Keys that the operation changes at most: a batch takes no more of them than fit into its slot. */
export function changedKeysMax(operation: Operation): number {
  switch (operation.kind) {
    case "put":
    case "delete":
    case "modify":
      return 1;
    case "touch":
    case "lease-grant":
    case "lease-keep-alive":
    case "compact":
    case "configure":
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      return 0;
    case "delete-range":
      return operation.extent.keys;
    case "lease-revoke":
      return SLOT_KEYS_MAX;
    case "put-all":
      return operation.entries.length;
    case "txn":
      return Math.max(changedBySteps(operation.steps), changedBySteps(operation.otherwise));
    default:
      return unreachable(operation);
  }
}

/** Whether there may be more leases, or more keys that do not stay, after it. */
export function addsExpiries(operation: Operation): boolean {
  switch (operation.kind) {
    case "put":
      return operation.lifetime !== undefined;
    case "put-all":
      return operation.entries.some(({ lifetime }) => lifetime !== undefined);
    case "txn":
      return [...operation.steps, ...operation.otherwise].some(
        (step) => step.kind === "put" && step.lifetime !== undefined,
      );
    case "touch":
    case "lease-grant":
      return true;
    case "delete":
    case "delete-range":
    case "modify":
    case "lease-keep-alive":
    case "lease-revoke":
    case "compact":
    case "configure":
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      return false;
    default:
      return unreachable(operation);
  }
}

/** What counts towards the limit of a transaction: each key and value of it, and a little for each. */
export function txnBytes({ compares, steps, otherwise, owner = "", fence }: TxnOperation): number {
  // A UTF-16 unit takes three bytes of UTF-8 at most.
  let bytes = owner === "" ? 0 : ITEM_BYTES + 3 * owner.length;
  if (fence !== undefined) bytes += 2 * ITEM_BYTES + fence.key.length;
  for (const compare of compares) {
    const valueBytes = compare.target === "value" ? compare.value.length : 0;
    bytes += 2 * ITEM_BYTES + compare.key.length + valueBytes;
  }
  for (const step of [...steps, ...otherwise]) bytes += 2 * ITEM_BYTES + stepBytes(step);
  return bytes;
}

function stepBytes(step: TxnStep): number {
  switch (step.kind) {
    case "put":
      return step.key.length + step.value.length;
    case "delete":
    case "get":
      return step.key.length;
    case "delete-range":
      return step.start.length + (step.end?.length ?? 0);
    default:
      return unreachable(step);
  }
}

function keptBySteps(steps: readonly TxnStep[]): number {
  let bytes = 0;
  for (const step of steps) if (step.kind === "put" || step.kind === "delete") bytes += stepBytes(step);
  return bytes;
}

function changedBySteps(steps: readonly TxnStep[]): number {
  let keys = 0;
  for (const step of steps) {
    // How many keys a range holds is known only when it is done.
    if (step.kind === "delete-range") return SLOT_KEYS_MAX;
    if (step.kind !== "get") keys++;
  }
  return keys;
}

/** Whether the store is larger afterwards for good. What takes away, or only moves an end, is let through when room is short. */
export function needsSpace(operation: Operation): boolean {
  switch (operation.kind) {
    case "put":
    case "put-all":
    case "modify":
    case "lease-grant":
    case "principal-create":
      return true;
    case "delete":
    case "delete-range":
    case "touch":
    case "lease-keep-alive":
    case "lease-revoke":
    case "compact":
    case "configure":
    case "principal-rotate":
    case "principal-revoke":
      return false;
    case "txn":
      return [...operation.steps, ...operation.otherwise].some(({ kind }) => kind === "put");
    default:
      return unreachable(operation);
  }
}
