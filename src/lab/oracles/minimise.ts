import type { Operation } from "./history.ts";
import { checkKey, type Possibility, UNTOUCHED } from "./key-checker.ts";
import { type GroupOperation, isRange } from "./range-checker.ts";

/** A short history that no order of effects explains, and that really happened: nothing in it was made up. */
export interface MinimalHistory {
  /** How things may have gone before, as everything that is left out shows. */
  readonly start: readonly Possibility[];
  /** In the order of their calls. */
  readonly operations: readonly Operation[];
  /** The answer that cannot be explained. */
  readonly failed: Operation;
}

/** More ways than this nobody wants to read: then an earlier moment is the start. */
const START_WAYS_MAX = 2;

/** Of a key's history that is not linearizable, what is needed to see it; undefined when it is linearizable. */
export function minimise(operations: readonly Operation[]): MinimalHistory | undefined {
  const verdict = checkKey(operations);
  if (verdict.kind === "linearizable") return undefined;
  const failed = verdict.operation;
  const until = operations.filter((operation) => matters(operation, failed));
  const { start, rest } = cutOff(until);
  const kept = isBroken(rest, start) ? { start, rest } : { start: UNTOUCHED, rest: until };
  const needed = dropNeedless(kept.rest, {
    fails: (some) => isBroken(some, kept.start),
    isExplained: (some) => !isBroken(some, kept.start),
    mayGo: (operation) => operation !== failed,
    isWrite: (operation) => operation.action.kind !== "get",
    failed,
  });
  return { start: kept.start, operations: inOrder(needed), failed };
}

/** The same for operations on several keys; `isBroken` tells whether no order explains them. */
export function minimiseGroup(
  operations: readonly GroupOperation[],
  failed: GroupOperation,
  isBroken: (some: readonly GroupOperation[]) => boolean,
): readonly GroupOperation[] {
  const until = operations.filter((operation) => matters(operation, failed));
  const reads = until.filter((one) => one !== failed && (isRange(one) || one.action.kind === "get"));
  // Mostly no other read is needed: one try instead of many.
  const withoutReads = until.filter((one) => !reads.includes(one));
  const needed = dropNeedless(isBroken(withoutReads) ? withoutReads : until, {
    fails: isBroken,
    isExplained: (some) => !isBroken(some),
    mayGo: (operation) => operation !== failed,
    isWrite: (operation) => !isRange(operation) && operation.action.kind !== "get",
    failed,
  });
  return inOrder(needed);
}

interface Removal<One> {
  /** Whether these still show the violation. */
  readonly fails: (some: readonly One[]) => boolean;
  /** Whether these alone can be explained. */
  readonly isExplained: (some: readonly One[]) => boolean;
  readonly mayGo: (one: One) => boolean;
  readonly isWrite: (one: One) => boolean;
  readonly failed: One;
}

/**
 * Drops one operation after the other. A read may always go: it changes nothing. A write may go when
 * nobody has seen it, which is so when all but the failed answer can be explained without it.
 */
function dropNeedless<One>(operations: readonly One[], removal: Removal<One>): readonly One[] {
  let kept = operations;
  for (const operation of operations) {
    if (!removal.mayGo(operation)) continue;
    const without = kept.filter((one) => one !== operation);
    if (!removal.fails(without)) continue;
    const isUnseen =
      !removal.isWrite(operation) || removal.isExplained(without.filter((one) => one !== removal.failed));
    if (isUnseen) kept = without;
  }
  return kept;
}

/** Whether the operation can have to do with the answer to `failed`: it had begun, and was not refused or a later read. */
function matters(operation: GroupOperation, failed: GroupOperation): boolean {
  if (operation.invoked > failed.returned) return false;
  const isLate = operation.returned > failed.returned;
  if (isRange(operation)) return !isLate;
  return operation.outcome.kind !== "not-applied" && !(isLate && operation.action.kind === "get");
}

/** Cuts off everything up to the last moment at which there was little doubt about the key. */
function cutOff(operations: readonly Operation[]): {
  readonly start: readonly Possibility[];
  readonly rest: readonly Operation[];
} {
  let start = UNTOUCHED;
  let rest = operations;
  checkKey(operations, {
    onAnswer: (at, ways) => {
      if (ways.length > START_WAYS_MAX) return;
      start = ways;
      // An answer that is still to come is kept, though the effect may be there already.
      rest = operations.filter((one) =>
        one.outcome.kind === "unknown"
          ? !ways.every(({ effective }) => effective.has(one))
          : one.returned > at,
      );
    },
  });
  return { start, rest };
}

function isBroken(operations: readonly Operation[], initial: readonly Possibility[]): boolean {
  return checkKey(operations, { initial }).kind === "impossible";
}

function inOrder<One extends GroupOperation>(operations: readonly One[]): readonly One[] {
  return [...operations].sort((left, right) => left.invoked - right.invoked);
}
