import { assert } from "../base/assert.ts";
import { equalBytes } from "../base/bytes.ts";
import type { EventReader, KeyEvent } from "./event.ts";
import type { AppliedState } from "./state.ts";

/** How far the changes reach, as of the last applied slot. */
export interface EventMarks {
  readonly revision: number;
  readonly compacted: number;
}

/** So many changes are looked at in the time in which one is found by its revision. */
const STEPS_UP = 8;

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
    if (upTo <= this.compacted) return;
    let revision = this.firstAfter(key, upTo)?.previousRevision ?? this.#newest(key);
    while (revision > this.compacted) {
      const event = this.at(key, revision);
      yield event;
      revision = event.previousRevision;
    }
  }

  /**
   * Goes down the key's own changes from the newest, and up all changes from `revision`, by turns: a key that
   * changes often is met soon on the way up, one that changes rarely is down soon.
   */
  firstAfter(key: Uint8Array, revision: number): KeyEvent | undefined {
    const newest = this.#newest(key);
    if (newest <= revision) return undefined;
    let down = this.at(key, newest);
    let steps = 0;
    for (const event of this.events(revision + 1)) {
      if (down.previousRevision <= revision) return down;
      if (equalBytes(event.key, key)) return event;
      if (++steps % STEPS_UP === 0) down = this.at(key, down.previousRevision);
    }
    assert(false, "I18: a change is found on the way up at the latest");
  }

  /** The revision of the key's last change; 0 when none is known. */
  #newest(key: Uint8Array): number {
    return this.#state.get(key)?.modRevision ?? this.#state.tombstone(key) ?? 0;
  }
}
