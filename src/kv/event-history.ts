import { assert } from "../base/assert.ts";
import { equalBytes } from "../base/bytes.ts";
import type { EventReader, KeyEvent } from "./event.ts";
import type { AppliedState } from "./state.ts";

/** How far the changes reach, as of the last applied slot. */
export interface EventMarks {
  readonly revision: number;
  readonly compacted: number;
}

/** The changes of the retained window, read from the rows of the state; what is forgotten never shows. */
export class EventHistory implements EventReader {
  readonly #state: AppliedState;
  readonly #marks: EventMarks;

  /** `marks` moves with `state`. */
  constructor(state: AppliedState, marks: EventMarks) {
    this.#state = state;
    this.#marks = marks;
  }

  get revision(): number {
    return this.#marks.revision;
  }

  get compacted(): number {
    return this.#marks.compacted;
  }

  *events(from: number): Iterable<KeyEvent> {
    assert(from > this.compacted, "what is forgotten is not asked for");
    for (const { events } of this.#state.eventRows(from))
      for (const event of events) if (event.revision >= from) yield event;
  }

  at(key: Uint8Array, revision: number): KeyEvent {
    for (const row of this.#state.eventRows(revision)) {
      const found = row.events.find((event) => event.revision === revision && equalBytes(event.key, key));
      if (found !== undefined) return found;
      // The changes of one revision may go over several rows.
      if (row.revision > revision) break;
    }
    assert(false, "I18: a key's changes are kept back to the last that is forgotten");
  }

  *history(key: Uint8Array, upTo: number): Iterable<KeyEvent> {
    let revision = this.#state.get(key)?.modRevision ?? this.#state.tombstone(key) ?? 0;
    while (revision > this.compacted) {
      const event = this.at(key, revision);
      if (revision <= upTo) yield event;
      revision = event.previousRevision;
    }
  }
}
