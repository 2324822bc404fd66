/** What one node says of its state at one moment. */
export interface ReplicaState {
  readonly name: string;
  /** Every slot below is applied. */
  readonly applied: number;
  readonly revision: number;
  readonly keys: number;
}

/**
 * The state is a function of the slots applied: whoever has applied as many, now or later, here or there,
 * has as many changes and keys. It finds a replica that went its own way even if nobody reads from it.
 */
export class ReplicaAgreement {
  readonly #seen = new Map<number, ReplicaState>();

  /** Why the state cannot be, given all that were shown before; undefined when it can. */
  contradiction(state: ReplicaState): string | undefined {
    const known = this.#seen.get(state.applied);
    if (known === undefined) {
      this.#seen.set(state.applied, state);
      return undefined;
    }
    if (known.revision === state.revision && known.keys === state.keys) return undefined;
    return `with all slots below ${state.applied} applied, ${describe(known)} and ${describe(state)}`;
  }
}

function describe({ name, revision, keys }: ReplicaState): string {
  return `${name} was at revision ${revision} with ${keys} keys`;
}
