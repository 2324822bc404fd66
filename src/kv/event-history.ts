import { assert, present } from "../base/assert.ts";
import { equalBytes } from "../base/bytes.ts";
import type { Effort } from "./effort.ts";
import type { EventReader, KeyEvent } from "./event.ts";
import { keyText } from "./key-text.ts";
import type { AppliedState } from "./state.ts";

/** How far the changes reach, as of the last applied slot. */
export interface EventMarks {
  readonly revision: number;
  readonly compacted: number;
}

/** What it takes to find a row by its revision, in changes looked at. */
const SEEK_COST = 8;
/** A revision of which more changes than these had to be looked at for one of them is remembered by key. */
const NARROW_CHANGES = 64;
/** A range that is deleted has 10,000 keys, each with a past of its own: what made them comes by turns. */
const WIDE_REVISIONS_MAX = 4;

/** The changes of one revision by their keys, as texts. */
interface WideRevision {
  readonly revision: number;
  readonly changes: ReadonlyMap<string, KeyEvent>;
}

/** The changes of the retained window, read from the rows of the state; what is forgotten never shows. */
export class EventHistory implements EventReader {
  readonly #state: AppliedState;
  readonly #marks: EventMarks;
  /** The one that was used last comes first. */
  #wide: readonly WideRevision[] = [];

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

  at(key: Uint8Array, revision: number, effort?: Effort): KeyEvent {
    assert(revision > this.compacted, "what is forgotten is not asked for");
    const wide = this.#recall(revision);
    if (wide !== undefined) {
      effort?.spend(1);
      return present(
        wide.changes.get(keyText(key)),
        "I18: a revision that a key's change names has one of it",
      );
    }
    let looked = SEEK_COST;
    for (const row of this.#state.eventRows(revision)) {
      looked += row.events.length;
      const found = row.events.find((event) => event.revision === revision && equalBytes(event.key, key));
      if (found !== undefined) {
        effort?.spend(looked);
        if (looked > NARROW_CHANGES) this.#remember(revision, effort);
        return found;
      }
      // The changes of one revision may go over several rows.
      if (row.revision > revision) break;
    }
    assert(false, "I18: a key's changes are kept back to the last that is forgotten");
  }

  newest(key: Uint8Array): number {
    return this.#state.get(key)?.modRevision ?? this.#state.tombstone(key) ?? 0;
  }

  #recall(revision: number): WideRevision | undefined {
    const wide = this.#wide.find((known) => known.revision === revision);
    if (wide !== undefined && wide !== this.#wide[0])
      this.#wide = [wide, ...this.#wide.filter((other) => other !== wide)];
    return wide;
  }

  /** Changes of the past stay as they are. */
  #remember(revision: number, effort: Effort | undefined): void {
    const changes = new Map<string, KeyEvent>();
    for (const event of this.events(revision)) {
      if (event.revision > revision) break;
      changes.set(keyText(event.key), event);
    }
    effort?.spend(changes.size);
    this.#wide = [{ revision, changes }, ...this.#wide].slice(0, WIDE_REVISIONS_MAX);
  }
}
