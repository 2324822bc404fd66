import { assert } from "../base/assert.ts";
import { compareBytes, concatBytes, equalBytes } from "../base/bytes.ts";
import type { KeyRecord } from "./command.ts";
import type { Effort } from "./effort.ts";
import { type FoundRecord, PastRecord, type PastSource } from "./past-record.ts";
import { type RangeAnswer, RangePage, type RangeQuery } from "./read-range.ts";
import type { ChangeReader, StateReader } from "./state.ts";

/** What it takes to come to the next key, in changes. */
const KEY_COST = 4;
const ZERO_BYTE = new Uint8Array(1);

export interface PastRangeQuery extends RangeQuery {
  /** Above `compacted`, at each run. */
  readonly revision: number;
}

/** All that the keys are told by, those that are deleted by now included. */
export type KnownKeys = StateReader & Pick<ChangeReader, "tombstones">;

/**
 * An interval as it was after a revision of the window: one page, worked out over turns. It walks the keys
 * that are there and those of which a delete is known; what was not changed since the revision is taken as it
 * is, and each other key is followed into its own past. Nothing that happens between two turns can change the
 * page, since it lies behind.
 */
export class PastRange {
  readonly #source: PastSource<KnownKeys>;
  readonly #query: PastRangeQuery;
  readonly #page: RangePage;
  /** The keys below are done. */
  #start: Uint8Array;
  /** That of the key at `#start`, once its search took longer than a turn. */
  #search: PastRecord | undefined;

  constructor(source: PastSource<KnownKeys>, query: PastRangeQuery) {
    this.#source = source;
    this.#query = query;
    this.#page = new RangePage(query);
    this.#start = query.start;
  }

  /** The page, or from which revision on a key of it is known; undefined while the effort did not suffice. */
  run(effort: Effort): RangeAnswer | Extract<FoundRecord, { kind: "forgotten" }> | undefined {
    for (const [key, known] of this.#knownKeys()) {
      const found = this.#find(key, known, effort);
      if (found === undefined) {
        this.#start = key;
        return undefined;
      }
      if (found.kind === "forgotten") return found;
      if (found.record !== undefined && !this.#page.offer(key, found.record)) return this.#page.answer(true);
      effort.spend(KEY_COST);
      if (effort.isSpent) {
        this.#start = concatBytes([key, ZERO_BYTE]);
        return undefined;
      }
    }
    return this.#page.answer(false);
  }

  #find(key: Uint8Array, known: KeyRecord | number, effort: Effort): FoundRecord | undefined {
    const { revision } = this.#query;
    const isDeleted = typeof known === "number";
    if ((isDeleted ? known : known.modRevision) <= revision)
      return { kind: "known", record: isDeleted ? undefined : known };
    const search = this.#search ?? new PastRecord(this.#source, key, revision);
    assert(
      equalBytes(search.key, key),
      "I18: a key with a change in the window is there or known as deleted",
    );
    const found = search.run(effort);
    this.#search = found === undefined ? search : undefined;
    return found;
  }

  /** Keys from `#start` on, ascending, each with its record or the revision of its delete. */
  *#knownKeys(): Iterable<readonly [Uint8Array, KeyRecord | number]> {
    const { state } = this.#source;
    const { end } = this.#query;
    const deleted = state.tombstones(this.#start, end)[Symbol.iterator]();
    try {
      let next = deleted.next();
      for (const item of state.range(this.#start, end)) {
        for (; next.done !== true && compareBytes(next.value[0], item[0]) < 0; next = deleted.next())
          yield next.value;
        yield item;
      }
      for (; next.done !== true; next = deleted.next()) yield next.value;
    } finally {
      deleted.return?.();
    }
  }
}
