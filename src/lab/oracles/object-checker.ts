/** What an object does, one operation at a time. States are values: a step makes a new one. */
export interface ObjectSpec<State, Operation> {
  readonly initial: State;
  /** The state after the operation took effect with the answer that it gave; undefined: it cannot have, here. */
  readonly step: (state: State, operation: Operation) => State | undefined;
  /** Equal for equal states, and for no others. */
  readonly textOf: (state: State) => string;
}

/** An operation and its place in real time. `returned` undefined: it may take effect at any time, or never. */
export interface Call<Operation> {
  readonly operation: Operation;
  readonly invoked: number;
  readonly returned: number | undefined;
}

export type ObjectVerdict<Operation> =
  | { readonly kind: "linearizable" }
  /** `operation`: the latest answer that some order of effects got to, and none explains. */
  | { readonly kind: "impossible"; readonly operation: Operation }
  /** Neither found nor excluded within the bound: it says nothing. */
  | { readonly kind: "gave-up"; readonly configurations: number };

interface Moment {
  readonly at: number;
  readonly call: number;
  readonly isReturn: boolean;
}

interface Configuration<State> {
  /** The next moment to pass. */
  readonly moment: number;
  readonly state: State;
  /** Calls that have taken effect and not returned, ascending. */
  readonly effective: readonly number[];
}

/**
 * Whether some order of effects, each between its call and its answer, explains all answers. A depth-first
 * search that places an effect only when an answer needs it, and goes no way twice.
 * Source: Wing and Gong 1993, "Testing and verifying concurrent objects"; Lowe 2017, "Testing for
 * linearizability" (memoised configurations, just-in-time linearization).
 */
export function checkObject<State, Operation>(
  spec: ObjectSpec<State, Operation>,
  calls: readonly Call<Operation>[],
  configurationsMax: number,
): ObjectVerdict<Operation> {
  return new Search(spec, calls).run(configurationsMax);
}

class Search<State, Operation> {
  readonly #spec: ObjectSpec<State, Operation>;
  readonly #calls: readonly Call<Operation>[];
  readonly #moments: readonly Moment[];
  /** Calls that have begun and not returned when the moment comes, those that return first in front. */
  readonly #pending: readonly (readonly number[])[];
  readonly #seen = new Set<string>();

  constructor(spec: ObjectSpec<State, Operation>, calls: readonly Call<Operation>[]) {
    this.#spec = spec;
    this.#calls = calls;
    this.#moments = momentsOf(calls);
    this.#pending = pendingAt(this.#moments, calls);
  }

  run(configurationsMax: number): ObjectVerdict<Operation> {
    let furthest = 0;
    // Each is the ways on from one configuration, of which the first ones were tried: the others may never be needed.
    const stack: Iterator<Configuration<State>>[] = [];
    let next: Configuration<State> | undefined = { moment: 0, state: this.#spec.initial, effective: [] };
    while (next !== undefined || stack.length > 0) {
      if (next === undefined) {
        const other = stack.at(-1)?.next();
        if (other?.done !== false) stack.pop();
        else next = other.value;
        continue;
      }
      if (this.#isNew(next)) {
        if (next.moment > furthest) furthest = next.moment;
        if (next.moment === this.#moments.length) return { kind: "linearizable" };
        if (this.#seen.size > configurationsMax) {
          return { kind: "gave-up", configurations: this.#seen.size };
        }
        stack.push(this.#waysOn(next));
      }
      next = undefined;
    }
    const failed = this.#moments[furthest] as Moment;
    return { kind: "impossible", operation: (this.#calls[failed.call] as Call<Operation>).operation };
  }

  /** Those that are tried first come first: the one that is needed, then what returns soon. */
  *#waysOn({ moment, state, effective }: Configuration<State>): Iterator<Configuration<State>> {
    const { call, isReturn } = this.#moments[moment] as Moment;
    if (!isReturn) {
      yield { moment: moment + 1, state, effective };
      return;
    }
    if (effective.includes(call)) {
      yield { moment: moment + 1, state, effective: effective.filter((one) => one !== call) };
      return;
    }
    for (const other of [call, ...(this.#pending[moment] ?? [])]) {
      if (effective.includes(other)) continue;
      const after = this.#spec.step(state, (this.#calls[other] as Call<Operation>).operation);
      if (after === undefined) continue;
      yield { moment, state: after, effective: [...effective, other].sort((left, right) => left - right) };
    }
  }

  #isNew({ moment, state, effective }: Configuration<State>): boolean {
    const text = `${moment} ${effective.join(",")} ${this.#spec.textOf(state)}`;
    const heldBefore = this.#seen.size;
    this.#seen.add(text);
    return this.#seen.size > heldBefore;
  }
}

function momentsOf(calls: readonly Call<unknown>[]): readonly Moment[] {
  const moments: Moment[] = [];
  for (const [call, { invoked, returned }] of calls.entries()) {
    moments.push({ at: invoked, call, isReturn: false });
    if (returned !== undefined) moments.push({ at: returned, call, isReturn: true });
  }
  return moments.sort((left, right) => left.at - right.at);
}

function pendingAt(
  moments: readonly Moment[],
  calls: readonly Call<unknown>[],
): readonly (readonly number[])[] {
  const returnOf = (call: number): number => calls[call]?.returned ?? Number.POSITIVE_INFINITY;
  const pending = new Set<number>();
  return moments.map(({ call, isReturn }) => {
    if (!isReturn) {
      pending.add(call);
      return [];
    }
    const now = [...pending].sort((left, right) => returnOf(left) - returnOf(right) || left - right);
    pending.delete(call);
    return now;
  });
}
