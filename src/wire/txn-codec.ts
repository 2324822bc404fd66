import type protobuf from "protobufjs/minimal.js";
import { unreachable } from "../base/assert.ts";
import { TXN_OPERATIONS_MAX } from "../base/limits.ts";
import type { Compare, Relation, TxnOperation, TxnStep } from "../kv/command.ts";
import { fenceBody, fenceField } from "./fence-fields.ts";
import { bytesField, countField, malformed, refuseCrowded, wordField, wordNumber } from "./fields.ts";
import { lifetimeBody, lifetimeField, ownerField } from "./lease-fields.ts";
import { kvd } from "./schema.generated.js";

const TARGETS: readonly Compare["target"][] = [
  "exists",
  "value",
  "version",
  "create-revision",
  "mod-revision",
];
const RELATIONS: readonly Relation[] = ["=", "!=", "<", ">"];
const STEPS: readonly TxnStep["kind"][] = ["put", "delete", "delete-range", "get"];

export function txnBody({
  compares,
  steps,
  otherwise,
  owner = "",
  fence,
}: TxnOperation): kvd.TxnOperation.$Properties {
  return {
    compares: compares.map(compareBody),
    steps: steps.map(stepBody),
    otherwise: otherwise.map(stepBody),
    owner,
    ...fenceBody(fence),
  };
}

/** Reads what `txnBody` gave; throws MalformedError for anything else. */
export function readTxn(reader: protobuf.Reader): TxnOperation {
  // One more than there may be, so that the limit is explained and not only met.
  refuseCrowded(reader, TXN_OPERATIONS_MAX + 1);
  const body = kvd.TxnOperation.decode(reader);
  return {
    kind: "txn",
    compares: body.compares.map(compareField),
    steps: body.steps.map(stepField),
    otherwise: body.otherwise.map(stepField),
    ...ownerField(body.owner),
    ...fenceField(body),
  };
}

function compareBody(compare: Compare): kvd.Compare.$Properties {
  const { key } = compare;
  const target = wordNumber(TARGETS, compare.target);
  switch (compare.target) {
    case "exists":
      return { key, target, number: compare.exists ? 1 : 0 };
    case "value":
      return { key, target, relation: wordNumber(RELATIONS, compare.relation), value: compare.value };
    case "version":
    case "create-revision":
    case "mod-revision":
      return { key, target, relation: wordNumber(RELATIONS, compare.relation), number: compare.number };
    default:
      return unreachable(compare);
  }
}

function compareField(body: kvd.Compare.$Properties): Compare {
  const key = bytesField(body.key);
  const target = wordField(TARGETS, body.target ?? 0, "target");
  const number = countField(body.number ?? 0, "number");
  if (target === "exists") {
    if (number > 1) malformed(`exists is ${number}`);
    return { target, key, exists: number === 1 };
  }
  const relation = wordField(RELATIONS, body.relation ?? 0, "relation");
  if (target === "value") return { target, key, relation, value: bytesField(body.value) };
  return { target, key, relation, number };
}

function stepBody(step: TxnStep): kvd.TxnStep.$Properties {
  const kind = wordNumber(STEPS, step.kind);
  switch (step.kind) {
    case "put":
      return {
        kind,
        key: step.key,
        value: step.value,
        previous: step.previous,
        ...lifetimeBody(step.lifetime),
      };
    case "delete":
      return { kind, key: step.key, previous: step.previous };
    case "delete-range":
      return step.end === undefined
        ? { kind, key: step.start }
        : { kind, key: step.start, bounded: true, end: step.end };
    case "get":
      return { kind, key: step.key };
    default:
      return unreachable(step);
  }
}

function stepField(body: kvd.TxnStep.$Properties): TxnStep {
  const kind = wordField(STEPS, body.kind ?? 0, "step");
  const key = bytesField(body.key);
  const previous = body.previous === true;
  switch (kind) {
    case "put":
      return {
        kind,
        key,
        value: bytesField(body.value),
        previous,
        ...lifetimeField(body.ttlMs, body.leaseId),
      };
    case "delete":
      return { kind, key, previous };
    case "delete-range":
      return { kind, start: key, end: body.bounded === true ? bytesField(body.end) : undefined };
    case "get":
      return { kind, key };
    default:
      return unreachable(kind);
  }
}
