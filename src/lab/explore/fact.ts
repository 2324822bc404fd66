import { present } from "../../base/assert.ts";
import type { Ballot, Slot } from "../../base/ids.ts";
import type { Value } from "../../paxos/value.ts";
import { describeGraph } from "./object-graph.ts";

/** What is true of a member for ever once it happened, crashes or not: history that no member could tell. */
export type Fact =
  /** It said so, or asked others under its own ballot. */
  | { readonly kind: "promised"; readonly ballot: Ballot }
  /** It was on its disk. */
  | { readonly kind: "accepted"; readonly slot: Slot; readonly ballot: Ballot; readonly value: Value }
  | { readonly kind: "proposed"; readonly slot: Slot; readonly ballot: Ballot; readonly value: Value }
  /** It took the value for chosen. */
  | { readonly kind: "learned"; readonly slot: Slot; readonly value: Value }
  | { readonly kind: "digest"; readonly watermark: Slot; readonly digest: number }
  /** Its disk knows of this membership, the genesis aside. */
  | { readonly kind: "governed"; readonly epoch: number }
  /** It called this membership settled. */
  | { readonly kind: "settled"; readonly epoch: number }
  /** It told another to stand. */
  | { readonly kind: "handed-over"; readonly ballot: Ballot };

/** Numbers equal facts alike, and equal sets of facts too. */
export class FactTable {
  readonly #facts: Fact[] = [];
  readonly #ids = new Map<string, number>();
  readonly #sets: (readonly Fact[])[] = [];
  readonly #setIds = new Map<string, number>();

  idOf(fact: Fact): number {
    return numberOf(this.#ids, describeGraph(fact), () => this.#facts.push(fact));
  }

  fact(id: number): Fact {
    return present(this.#facts[id], "a fact has a number");
  }

  /** `ids`: each once, in any order. */
  setOf(ids: Iterable<number>): number {
    const ascending = [...ids].sort((left, right) => left - right);
    return numberOf(this.#setIds, ascending.join(","), () =>
      this.#sets.push(ascending.map((id) => this.fact(id))),
    );
  }

  set(id: number): readonly Fact[] {
    return present(this.#sets[id], "a set of facts has a number");
  }
}

function numberOf(known: Map<string, number>, key: string, add: () => number): number {
  const found = known.get(key);
  if (found !== undefined) return found;
  const id = add() - 1;
  known.set(key, id);
  return id;
}
