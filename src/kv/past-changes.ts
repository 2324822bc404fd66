import type { Effort } from "./effort.ts";
import type { EventReader, KeyEvent } from "./event.ts";
import { NextChange } from "./next-change.ts";

/** Goes through a key's changes at `upTo` and earlier, newest first, down to the end of the window, over turns. */
export class PastChanges {
  readonly #events: EventReader;
  readonly #key: Uint8Array;
  readonly #first: NextChange;
  /** Of the change that comes next; undefined until the first one is found. */
  #revision: number | undefined;

  /** `upTo` is `compacted` or above it, and must be so at each run. */
  constructor(events: EventReader, key: Uint8Array, upTo: number) {
    this.#events = events;
    this.#key = key;
    this.#first = new NextChange(events, key, upTo);
  }

  /** Hands changes to `take`, which answers false to stop; whether it came to an end, or else the effort did. */
  run(effort: Effort, take: (event: KeyEvent) => boolean): boolean {
    const { compacted } = this.#events;
    this.#revision ??= this.#begin(effort);
    if (this.#revision === undefined) return false;
    while (this.#revision > compacted) {
      if (effort.isSpent) return false;
      const event = this.#events.at(this.#key, this.#revision, effort);
      if (!take(event)) return true;
      this.#revision = event.previousRevision;
    }
    return true;
  }

  #begin(effort: Effort): number | undefined {
    const next = this.#first.run(effort);
    return next === "none" ? this.#events.newest(this.#key) : next?.previousRevision;
  }
}
