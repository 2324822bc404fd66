import { unreachable } from "../../../src/base/assert.ts";
import type {
  SeenRow,
  StoreChange,
  StoreCompare,
  StoreCondition,
  StoreExtent,
  StoreOperation,
  StoreStep,
} from "./call.ts";

/** A revision is undefined as long as nobody has been told: it belongs to a change of unknown outcome. */
export interface Row {
  readonly value: string;
  readonly version: number;
  readonly created: number | undefined;
  readonly changed: number | undefined;
  /** `changed` is above this. */
  readonly above: number;
}

/** What a group of keys may be like at a moment. */
export interface StoreState {
  readonly rows: ReadonlyMap<string, Row>;
  /** Every further change takes a revision above this. */
  readonly floor: number;
}

export const EMPTY_STORE: StoreState = { rows: new Map(), floor: 0 };

/** The state afterwards and the answer; what is undefined in it may be any number. */
export interface Performed {
  readonly state: StoreState;
  readonly answer: unknown;
}

class Declined extends Error {
  readonly answer: unknown;

  constructor(answer: unknown) {
    super("declined");
    this.answer = answer;
  }
}

/**
 * Does the operation to the keys, plainly, as a description of what clients are promised. `revision`: the
 * one that it takes if it changes anything, undefined when nobody was told.
 */
export function perform(
  state: StoreState,
  operation: StoreOperation,
  revision: number | undefined,
): Performed {
  const draft = new Draft(state, revision);
  try {
    const answer = { kind: operation.kind, ...execute(draft, operation) };
    return { state: draft.finished(), answer };
  } catch (thrown) {
    if (!(thrown instanceof Declined)) throw thrown;
    return { state, answer: thrown.answer };
  }
}

class Draft {
  readonly #rows: Map<string, Row>;
  readonly #floor: number;
  readonly #revision: number | undefined;
  #isChanged = false;

  constructor({ rows, floor }: StoreState, revision: number | undefined) {
    this.#rows = new Map(rows);
    this.#floor = floor;
    this.#revision = revision;
  }

  row(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  /** Ascending. */
  keysOf(prefix: string): readonly string[] {
    return [...this.#rows.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  put(key: string, value: string): Row {
    const before = this.#rows.get(key);
    const row = {
      value,
      version: (before?.version ?? 0) + 1,
      created: before === undefined ? this.#revision : before.created,
      changed: this.#revision,
      above: this.#floor,
    };
    this.#rows.set(key, row);
    this.#isChanged = true;
    return row;
  }

  delete(key: string): boolean {
    const isDeleted = this.#rows.delete(key);
    this.#isChanged ||= isDeleted;
    return isDeleted;
  }

  finished(): StoreState {
    // An unknown change took some revision above the floor: the least that it can be is one more.
    const taken = this.#isChanged ? this.#floor + 1 : this.#floor;
    return { rows: this.#rows, floor: Math.max(taken, this.#revision ?? 0) };
  }
}

function execute(draft: Draft, operation: StoreOperation): object {
  switch (operation.kind) {
    case "put":
    case "delete":
      checkCondition(operation.condition, draft.row(operation.key));
      return executeStep(draft, operation);
    case "get":
      return executeStep(draft, operation);
    case "modify": {
      const previous = draft.row(operation.key);
      const next = changedValue(operation.change, previous);
      const row = next === undefined ? previous : draft.put(operation.key, next);
      return { isChanged: next !== undefined, row: shown(row), previous: shown(previous) };
    }
    case "put-all":
      for (const [key, value] of operation.entries) draft.put(key, value);
      return { count: operation.entries.length };
    case "delete-range":
      return deleteRange(draft, operation.prefix, operation.extent);
    case "txn": {
      const succeeded = operation.compares.every((compare) => holds(compare, draft.row(compare.key)));
      const steps = succeeded ? operation.steps : operation.otherwise;
      const answers = steps.map((step) => ({ kind: step.kind, ...executeStep(draft, step) }));
      return { succeeded, answers };
    }
    case "range": {
      const keys = draft.keysOf(operation.prefix);
      const rows = keys.slice(0, operation.limit).map((key) => [key, shown(draft.row(key))]);
      return { rows, more: keys.length > operation.limit };
    }
    default:
      return unreachable(operation);
  }
}

function executeStep(draft: Draft, step: StoreStep): object {
  switch (step.kind) {
    case "put": {
      const previous = shown(draft.row(step.key));
      const { version, created } = draft.put(step.key, step.value);
      return { version, created, previous };
    }
    case "delete": {
      const previous = shown(draft.row(step.key));
      return { deleted: draft.delete(step.key), previous };
    }
    case "delete-range":
      return deleteRange(draft, step.prefix, { kind: "all" });
    case "get":
      return { row: shown(draft.row(step.key)) };
    default:
      return unreachable(step);
  }
}

function deleteRange(draft: Draft, prefix: string, extent: StoreExtent): object {
  const keys = draft.keysOf(prefix);
  if (extent.kind === "count" && keys.length !== extent.keys)
    throw conflict({ kind: "count", number: keys.length });
  const gone = extent.kind === "limit" ? keys.slice(0, extent.keys) : keys;
  for (const key of gone) draft.delete(key);
  return { count: gone.length, more: gone.length < keys.length };
}

function checkCondition(condition: StoreCondition | undefined, row: Row | undefined): void {
  if (condition === undefined) return;
  const isMet =
    condition.kind === "absent"
      ? row === undefined
      : condition.kind === "value"
        ? row?.value === condition.value
        : isAt(row, condition.revision);
  if (!isMet) throw revisionConflict(row);
}

/** A revision that a client names, it was told of: one that nobody was told of is another. */
function isAt(row: Row | undefined, revision: number): boolean {
  return row === undefined ? revision === 0 : row.changed === revision;
}

function holds(compare: StoreCompare, row: Row | undefined): boolean {
  if ("exists" in compare) return compare.exists === (row !== undefined);
  if ("value" in compare) return row?.value === compare.value;
  return isAt(row, compare.revision);
}

/** Undefined: the record stays as it is. */
function changedValue(change: StoreChange, row: Row | undefined): string | undefined {
  switch (change.op) {
    case "incr":
    case "max": {
      const present = row === undefined ? undefined : Number(row.value);
      if (Number.isNaN(present)) throw new Declined({ kind: "refused", code: "bad_value" });
      if (change.op === "incr") return `${(present ?? 0) + change.number}`;
      return present !== undefined && present >= change.number ? undefined : `${change.number}`;
    }
    case "append":
      return `${row?.value ?? ""}${change.text}`;
    case "set-if-absent":
      return row === undefined ? change.text : undefined;
    case "cas":
      if (row?.value !== change.expected) throw revisionConflict(row);
      return change.text;
    default:
      return unreachable(change);
  }
}

function revisionConflict(row: Row | undefined): Declined {
  return conflict({ kind: "revision", number: row === undefined ? 0 : row.changed });
}

function conflict(of: { readonly kind: string; readonly number: number | undefined }): Declined {
  return new Declined({ kind: "refused", code: "condition_failed", conflict: of });
}

function shown(row: Row | undefined): Partial<SeenRow> | null {
  if (row === undefined) return null;
  const { value, version, created, changed } = row;
  return {
    value,
    version,
    ...(created === undefined ? {} : { created }),
    ...(changed === undefined ? {} : { changed }),
  };
}

/** Whether an answer is the one that was expected; what was left open there may be anything. */
export function agrees(expected: unknown, found: unknown): boolean {
  if (expected === undefined) return true;
  if (Array.isArray(expected)) {
    if (!Array.isArray(found) || found.length !== expected.length) return false;
    return expected.every((each, index) => agrees(each, found[index]));
  }
  if (typeof expected !== "object" || expected === null) return expected === found;
  if (typeof found !== "object" || found === null) return false;
  return Object.entries(expected).every(([name, value]) =>
    agrees(value, (found as Readonly<Record<string, unknown>>)[name]),
  );
}
