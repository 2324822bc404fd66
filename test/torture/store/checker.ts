import {
  type Call,
  checkObject,
  type ObjectSpec,
  type ObjectVerdict,
} from "../../../src/lab/oracles/object-checker.ts";
import { type SeenRow, type StepAnswer, type StoreAnswer, type StoreCall, tookRevision } from "./call.ts";
import { agrees, EMPTY_STORE, perform, type Row, type StoreState } from "./state.ts";

/** Enough for any history without a fault; one that needs more is given up. */
export const CONFIGURATIONS_MAX = 50_000;

/** Answered with a revision, which fixes its place. */
type Placed = StoreCall & { readonly outcome: Extract<StoreCall["outcome"], { kind: "answered" }> };

/**
 * Whether one order of effects explains all answers about one group of keys. Answers tell the store's
 * revision, which leaves one possible order of those that have it: it must keep real time, and it leaves
 * a search only over where refusals and changes of unknown outcome stand. A sequential read may have
 * seen any earlier moment; which one, its revision says.
 */
export function checkStore(
  calls: readonly StoreCall[],
  configurationsMax = CONFIGURATIONS_MAX,
): ObjectVerdict<StoreCall> {
  const placed = calls.filter(isPlaced).sort(byRevision);
  const late = outOfTime(placed);
  if (late !== undefined) return { kind: "impossible", operation: late };
  const timed: Call<StoreCall>[] = placed.map((operation, index) => ({
    operation,
    invoked: 2 * index,
    returned: 2 * index + 0.5,
  }));
  const lastMoment = Math.max(0, ...calls.map(({ returned }) => returned)) + 1;
  for (const call of calls) if (isFloating(call)) timed.push(floatingCall(call, placed, lastMoment));
  return checkObject(SPEC, timed, configurationsMax);
}

function isPlaced(call: StoreCall): call is Placed {
  return call.outcome.kind === "answered";
}

function isFloating({ operation, outcome }: StoreCall): boolean {
  if (outcome.kind === "refused") return true;
  return outcome.kind === "unknown" && operation.kind !== "get" && operation.kind !== "range";
}

/** Of equal revisions the change comes first: the others saw it. */
function byRevision(left: Placed, right: Placed): number {
  const order = ({ outcome }: Placed): number => (tookRevision(outcome.answer) ? 0 : 1);
  return (
    left.outcome.revision - right.outcome.revision ||
    order(left) - order(right) ||
    left.invoked - right.invoked
  );
}

/** The first answer that came before something was asked which it comes behind in the order of revisions. */
function outOfTime(placed: readonly Placed[]): StoreCall | undefined {
  let invokedMax = 0;
  for (const call of placed) {
    if (call.returned < invokedMax) return call;
    if (call.level === "linearizable") invokedMax = Math.max(invokedMax, call.invoked);
  }
  return undefined;
}

/** Its place in time, in terms of the places in the order: from behind `from` to before `to`. */
function floatingCall(operation: StoreCall, placed: readonly Placed[], lastMoment: number): Call<StoreCall> {
  const from = placed.findLastIndex(({ returned }) => returned < operation.invoked) + 1;
  const next = placed.findIndex(
    ({ level, invoked }) => level === "linearizable" && invoked > operation.returned,
  );
  const to = next === -1 ? placed.length : next;
  const at = (gap: number, moment: number): number => 2 * gap - 1 + moment / (lastMoment + 1);
  const isOpen = operation.outcome.kind === "unknown";
  return {
    operation,
    invoked: at(from, operation.invoked),
    returned: isOpen ? undefined : at(to, operation.returned),
  };
}

const TEXTS = new WeakMap<StoreState, string>();

const SPEC: ObjectSpec<StoreState, StoreCall> = {
  initial: EMPTY_STORE,
  step: (state, { operation, outcome }) => {
    switch (outcome.kind) {
      case "answered": {
        const { answer, revision } = outcome;
        const isInOrder = tookRevision(answer) ? revision > state.floor : revision >= state.floor;
        if (!isInOrder) return undefined;
        const performed = perform(enlightened(state, operation, answer), operation, revision);
        return agrees(performed.answer, answer) ? performed.state : undefined;
      }
      case "refused": {
        const performed = perform(state, operation, undefined);
        return agrees(performed.answer, outcome) && performed.state === state ? state : undefined;
      }
      case "unknown":
        return perform(state, operation, undefined).state;
      case "none":
        return undefined;
    }
  },
  textOf: (state) => {
    const known = TEXTS.get(state);
    if (known !== undefined) return known;
    const rows = [...state.rows].sort(([left], [right]) => (left < right ? -1 : 1));
    const text = JSON.stringify([state.floor, rows]);
    TEXTS.set(state, text);
    return text;
  },
};

/** The same state, with the revisions that only this answer tells. */
function enlightened(state: StoreState, operation: StoreCall["operation"], answer: StoreAnswer): StoreState {
  let rows: Map<string, Row> | undefined;
  for (const [key, seen] of shownRows(operation, answer)) {
    const row = state.rows.get(key);
    if (row === undefined || seen === null || (row.created !== undefined && row.changed !== undefined))
      continue;
    const isSame = row.value === seen.value && row.version === seen.version && seen.changed > row.above;
    if (!isSame) continue;
    rows ??= new Map(state.rows);
    rows.set(key, { ...row, created: row.created ?? seen.created, changed: row.changed ?? seen.changed });
  }
  return rows === undefined ? state : { ...state, rows };
}

/** The records that an answer shows, which were there before it; `null` where there was none. */
export function shownRows(
  operation: StoreCall["operation"],
  answer: StoreAnswer,
): readonly (readonly [key: string, row: SeenRow | null])[] {
  if (answer.kind === "range") return answer.rows;
  if (operation.kind === "txn" && answer.kind === "txn") {
    const steps = answer.succeeded ? operation.steps : operation.otherwise;
    return steps.flatMap((step, index) => {
      const of = answer.answers[index];
      return "key" in step && of !== undefined ? shownBy(step.key, of) : [];
    });
  }
  return "key" in operation ? shownBy(operation.key, answer) : [];
}

function shownBy(
  key: string,
  answer: StoreAnswer | StepAnswer,
): readonly (readonly [string, SeenRow | null])[] {
  if ("previous" in answer) return [[key, answer.previous]];
  return answer.kind === "get" ? [[key, answer.row]] : [];
}
