import type { Operation, RangeRead, SeenRecord } from "./history.ts";
import { ABSENT, type KeyState, step } from "./key-state.ts";
import { type Call, checkObject, type ObjectSpec, type ObjectVerdict } from "./object-checker.ts";

/** Any operation on a group of keys that is taken for one object. */
export type GroupOperation = Operation | RangeRead;

/** Present keys, and absent ones that had a revision. */
type GroupState = ReadonlyMap<string, KeyState>;

/** Enough for any history without a fault; one that needs more is given up. */
export const CONFIGURATIONS_MAX = 20_000;

/**
 * Whether one order of effects explains all answers about these keys together, ranges being of one moment:
 * the changes and reads of single keys and the ranges over them, as one object.
 */
export function checkRanges(
  operations: readonly GroupOperation[],
  configurationsMax = CONFIGURATIONS_MAX,
): ObjectVerdict<GroupOperation> {
  const calls: Call<GroupOperation>[] = [];
  for (const operation of operations) {
    const call = callOf(operation);
    if (call !== undefined) calls.push(call);
  }
  return checkObject(groupSpec(), calls, configurationsMax);
}

export function isRange(operation: GroupOperation): operation is RangeRead {
  return "prefix" in operation;
}

/** Undefined for what can have had no effect and told nothing. */
function callOf(operation: GroupOperation): Call<GroupOperation> | undefined {
  const { invoked, returned } = operation;
  if (isRange(operation)) return { operation, invoked, returned };
  const { outcome, action } = operation;
  if (outcome.kind === "not-applied" || (outcome.kind === "unknown" && action.kind === "get"))
    return undefined;
  return { operation, invoked, returned: outcome.kind === "unknown" ? undefined : returned };
}

function groupSpec(): ObjectSpec<GroupState, GroupOperation> {
  const texts = new WeakMap<GroupState, string>();
  return {
    initial: new Map(),
    step: (state, operation) =>
      isRange(operation) ? stepRange(state, operation) : stepKey(state, operation.key, operation),
    textOf: (state) => {
      const known = texts.get(state);
      if (known !== undefined) return known;
      const text = textOf(state);
      texts.set(state, text);
      return text;
    },
  };
}

function stepKey(
  state: GroupState,
  key: string,
  operation: Pick<Operation, "action" | "outcome">,
): GroupState | undefined {
  const before = state.get(key) ?? ABSENT;
  const after = step(before, operation);
  if (after === undefined) return undefined;
  return after === before ? state : new Map(state).set(key, after);
}

function stepRange(state: GroupState, range: RangeRead): GroupState | undefined {
  let after: GroupState | undefined = state;
  for (const [key, { tag }] of state) {
    const isMissed = tag !== undefined && isIn(range, key) && !range.records.has(key);
    if (isMissed) return undefined;
  }
  for (const [key, record] of range.records) {
    if (after === undefined) return undefined;
    after = stepKey(after, key, readOf(record, range.revision));
  }
  return after;
}

function readOf(record: SeenRecord, revision: number): Pick<Operation, "action" | "outcome"> {
  return { action: { kind: "get" }, outcome: { kind: "read", record, revision } };
}

function isIn({ prefix, through }: RangeRead, key: string): boolean {
  return key.startsWith(prefix) && (through === undefined || key <= through);
}

function textOf(state: GroupState): string {
  const rows = [...state].map(([key, { tag, version, createRevision, modRevision, revisionFloor }]) =>
    [key, tag, version, createRevision, modRevision, revisionFloor].join(" "),
  );
  return rows.sort().join("\n");
}
