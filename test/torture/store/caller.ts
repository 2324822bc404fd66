import { KvdError } from "../../../src/base/errors.ts";
import type { Client } from "../../../src/client/client.ts";
import type { ChangeOptions } from "../../../src/client/options.ts";
import type { TxnAnswer } from "../../../src/client/replies.ts";
import { parseRequestId } from "../../../src/client/request-id.ts";
import type { TxnCompare, TxnDo } from "../../../src/client/txn.ts";
import type { KeyRecord } from "../../../src/kv/command.ts";
import type {
  SeenRow,
  StepAnswer,
  StoreAnswer,
  StoreCall,
  StoreChangeOperation,
  StoreCompare,
  StoreCondition,
  StoreExtent,
  StoreOperation,
  StoreOutcome,
  StoreReadOperation,
  StoreStep,
} from "./call.ts";

type Answered = Extract<StoreOutcome, { kind: "answered" }>;

const decoder = new TextDecoder();

export interface Patience {
  readonly firstMs: number;
  readonly repeatMs: number;
  /** How often a change of unknown outcome is repeated under its request id. */
  readonly repeats: number;
}

/** Reads; no answer is no answer. */
export async function read(
  client: Client,
  operation: StoreReadOperation,
  options: { readonly consistency: StoreCall["level"]; readonly timeoutMs: number },
): Promise<StoreOutcome> {
  try {
    if (operation.kind === "get") {
      const { record, revision } = await client.get(operation.key, options);
      return { kind: "answered", answer: { kind: "get", row: seen(record) }, revision };
    }
    const { prefix, limit } = operation;
    const { items, more, revision } = await client.range({ prefix, limit, ...options });
    const rows = items.map(({ key, record }) => [decoder.decode(key), seenRow(record)] as const);
    return { kind: "answered", answer: { kind: "range", rows, more }, revision };
  } catch (thrown) {
    return { kind: "none", code: refusalOf(thrown).failure.code };
  }
}

/** Asks for a change; each repeat goes to whom `repeater` names, as a fresh process would send it. */
export async function change(
  client: Client,
  operation: StoreChangeOperation,
  patience: Patience,
  repeater: () => Client,
): Promise<StoreOutcome> {
  const first = await attempt(client, operation, { timeoutMs: patience.firstMs });
  if (!(first instanceof KvdError)) return first;
  const { failure } = first;
  if (failure.outcome !== "unknown") return { kind: "none", code: failure.code };
  const requestId = parseRequestId(first.requestId ?? "");
  if (requestId === undefined) return { kind: "unknown" };
  for (let repeat = 0; repeat < patience.repeats; repeat++) {
    const again = await attempt(repeater(), operation, { timeoutMs: patience.repeatMs, requestId });
    if (!(again instanceof KvdError)) return again;
    // A repeat that was refused tells of the repeat alone, unless the log itself has answered.
    const isFinal = again.failure.code === "expired" && again.failure.outcome === "not_applied";
    if (isFinal) return { kind: "none", code: again.failure.code };
  }
  return { kind: "unknown" };
}

async function attempt(
  client: Client,
  operation: StoreChangeOperation,
  options: ChangeOptions,
): Promise<StoreOutcome | KvdError> {
  try {
    return await ask(client, operation, options);
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    const { code, conflict } = refusal.failure;
    if (code === "bad_value") return { kind: "refused", code };
    if (code !== "condition_failed" || conflict === undefined) return refusal;
    const number = conflict.kind === "revision" ? conflict.revision : conflict.count;
    return { kind: "refused", code, conflict: { kind: conflict.kind, number } };
  }
}

async function ask(
  client: Client,
  operation: StoreChangeOperation,
  options: ChangeOptions,
): Promise<Answered> {
  switch (operation.kind) {
    case "put": {
      const how = { ...options, previous: true, ...conditionOf(operation.condition) };
      const reply = await client.put(operation.key, operation.value, how);
      const { version, createRevision: created, previous, revision } = reply;
      return answered({ kind: "put", version, created, previous: seen(previous) }, revision);
    }
    case "delete": {
      const how = { ...options, previous: true, ...conditionOf(operation.condition) };
      const { deleted, previous, revision } = await client.delete(operation.key, how);
      return answered({ kind: "delete", deleted, previous: seen(previous) }, revision);
    }
    case "modify":
      return modify(client, operation, options);
    case "put-all": {
      const { count, revision } = await client.putAll(operation.entries, options);
      return answered({ kind: "put-all", count }, revision);
    }
    case "txn": {
      const { compares, steps, otherwise } = operation;
      const request = { if: compares.map(compareOf), do: steps.map(doOf), else: otherwise.map(doOf) };
      const { succeeded, answers, revision } = await client.txn(request, options);
      return answered({ kind: "txn", succeeded, answers: answers.map(stepAnswer) }, revision);
    }
    case "delete-range": {
      const { prefix, extent } = operation;
      const { count, more, revision } = await client.deleteRange({ prefix, ...extentOf(extent), ...options });
      return answered({ kind: "delete-range", count, more }, revision);
    }
  }
}

async function modify(
  client: Client,
  { key, change }: Extract<StoreOperation, { kind: "modify" }>,
  options: ChangeOptions,
): Promise<Answered> {
  const modification =
    "number" in change
      ? { op: change.op, argument: change.number }
      : change.op === "cas"
        ? { op: change.op, expected: change.expected, argument: change.text }
        : { op: change.op, argument: change.text };
  const reply = await client.modify(key, modification, { ...options, previous: true });
  const { value, version, createRevision: created, modRevision: changed, previous, revision } = reply;
  const row = { value: decoder.decode(value), version, created, changed };
  return answered({ kind: "modify", isChanged: reply.changed, row, previous: seen(previous) }, revision);
}

function answered(answer: StoreAnswer, revision: number): Answered {
  return { kind: "answered", answer, revision };
}

function conditionOf(condition: StoreCondition | undefined): object {
  if (condition === undefined) return {};
  if (condition.kind === "absent") return { ifAbsent: true };
  return condition.kind === "value" ? { ifValue: condition.value } : { ifRevision: condition.revision };
}

function compareOf(compare: StoreCompare): TxnCompare {
  return compare;
}

function doOf(step: StoreStep): TxnDo {
  switch (step.kind) {
    case "put":
      return { put: step.key, value: step.value, previous: true };
    case "delete":
      return { delete: step.key, previous: true };
    case "delete-range":
      return { deletePrefix: step.prefix };
    case "get":
      return { get: step.key };
  }
}

function extentOf(extent: StoreExtent): { readonly limit: number } | { readonly expectedCount: number } {
  switch (extent.kind) {
    case "all":
      // As many as one request may: without a bound it could not be repeated under its request id.
      return { limit: 10_000 };
    case "limit":
      return { limit: extent.keys };
    case "count":
      return { expectedCount: extent.keys };
  }
}

function stepAnswer(answer: TxnAnswer): StepAnswer {
  switch (answer.kind) {
    case "put": {
      const { version, createRevision: created, previous } = answer;
      return { kind: "put", version, created, previous: seen(previous) };
    }
    case "delete":
      return { kind: "delete", deleted: answer.deleted, previous: seen(answer.previous) };
    case "delete-range":
      return { kind: "delete-range", count: answer.count, more: false };
    case "get":
      return { kind: "get", row: seen(answer.record) };
  }
}

function seen(record: KeyRecord | undefined): SeenRow | null {
  return record === undefined ? null : seenRow(record);
}

function seenRow({ value, version, createRevision, modRevision }: KeyRecord): SeenRow {
  return { value: decoder.decode(value), version, created: createRevision, changed: modRevision };
}

function refusalOf(thrown: unknown): KvdError {
  if (thrown instanceof KvdError) return thrown;
  throw thrown;
}
