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
  #stack: Configuration<State>[] = [];

  constructor(spec: ObjectSpec<State, Operation>, calls: readonly Call<Operation>[]) {
    this.#spec = spec;
    this.#calls = calls;
    this.#moments = momentsOf(calls);
    this.#pending = pendingAt(this.#moments, calls);
  }

  run(configurationsMax: number): ObjectVerdict<Operation> {
    let furthest = 0;
    this.#push({ moment: 0, state: this.#spec.initial, effective: [] });
    for (;;) {
      const next = this.#stack.pop();
      if (next === undefined) break;
      if (next.moment > furthest) furthest = next.moment;
      if (next.moment === this.#moments.length) return { kind: "linearizable" };
      if (this.#seen.size > configurationsMax) {
        return { kind: "gave-up", configurations: this.#seen.size };
      }
      this.#goOn(next);
    }
    const failed = this.#moments[furthest] as Moment;
    return { kind: "impossible", operation: (this.#calls[failed.call] as Call<Operation>).operation };
  }

  #goOn({ moment, state, effective }: Configuration<State>): void {
    const { call, isReturn } = this.#moments[moment] as Moment;
    if (!isReturn) return this.#push({ moment: moment + 1, state, effective });
    if (effective.includes(call)) {
      return this.#push({ moment: moment + 1, state, effective: effective.filter((one) => one !== call) });
    }
    const pending = this.#pending[moment] ?? [];
    // The last one pushed is tried first: the one that is needed, then what returns soon.
    for (let index = pending.length - 1; index >= 0; index--) {
      const other = pending[index] as number;
      if (other === call || effective.includes(other)) continue;
      this.#place({ moment, state, effective }, other);
    }
    this.#place({ moment, state, effective }, call);
  }

  #place({ moment, state, effective }: Configuration<State>, call: number): void {
    const after = this.#spec.step(state, (this.#calls[call] as Call<Operation>).operation);
    if (after === undefined) return;
    const placed = [...effective, call].sort((left, right) => left - right);
    this.#push({ moment, state: after, effective: placed });
  }

  #push(configuration: Configuration<State>): void {
    const { moment, state, effective } = configuration;
    const text = `${moment} ${effective.join(",")} ${this.#spec.textOf(state)}`;
    if (this.#seen.has(text)) return;
    this.#seen.add(text);
    this.#stack.push(configuration);
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
