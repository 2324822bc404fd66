import { prefixEnd } from "../base/bytes.ts";
import type { Compare, Relation, TxnOperation, TxnStep } from "../kv/command.ts";
import { bytesOf, intervalOf } from "./key-bytes.ts";
import { misuse, type Names, refuseUnknown, wholeNumber } from "./misuse.ts";
import { lifetimeOf } from "./operations.ts";
import type { Bytes, IntervalOptions, LifetimeOptions } from "./options.ts";

/**
 * A question about one key; `is` is `=` by default. `revision` is the one of the last change. The numbers of
 * an absent key are 0; its value is unequal to all, and neither above nor below any.
 */
export type TxnCompare =
  | { readonly key: Bytes; readonly exists: boolean }
  | { readonly key: Bytes; readonly value: Bytes; readonly is?: Relation }
  | { readonly key: Bytes; readonly version: number; readonly is?: Relation }
  | { readonly key: Bytes; readonly revision: number; readonly is?: Relation }
  | { readonly key: Bytes; readonly createRevision: number; readonly is?: Relation };

/** One operation of a list. No list changes a key twice; a get sees what came before it in the list. */
export type TxnDo =
  | ({ readonly put: Bytes; readonly value: Bytes; readonly previous?: boolean } & LifetimeOptions)
  | { readonly delete: Bytes; readonly previous?: boolean }
  | { readonly deletePrefix: Bytes }
  | { readonly deleteRange: Pick<IntervalOptions, "start" | "end"> }
  | { readonly get: Bytes };

/** If all compares hold `do` is done, else `else`; at most 1,000 entries and 4 MiB of keys and values in all. */
export interface TxnRequest {
  readonly if?: readonly TxnCompare[];
  readonly do?: readonly TxnDo[];
  readonly else?: readonly TxnDo[];
}

const REQUEST: Names<TxnRequest> = { if: true, do: true, else: true };
const COMPARE = {
  key: true,
  exists: true,
  value: true,
  version: true,
  revision: true,
  createRevision: true,
  is: true,
} as const;
const INTERVAL: Names<Pick<IntervalOptions, "start" | "end">> = { start: true, end: true };
/** By the word that says what is done. */
const STEPS = {
  put: { put: true, value: true, previous: true, ttlMs: true, leaseId: true },
  delete: { delete: true, previous: true },
  deletePrefix: { deletePrefix: true },
  deleteRange: { deleteRange: true },
  get: { get: true },
} as const;

const WORDS = ["put", "delete", "deletePrefix", "deleteRange", "get"] as const;

export function txnOperation(request: TxnRequest): TxnOperation {
  refuseUnknown("part of a transaction", request, REQUEST);
  return {
    kind: "txn",
    compares: (request.if ?? []).map(compareOf),
    steps: (request.do ?? []).map(stepOf),
    otherwise: (request.else ?? []).map(stepOf),
  };
}

function compareOf(compare: TxnCompare): Compare {
  refuseUnknown("part of a compare", compare, COMPARE);
  const key = bytesOf(compare.key);
  if ("exists" in compare) return { target: "exists", key, exists: compare.exists };
  const relation = compare.is ?? "=";
  if ("value" in compare) return { target: "value", key, relation, value: bytesOf(compare.value) };
  if ("version" in compare)
    return { target: "version", key, relation, number: wholeNumber(compare.version, "version") };
  if ("revision" in compare)
    return { target: "mod-revision", key, relation, number: wholeNumber(compare.revision, "revision") };
  const number = wholeNumber(compare.createRevision, "createRevision");
  return { target: "create-revision", key, relation, number };
}

function stepOf(step: TxnDo): TxnStep {
  const word = WORDS.find((candidate) => candidate in step);
  if (word === undefined) throw misuse(`an operation of a transaction has one of ${WORDS.join(", ")}`);
  refuseUnknown(`part of a ${word}`, step, STEPS[word]);
  if ("get" in step) return { kind: "get", key: bytesOf(step.get) };
  if ("deletePrefix" in step) {
    const start = bytesOf(step.deletePrefix);
    return { kind: "delete-range", start, end: prefixEnd(start) };
  }
  if ("deleteRange" in step) {
    refuseUnknown("part of a deleteRange", step.deleteRange, INTERVAL);
    return { kind: "delete-range", ...intervalOf(step.deleteRange) };
  }
  const previous = step.previous ?? false;
  if ("put" in step) {
    const put = { kind: "put", key: bytesOf(step.put), value: bytesOf(step.value), previous } as const;
    return { ...put, ...lifetimeOf(step) };
  }
  return { kind: "delete", key: bytesOf(step.delete), previous };
}
