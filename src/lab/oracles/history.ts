/** What a client asked. A put's value is told by its tag, which no other put of the history has. */
export type Action =
  | { readonly kind: "put"; readonly tag: string }
  | { readonly kind: "delete" }
  | { readonly kind: "get" };

/** A record as a read showed it. */
export interface SeenRecord {
  readonly tag: string;
  readonly version: number;
  readonly createRevision: number;
  readonly modRevision: number;
}

/** What came of it. `revision` is the store's as the answer told it. */
export type Outcome =
  | {
      readonly kind: "put";
      readonly version: number;
      readonly createRevision: number;
      readonly revision: number;
    }
  | { readonly kind: "deleted"; readonly deleted: boolean; readonly revision: number }
  | { readonly kind: "read"; readonly record: SeenRecord | undefined; readonly revision: number }
  /** Refused for certain; of a read, that there was no answer. */
  | { readonly kind: "not-applied"; readonly code: string }
  /** May be executed once, at any time from its invocation on, or never. */
  | { readonly kind: "unknown" };

export interface Operation {
  readonly client: string;
  readonly key: string;
  readonly action: Action;
  /** Positions in one order of all calls and answers: a < b means that a happened before b. */
  readonly invoked: number;
  readonly returned: number;
  readonly outcome: Outcome;
  /** For people: ms since the history began. */
  readonly invokedMs: number;
  readonly returnedMs: number;
}

/** A linearizable read of all keys that begin with `prefix`, in order, through the last one looked at. */
export interface RangeRead {
  readonly client: string;
  readonly prefix: string;
  /** Undefined: all were looked at. */
  readonly through: string | undefined;
  /** What it found; every other key that it looked at was absent. */
  readonly records: ReadonlyMap<string, SeenRecord>;
  readonly revision: number;
  readonly invoked: number;
  readonly returned: number;
  readonly invokedMs: number;
  readonly returnedMs: number;
}

export type RangeAnswer = Pick<RangeRead, "through" | "records" | "revision">;

export interface OpenRange {
  readonly client: string;
  readonly prefix: string;
  readonly invoked: number;
  readonly invokedMs: number;
  readonly revisionFloor: number;
}

export interface OpenOperation {
  readonly client: string;
  readonly key: string;
  readonly action: Action;
  readonly invoked: number;
  readonly invokedMs: number;
  /** The highest revision that anybody had been told of when this was invoked. */
  readonly revisionFloor: number;
}

/** A broken promise, in words, and the key whose history shows it. */
export interface Violation {
  readonly key: string;
  readonly message: string;
}

/**
 * Every call and answer of all clients in the order in which this process saw them, which keeps real
 * time: a call is noted before it leaves, an answer after it came. What concerns all keys at once, the
 * one order of revisions, is checked as the answers come.
 */
export class History {
  readonly #nowMs: () => number;
  readonly #byKey = new Map<string, Operation[]>();
  readonly #ranges = new Map<string, RangeRead[]>();
  readonly #taken = new Map<number, Operation>();
  #order = 0;
  #revisionMax = 0;
  #violations: Violation[] = [];
  #lastAcknowledgedInvoked = 0;
  #acknowledgedWrites = 0;
  #unknownWrites = 0;
  #reads = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get violations(): readonly Violation[] {
    return this.#violations;
  }

  /** The highest revision that anybody has been told of. */
  get revisionMax(): number {
    return this.#revisionMax;
  }

  /** The present moment in the order of calls and answers. */
  get order(): number {
    return this.#order;
  }

  /** The latest moment at which a write was invoked that has since been acknowledged. */
  get lastAcknowledgedInvoked(): number {
    return this.#lastAcknowledgedInvoked;
  }

  get counts(): {
    readonly acknowledgedWrites: number;
    readonly unknownWrites: number;
    readonly reads: number;
  } {
    return {
      acknowledgedWrites: this.#acknowledgedWrites,
      unknownWrites: this.#unknownWrites,
      reads: this.#reads,
    };
  }

  keys(): IterableIterator<string> {
    return this.#byKey.keys();
  }

  /** The finished operations on one key, in the order of their answers. */
  of(key: string): readonly Operation[] {
    return this.#byKey.get(key) ?? [];
  }

  invoke(client: string, key: string, action: Action): OpenOperation {
    this.#order += 1;
    const invokedMs = this.#nowMs();
    return { client, key, action, invoked: this.#order, invokedMs, revisionFloor: this.#revisionMax };
  }

  finish(open: OpenOperation, outcome: Outcome): void {
    this.#order += 1;
    const { client, key, action, invoked, invokedMs } = open;
    const returned = this.#order;
    const done = { client, key, action, invoked, returned, outcome, invokedMs, returnedMs: this.#nowMs() };
    const operations = this.#byKey.get(key);
    if (operations === undefined) this.#byKey.set(key, [done]);
    else operations.push(done);
    this.#count(done);
    const message = this.#revisionFault(done, open.revisionFloor);
    if (message !== undefined) this.#violations.push({ key, message });
  }

  /** The prefixes that ranges were read of. */
  prefixes(): IterableIterator<string> {
    return this.#ranges.keys();
  }

  /** The answered ranges of a prefix, in the order of their answers. */
  rangesOf(prefix: string): readonly RangeRead[] {
    return this.#ranges.get(prefix) ?? [];
  }

  invokeRange(client: string, prefix: string): OpenRange {
    this.#order += 1;
    const invokedMs = this.#nowMs();
    return { client, prefix, invoked: this.#order, invokedMs, revisionFloor: this.#revisionMax };
  }

  /** An answer; a range that gets none needs no word. */
  finishRange(open: OpenRange, answer: RangeAnswer): void {
    this.#order += 1;
    const { client, prefix, invoked, invokedMs, revisionFloor } = open;
    const times = { invoked, invokedMs, returned: this.#order, returnedMs: this.#nowMs() };
    const done: RangeRead = { client, prefix, ...answer, ...times };
    const ranges = this.#ranges.get(prefix);
    if (ranges === undefined) this.#ranges.set(prefix, [done]);
    else ranges.push(done);
    this.#reads += 1;
    if (answer.revision < revisionFloor) {
      const message = `a range is of revision ${answer.revision}, after revision ${revisionFloor} had been told of`;
      this.#violations.push({ key: prefix, message });
    }
    this.#revisionMax = Math.max(this.#revisionMax, answer.revision);
  }

  #count({ invoked, outcome, action }: Operation): void {
    if (outcome.kind === "put" || outcome.kind === "deleted") {
      this.#acknowledgedWrites += 1;
      this.#lastAcknowledgedInvoked = Math.max(this.#lastAcknowledgedInvoked, invoked);
    } else if (outcome.kind === "read") this.#reads += 1;
    else if (outcome.kind === "unknown" && action.kind !== "get") this.#unknownWrites += 1;
  }

  /** Revisions are one order for all keys, and that order keeps real time. */
  #revisionFault(done: Operation, floor: number): string | undefined {
    const { outcome } = done;
    if (outcome.kind === "not-applied" || outcome.kind === "unknown") return undefined;
    const { revision } = outcome;
    const hasTaken = outcome.kind === "put" || (outcome.kind === "deleted" && outcome.deleted);
    if (revision < floor) return `answered at revision ${revision}, after revision ${floor} had been told of`;
    if (hasTaken) {
      if (revision === floor)
        return `took revision ${revision}, which had been told of before it was invoked`;
      const other = this.#taken.get(revision);
      if (other !== undefined) return `took revision ${revision}, which a write of ${other.key} has`;
      this.#taken.set(revision, done);
    }
    this.#revisionMax = Math.max(this.#revisionMax, revision);
    return undefined;
  }
}

/** One line per operation, in a form that other checkers read too: `t1` is -1 for an unknown outcome. */
export function historyLines(operations: readonly Operation[]): readonly string[] {
  const sorted = [...operations].sort((left, right) => left.invoked - right.invoked);
  return sorted.map(({ client, key, action, invoked, returned, outcome, invokedMs, returnedMs }) => {
    const isUnknown = outcome.kind === "unknown";
    const v = action.kind === "put" ? action.tag : undefined;
    const ms = [Math.round(invokedMs), Math.round(returnedMs)];
    const ok = isUnknown ? null : outcome.kind !== "not-applied";
    return JSON.stringify({
      c: client,
      op: action.kind,
      k: key,
      v,
      out: outcome,
      ok,
      t0: invoked,
      t1: isUnknown ? -1 : returned,
      ms,
    });
  });
}
