/** What every surface can be asked; keys are without the prefix that a surface puts in front. */
export type Step =
  | { readonly kind: "put"; readonly key: string; readonly value: string; readonly ttlMs?: number }
  | { readonly kind: "get"; readonly key: string }
  | { readonly kind: "put-all"; readonly entries: readonly (readonly [key: string, value: string])[] }
  | { readonly kind: "incr" | "max" | "min"; readonly key: string; readonly by: string }
  | {
      readonly kind: "append" | "prepend" | "set-if-absent" | "json-merge";
      readonly key: string;
      readonly text: string;
    }
  | { readonly kind: "cas"; readonly key: string; readonly expected: string; readonly text: string }
  | { readonly kind: "delete"; readonly key: string }
  | { readonly kind: "keys"; readonly after: string; readonly limit: number };

/**
 * An answer without its dress. A revision stands as the number of the change, counted per surface, that took it;
 * 0 where there is none.
 */
export type Seen =
  | { readonly kind: "put"; readonly version: number; readonly created: number; readonly revision: number }
  | {
      readonly kind: "get";
      readonly value: string;
      readonly version: number;
      readonly created: number;
      readonly changed: number;
      readonly ends: boolean;
    }
  | { readonly kind: "put-all"; readonly count: number; readonly revision: number }
  | {
      readonly kind: "modify";
      readonly old: string | null;
      readonly new: string;
      readonly isChanged: boolean;
    }
  | { readonly kind: "delete"; readonly deleted: boolean }
  | { readonly kind: "keys"; readonly keys: readonly string[]; readonly more: boolean }
  | {
      readonly kind: "refused";
      readonly code: string;
      readonly outcome: string;
      readonly retryable: boolean;
      /** Of a compare that failed: at which change the key stands. */
      readonly standsAt?: number;
    };

/** One way to the cluster. */
export interface Surface {
  readonly name: string;
  perform(step: Step): Promise<Seen>;
  close(): void;
}

/** Gives each revision that a surface's changes took its number. */
export class Revisions {
  readonly #taken: number[] = [];

  /** Of a change. */
  take(revision: number): number {
    if (!this.#taken.includes(revision)) this.#taken.push(revision);
    return this.numberOf(revision);
  }

  /** The revision that has this number: one that was taken. */
  at(number: number): number {
    const revision = this.#taken[number - 1];
    if (revision === undefined) throw new Error(`no change has the number ${number} yet`);
    return revision;
  }

  /** 0 for none, -1 for one that no change of this surface took. */
  numberOf(revision: number): number {
    if (revision === 0) return 0;
    const index = this.#taken.indexOf(revision);
    return index === -1 ? -1 : index + 1;
  }
}
