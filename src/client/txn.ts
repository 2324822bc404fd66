import { assert } from "../base/assert.ts";
import { prefixEnd } from "../base/bytes.ts";
import type { Compare, Relation, TxnOperation, TxnStep } from "../kv/command.ts";
import { bytesOf, intervalOf } from "./key-bytes.ts";
import { listOf, misuse, type Names, objectOf, refuseUnfit, shown, wholeNumber } from "./misuse.ts";
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
/** What of a key is compared. */
const TARGETS = {
  exists: "flag",
  value: true,
  version: true,
  revision: true,
  createRevision: true,
} as const;
const COMPARE = { key: true, is: true, ...TARGETS } as const;
const RELATIONS: readonly Relation[] = ["=", "!=", "<", ">"];
const INTERVAL: Names<Pick<IntervalOptions, "start" | "end">> = { start: true, end: true };
/** What says what is done. */
const WORD = { put: true, delete: true, deletePrefix: true, deleteRange: true, get: true } as const;
/** By that word; one of the others may stand there undefined. */
const STEPS = {
  put: { ...WORD, value: true, previous: "flag", ttlMs: true, leaseId: true },
  delete: { ...WORD, previous: "flag" },
  deletePrefix: WORD,
  deleteRange: WORD,
  get: WORD,
} as const;

export function txnOperation(request: TxnRequest): TxnOperation {
  refuseUnfit("part of a transaction", request, REQUEST);
  return {
    kind: "txn",
    compares: listOf(request.if ?? [], "if").map(compareOf),
    steps: listOf(request.do ?? [], "do").map(stepOf),
    otherwise: listOf(request.else ?? [], "else").map(stepOf),
  };
}

/** The one of these that is named; what is undefined is absent. */
function oneOf<Name extends string>(
  given: unknown,
  names: Readonly<Record<Name, unknown>>,
  what: string,
): Name {
  const values = objectOf(given, what);
  const all = Object.keys(names) as Name[];
  const named = all.filter((name) => values[name] !== undefined);
  const [first] = named;
  if (first !== undefined && named.length === 1) return first;
  const found = named.length === 0 ? "this names none" : `this names ${named.join(" and ")}`;
  throw misuse(`${what} names one of ${all.join(", ")}; ${found}`);
}

interface CompareParts {
  readonly key: Bytes;
  readonly exists?: boolean;
  readonly value?: Bytes;
  readonly version?: number;
  readonly revision?: number;
  readonly createRevision?: number;
  readonly is?: Relation;
}

function compareOf(compare: CompareParts): Compare {
  refuseUnfit("part of a compare", compare, COMPARE);
  oneOf(compare, TARGETS, "a compare");
  const key = bytesOf(compare.key);
  const { exists, value, version, revision, createRevision, is: relation = "=" } = compare;
  if (!RELATIONS.includes(relation))
    throw misuse(`is ${shown(relation)}, and not one of ${RELATIONS.join(" ")}`);
  if (exists !== undefined) {
    if (compare.is !== undefined) throw misuse("a compare with exists takes no is");
    return { target: "exists", key, exists };
  }
  if (value !== undefined) return { target: "value", key, relation, value: bytesOf(value) };
  if (version !== undefined)
    return { target: "version", key, relation, number: wholeNumber(version, "version") };
  if (revision !== undefined)
    return { target: "mod-revision", key, relation, number: wholeNumber(revision, "revision") };
  assert(createRevision !== undefined, "one of a compare's targets is named");
  const number = wholeNumber(createRevision, "createRevision");
  return { target: "create-revision", key, relation, number };
}

interface StepParts extends LifetimeOptions {
  readonly put?: Bytes;
  readonly value?: Bytes;
  readonly previous?: boolean;
  readonly delete?: Bytes;
  readonly deletePrefix?: Bytes;
  readonly deleteRange?: Pick<IntervalOptions, "start" | "end">;
  readonly get?: Bytes;
}

function stepOf(step: StepParts): TxnStep {
  const word = oneOf(step, WORD, "an operation of a transaction");
  refuseUnfit(`part of a ${word}`, step, STEPS[word]);
  const { put, get, deletePrefix, deleteRange, previous = false } = step;
  if (get !== undefined) return { kind: "get", key: bytesOf(get) };
  if (deletePrefix !== undefined) {
    const start = bytesOf(deletePrefix);
    return { kind: "delete-range", start, end: prefixEnd(start) };
  }
  if (deleteRange !== undefined) {
    refuseUnfit("part of a deleteRange", deleteRange, INTERVAL);
    if (deleteRange.start === undefined && deleteRange.end === undefined)
      throw misuse("no range is named; name a start or an end; the deletePrefix '' is every key");
    return { kind: "delete-range", ...intervalOf(deleteRange) };
  }
  if (put !== undefined) {
    const entry = { kind: "put", key: bytesOf(put), value: bytesOf(step.value), previous } as const;
    return { ...entry, ...lifetimeOf(step) };
  }
  return { kind: "delete", key: bytesOf(step.delete), previous };
}
