import { type StoreCall, type StoreOperation, type StoreOutcome, tookRevision } from "./call.ts";

export interface OpenCall {
  readonly client: string;
  readonly group: string;
  readonly operation: StoreOperation;
  readonly level: StoreCall["level"];
  readonly invoked: number;
  /** The answer must be of this revision at least. */
  readonly floor: number;
}

/** A broken promise, in words, and the group whose calls show it. */
export interface StoreFault {
  readonly group: string;
  readonly message: string;
}

export interface StoreCounts {
  readonly changes: number;
  readonly reads: number;
  readonly sequentialReads: number;
  readonly refusals: number;
  readonly unknown: number;
}

/**
 * The calls on groups of keys, each group one object. What concerns all of them at once, the one order
 * of revisions, is checked as the answers come: no revision is taken twice, a linearizable answer is not older than
 * what anybody had been told, a sequential one not older than what its own client had been told.
 */
export class StoreHistory {
  readonly #byGroup = new Map<string, StoreCall[]>();
  readonly #toldTo = new Map<string, number>();
  readonly #taken = new Map<number, string>();
  readonly #counts = { changes: 0, reads: 0, sequentialReads: 0, refusals: 0, unknown: 0 };
  #toldToAnybody = 0;
  #order = 0;
  #faults: StoreFault[] = [];

  get faults(): readonly StoreFault[] {
    return this.#faults;
  }

  get counts(): StoreCounts {
    return { ...this.#counts };
  }

  /** In the order of their answers. */
  of(group: string): readonly StoreCall[] {
    return this.#byGroup.get(group) ?? [];
  }

  invoke(
    client: string,
    group: string,
    operation: StoreOperation,
    level: StoreCall["level"] = "linearizable",
  ): OpenCall {
    this.#order += 1;
    const told = level === "linearizable" ? this.#toldToAnybody : (this.#toldTo.get(client) ?? 0);
    return { client, group, operation, level, invoked: this.#order, floor: told };
  }

  finish(open: OpenCall, outcome: StoreOutcome): void {
    this.#order += 1;
    const { client, group, operation, level, invoked, floor } = open;
    const call: StoreCall = { client, group, operation, level, invoked, returned: this.#order, outcome };
    const calls = this.#byGroup.get(group);
    if (calls === undefined) this.#byGroup.set(group, [call]);
    else calls.push(call);
    this.#count(call);
    if (outcome.kind !== "answered") return;
    const { revision } = outcome;
    if (revision < floor) this.#fault(call, `is of revision ${revision}, after ${floor} had been told`);
    if (tookRevision(outcome.answer)) {
      const other = this.#taken.get(revision);
      if (other !== undefined) this.#fault(call, `took revision ${revision}, which ${other} has`);
      if (revision === floor) this.#fault(call, `took revision ${revision}, which had been told before it`);
      this.#taken.set(revision, `a ${operation.kind} on ${group}`);
    }
    this.#toldToAnybody = Math.max(this.#toldToAnybody, revision);
    this.#toldTo.set(client, Math.max(this.#toldTo.get(client) ?? 0, revision));
  }

  #count({ outcome, level, operation }: StoreCall): void {
    const isRead = operation.kind === "get" || operation.kind === "range";
    if (outcome.kind === "refused") this.#counts.refusals += 1;
    else if (outcome.kind === "unknown") this.#counts.unknown += 1;
    else if (outcome.kind === "none") return;
    else if (level === "sequential") this.#counts.sequentialReads += 1;
    else if (isRead) this.#counts.reads += 1;
    else this.#counts.changes += 1;
  }

  #fault({ client, group, operation }: StoreCall, what: string): void {
    this.#faults.push({ group, message: `${client}'s ${operation.kind} on ${group} ${what}` });
  }
}

/** One line per call, in the order in which they were made. */
export function storeLines(calls: readonly StoreCall[]): readonly string[] {
  const sorted = [...calls].sort((left, right) => left.invoked - right.invoked);
  return sorted.map(({ client, operation, level, outcome, invoked, returned }) =>
    JSON.stringify({
      t0: invoked,
      t1: outcome.kind === "unknown" ? -1 : returned,
      client,
      level,
      operation,
      outcome,
    }),
  );
}
