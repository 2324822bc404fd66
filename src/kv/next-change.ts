import { assert } from "../base/assert.ts";
import { equalBytes } from "../base/bytes.ts";
import type { Effort } from "./effort.ts";
import type { EventReader, KeyEvent } from "./event.ts";

/** So many changes are looked at in the time in which one is found by its revision. */
const STEPS_UP = 8;

/**
 * The search for a key's first change above a revision, which goes on over turns. It goes down the key's own
 * changes from the newest, and up all changes from the revision, by turns: a key that changes often is met
 * soon on the way up, one that changes rarely is down soon.
 */
export class NextChange {
  readonly #events: EventReader;
  readonly #key: Uint8Array;
  readonly #revision: number;
  /** The lowest of the key's changes above the revision that is known. */
  #lowest: KeyEvent | undefined;
  /** All changes above the revision and below this are of other keys. */
  #up: number;

  /** `revision` is `compacted` or above it, and must be so at each run. */
  constructor(events: EventReader, key: Uint8Array, revision: number) {
    this.#events = events;
    this.#key = key;
    this.#revision = revision;
    this.#up = revision + 1;
  }

  /** The change, or "none"; undefined while the effort did not suffice. A revision is looked at as a whole. */
  run(effort: Effort): KeyEvent | "none" | undefined {
    this.#lowest ??= this.#newest(effort);
    if (this.#lowest === undefined) return "none";
    let steps = 0;
    for (const event of this.#events.events(this.#up)) {
      if (this.#lowest.previousRevision <= this.#revision) return this.#lowest;
      if (equalBytes(event.key, this.#key)) return event;
      if (event.revision > this.#up) {
        this.#up = event.revision;
        if (effort.isSpent) return undefined;
      }
      effort.spend(1);
      if (++steps % STEPS_UP === 0)
        this.#lowest = this.#events.at(this.#key, this.#lowest.previousRevision, effort);
    }
    assert(false, "I18: a change is found on the way up at the latest");
  }

  #newest(effort: Effort): KeyEvent | undefined {
    const newest = this.#events.newest(this.#key);
    return newest <= this.#revision ? undefined : this.#events.at(this.#key, newest, effort);
  }
}
