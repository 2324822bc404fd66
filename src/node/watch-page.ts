import type { KeyRecord } from "../kv/command.ts";
import type { KeyEvent } from "../kv/event.ts";
import type { EventItem, ReplyBody, WatchRequest } from "../wire/client-messages.ts";

/** What an event takes in a reply besides its key and values, roughly. */
const EVENT_BYTES = 64;

export interface PageBounds {
  readonly events: number;
  readonly bytes: number;
}

/** About how many bytes of a reply an event takes. */
export function eventBytes(key: Uint8Array, record: KeyRecord | undefined, previous?: KeyRecord): number {
  return EVENT_BYTES + key.length + (record?.value.length ?? 0) + (previous?.value.length ?? 0);
}

/**
 * The events of a watch's interval from where it stands on, in order, as many as its bounds allow: the first
 * one whatever its size, so that every watch gets on.
 */
export class WatchPage {
  readonly #bounds: PageBounds;
  readonly #events: EventItem[] = [];
  #bytes = 0;
  /** Told are all events below this revision, and so many of this one. */
  #revision: number;
  #skip: number;
  /** Events of `#revision` that were offered. */
  #offered = 0;

  constructor({ from, skip }: Pick<WatchRequest, "from" | "skip">, bounds: PageBounds) {
    this.#revision = from;
    this.#skip = skip;
    this.#bounds = bounds;
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  /** The first revision of which something may be missing. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Offers the next event of the interval; `previousOf` is asked for what was there before only if it is
   * wanted. False when it does not fit any more: then no later one may be offered either.
   */
  offer(event: KeyEvent, previousOf: ((event: KeyEvent) => KeyRecord | undefined) | undefined): boolean {
    if (event.revision < this.#revision) return true;
    if (event.revision > this.#revision) this.passed(event.revision - 1);
    if (this.#offered < this.#skip) {
      this.#offered++;
      return true;
    }
    const previous = previousOf?.(event);
    const bytes = eventBytes(event.key, event.record, previous);
    const isFull = this.#events.length >= this.#bounds.events || this.#bytes + bytes > this.#bounds.bytes;
    if (isFull && !this.isEmpty) return false;
    const { key, revision, record, previousRevision } = event;
    this.#events.push({ key, revision, record, previousRevision, previous });
    this.#bytes += bytes;
    this.#skip++;
    this.#offered++;
    return true;
  }

  /** All events up to and with `revision` were offered. */
  passed(revision: number): void {
    if (revision < this.#revision) return;
    this.#revision = revision + 1;
    this.#skip = 0;
    this.#offered = 0;
  }

  answer(): ReplyBody {
    return { kind: "events", events: this.#events, next: this.#revision, skip: this.#skip };
  }
}
