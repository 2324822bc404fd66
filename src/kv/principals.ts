import type { Principal } from "./principal.ts";
import type { PrincipalRow } from "./state.ts";

/** All principals, in memory: they are few, and each request may ask for one. */
export class Principals {
  readonly #principals = new Map<string, Principal>();
  readonly #changed = new Set<string>();

  constructor(recovered: Iterable<{ readonly id: string; readonly principal: Principal }>) {
    for (const { id, principal } of recovered) this.#principals.set(id, principal);
  }

  get size(): number {
    return this.#principals.size;
  }

  get(id: string): Principal | undefined {
    return this.#principals.get(id);
  }

  set(id: string, principal: Principal | undefined): void {
    if (principal === undefined) this.#principals.delete(id);
    else this.#principals.set(id, principal);
    this.#changed.add(id);
  }

  /** Ascending by id. */
  entries(): readonly (readonly [id: string, principal: Principal])[] {
    return [...this.#principals].sort(([left], [right]) => (left < right ? -1 : 1));
  }

  /** The rows that were changed since they were taken last. */
  takeRows(): PrincipalRow[] {
    const rows = [...this.#changed].map(
      (id): PrincipalRow => ({ table: "principals", id, principal: this.#principals.get(id) }),
    );
    this.#changed.clear();
    return rows;
  }
}
