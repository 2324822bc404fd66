import type { Operation } from "./history.ts";
import type { KeyState } from "./key-state.ts";
import { ABSENT, step } from "./key-state.ts";

/** One way in which things may have happened so far. */
export interface Possibility {
  readonly state: KeyState;
  /** Operations that have taken effect and not returned; those of unknown outcome never return. */
  readonly effective: ReadonlySet<Operation>;
}

export type Verdict =
  | { readonly kind: "linearizable" }
  | {
      readonly kind: "impossible";
      /** The first answer that no order of effects explains. */
      readonly operation: Operation;
      /** What the key may have been like just before. */
      readonly states: readonly KeyState[];
    };

type Moment =
  | { readonly kind: "invoked"; readonly at: number; readonly operation: Operation }
  | { readonly kind: "returned"; readonly at: number; readonly operation: Operation };

export interface KeyCheckOptions {
  /** The ways in which things may have gone before the first of the operations; absent when left out. */
  readonly initial?: readonly Possibility[];
  /** After the answer at moment `at` things may have gone in these ways, one at least. */
  readonly onAnswer?: (at: number, ways: readonly Possibility[]) => void;
}

export const UNTOUCHED: readonly Possibility[] = [{ state: ABSENT, effective: new Set() }];

/** More ways than this are not a history that a test should make: few outcomes may stay unknown per key. */
const POSSIBILITIES_MAX = 50_000;

/**
 * Whether there is one order of effects, each between the call and the answer of its operation, in which
 * every answer is right: no acknowledged write lost, no read older than an acknowledged write, nothing
 * executed twice. All operations must be of one key.
 *
 * An effect is placed only when some answer needs it, so that few ways are open at any moment; a read
 * is placed as soon as it can be, which never shuts out another way.
 * Source: Lowe, Testing for Linearizability, 2017, just-in-time linearization.
 */
export function checkKey(operations: readonly Operation[], options: KeyCheckOptions = {}): Verdict {
  let ways = options.initial ?? UNTOUCHED;
  const pending = new Set<Operation>();
  for (const moment of momentsOf(operations)) {
    const { operation } = moment;
    if (moment.kind === "invoked") {
      pending.add(operation);
      if (operation.action.kind === "get") ways = unique(ways.map((way) => withReads(way, [operation])));
      continue;
    }
    const next = unique(ways.flatMap((way) => waysToReturn(way, operation, pending)));
    if (next.length === 0) return { kind: "impossible", operation, states: ways.map(({ state }) => state) };
    if (next.length > POSSIBILITIES_MAX)
      throw new Error(`more than ${POSSIBILITIES_MAX} ways are open: too many unknown outcomes`);
    pending.delete(operation);
    ways = next;
    options.onAnswer?.(moment.at, ways);
  }
  return { kind: "linearizable" };
}

function momentsOf(operations: readonly Operation[]): readonly Moment[] {
  const moments: Moment[] = [];
  for (const operation of operations) {
    const { outcome, action } = operation;
    if (outcome.kind === "not-applied" || (outcome.kind === "unknown" && action.kind === "get")) continue;
    moments.push({ kind: "invoked", at: operation.invoked, operation });
    if (outcome.kind !== "unknown") moments.push({ kind: "returned", at: operation.returned, operation });
  }
  return moments.sort((left, right) => left.at - right.at);
}

/** Every way to go on from `way` in which `wanted` has taken effect, with as few other effects as it takes. */
function waysToReturn(
  way: Possibility,
  wanted: Operation,
  pending: ReadonlySet<Operation>,
): readonly Possibility[] {
  if (way.effective.has(wanted)) return [without(way, wanted)];
  const found: Possibility[] = [];
  for (const operation of pending) {
    if (operation.action.kind === "get" || way.effective.has(operation)) continue;
    const state = step(way.state, operation);
    if (state === undefined) continue;
    const after = { state, effective: new Set(way.effective).add(operation) };
    const reads = [...pending].filter((read) => read.action.kind === "get" && !after.effective.has(read));
    found.push(...waysToReturn(withReads(after, reads), wanted, pending));
  }
  return found;
}

/** The same way, with those of `reads` placed here that would have answered what they did. */
function withReads(way: Possibility, reads: readonly Operation[]): Possibility {
  let { state } = way;
  const effective = new Set(way.effective);
  for (const read of reads) {
    const after = step(state, read);
    if (after === undefined) continue;
    state = after;
    effective.add(read);
  }
  return { state, effective };
}

function without(way: Possibility, operation: Operation): Possibility {
  const effective = new Set(way.effective);
  effective.delete(operation);
  return { state: way.state, effective };
}

function unique(ways: readonly Possibility[]): readonly Possibility[] {
  if (ways.length < 2) return ways;
  const byText = new Map<string, Possibility>();
  for (const way of ways) {
    const ids = [...way.effective].map(({ invoked }) => invoked).sort((left, right) => left - right);
    const { tag, version, createRevision, modRevision, revisionFloor } = way.state;
    byText.set(JSON.stringify([tag, version, createRevision, modRevision, revisionFloor, ids]), way);
  }
  return [...byText.values()];
}
