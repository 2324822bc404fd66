import { unreachable } from "../../base/assert.ts";
import { historyLines, type Operation, type RangeRead, type SeenRecord } from "./history.ts";
import type { KeyState } from "./key-state.ts";
import type { MinimalHistory } from "./minimise.ts";
import { type GroupOperation, isRange } from "./range-checker.ts";

/** A violation for people, a line per operation in the order of the calls, and the same lines for checkers. */
export function minimalText({ start, operations, failed }: MinimalHistory): readonly string[] {
  return [
    `before: ${start.map(({ state }) => stateText(state)).join("; or ")}`,
    ...operations.map((operation) => operationText(operation, operation === failed)),
    ...historyLines(operations),
  ];
}

export function groupText(operations: readonly GroupOperation[], failed: GroupOperation): readonly string[] {
  return operations.map((operation) => operationText(operation, operation === failed));
}

function operationText(operation: GroupOperation, isFailed: boolean): string {
  const { client, invoked, returned, invokedMs, returnedMs } = operation;
  const isOpen = !isRange(operation) && operation.outcome.kind === "unknown";
  const span = `${invokedMs.toFixed(1)}..${isOpen ? "?" : returnedMs.toFixed(1)} ms`;
  const order = `[${invoked}..${isOpen ? "?" : returned}]`;
  const what = isRange(operation)
    ? rangeText(operation)
    : `${actionText(operation)} -> ${outcomeText(operation)}`;
  return `${isFailed ? "*" : " "} ${order.padEnd(14)} ${span.padEnd(26)} ${client.padEnd(6)} ${what}`;
}

function actionText({ action, key }: Operation): string {
  switch (action.kind) {
    case "put":
      return `put ${key} = ${action.tag}`;
    case "delete":
      return `delete ${key}`;
    case "get":
      return `get ${key}`;
    default:
      return unreachable(action);
  }
}

function outcomeText({ outcome }: Operation): string {
  switch (outcome.kind) {
    case "put":
      return `version ${outcome.version}, created ${outcome.createRevision}, revision ${outcome.revision}`;
    case "deleted":
      return `${outcome.deleted ? "deleted" : "was absent"}, revision ${outcome.revision}`;
    case "read":
      return `${recordText(outcome.record)} (store at ${outcome.revision})`;
    case "not-applied":
      return `refused: ${outcome.code}`;
    case "unknown":
      return "unknown";
    default:
      return unreachable(outcome);
  }
}

function rangeText({ prefix, through, records, revision }: RangeRead): string {
  const found = [...records].map(([key, record]) => `${key} = ${recordText(record)}`);
  const where = through === undefined ? `${prefix}*` : `${prefix}* through ${through}`;
  return `range ${where} -> ${found.join("; ") || "nothing"} (store at ${revision})`;
}

function recordText(record: SeenRecord | undefined): string {
  if (record === undefined) return "absent";
  return `${record.tag}, version ${record.version}, created ${record.createRevision}, revision ${record.modRevision}`;
}

function stateText({ tag, version, createRevision, modRevision }: KeyState): string {
  if (tag === undefined) return "absent";
  return `${tag}, version ${version}, created ${createRevision ?? "?"}, revision ${modRevision ?? "?"}`;
}
