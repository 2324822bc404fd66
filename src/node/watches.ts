import { compareBytes } from "../base/bytes.ts";
import { compacted, type Failure, failure } from "../base/errors.ts";
import { EVENTS_PAGE_BYTES_MAX, EVENTS_PAGE_MAX, WATCH_WAIT_MS_MAX } from "../base/limits.ts";
import type { KeyRecord } from "../kv/command.ts";
import type { EventReader, KeyEvent } from "../kv/event.ts";
import { keyText } from "../kv/key-text.ts";
import type { LinkId } from "../transport/service.ts";
import type { ReplyBody, WatchRequest } from "../wire/client-messages.ts";
import { IntervalIndex, type TextInterval } from "./interval-index.ts";
import type { Origin } from "./proposals.ts";
import { WatchPage } from "./watch-page.ts";

/** Watches that wait; beyond it the node refuses with `overloaded`. Each takes about a kilobyte. */
export const WATCHES_MAX = 65_536;
/** Old events looked at in one turn, by all watches that catch up: a few ms. */
export const EVENTS_PER_TURN_MAX = 1_000;
/** The same by one of them: the others have their turn, too. */
const EVENTS_PER_WATCH_MAX = 500;
/** What fetching the value before a change costs, in events. */
const PREVIOUS_COST = 4;

export interface WatchesDeps {
  readonly events: EventReader;
  readonly answer: (origin: Origin, body: ReplyBody) => void;
  /** Whether somebody is known to lead: what a node cut off from the others knows is all that it will ever tell. */
  readonly isLed: () => boolean;
}

interface Watch {
  readonly origin: Origin;
  readonly request: WatchRequest;
  readonly interval: TextInterval;
  readonly page: WatchPage;
  readonly deadlineMs: number;
}

/**
 * Watches that wait for an answer: each gets one page of events, as soon as there is one, and asks anew from
 * where it ended. Those that have seen everything are found by key when something changes; those that have
 * not are led through the old events, a few at a time.
 */
export class Watches {
  readonly #deps: WatchesDeps;
  /** Those that catch up; the first is the next to be served. */
  readonly #behind = new Set<Watch>();
  /** Those that have seen everything up to `#told`. */
  readonly #live = new Set<Watch>();
  readonly #index = new IntervalIndex<Watch>();
  /** All of them, by link and then by the id of the request. */
  readonly #byLink = new Map<LinkId, Map<number, Watch>>();
  /** The revision up to which the live ones have been told. */
  #told: number;
  /** No watch's time is up before this. */
  #nextDeadlineMs = Number.POSITIVE_INFINITY;

  constructor(deps: WatchesDeps) {
    this.#deps = deps;
    this.#told = deps.events.revision;
  }

  get count(): number {
    return this.#behind.size + this.#live.size;
  }

  /** Takes a watch in, to be answered in this turn's `run` or later; or the reason why not. */
  add(origin: Origin, request: WatchRequest, nowMs: number): Failure | undefined {
    if (this.count >= WATCHES_MAX)
      return failure("overloaded", "not_applied", "too many watches wait at this node; try another node");
    const { events } = this.#deps;
    if (request.from <= events.compacted) return compacted(request.from, events.compacted + 1);
    const { start, end } = request;
    const bounds = {
      events: Math.min(request.limit, EVENTS_PAGE_MAX),
      bytes: Math.min(request.bytesMax, EVENTS_PAGE_BYTES_MAX),
    };
    const deadlineMs = nowMs + Math.min(request.waitMs, WATCH_WAIT_MS_MAX);
    const interval = { start: keyText(start), end: end === undefined ? undefined : keyText(end) };
    // Whoever asks anew under the id of a question that waits has given that one up.
    this.cancel(origin);
    const watch = { origin, request, interval, page: new WatchPage(request, bounds), deadlineMs };
    this.#behind.add(watch);
    this.#remember(watch);
    this.#nextDeadlineMs = Math.min(this.#nextDeadlineMs, deadlineMs);
    return undefined;
  }

  /** At the end of a turn: tells what is new, and leads on those behind; true when some of them still are. */
  run(nowMs: number): boolean {
    this.#tellLive();
    this.#catchUp(nowMs);
    return this.#behind.size > 0;
  }

  /** Answers those whose time is up with where they stand. */
  expire(nowMs: number): void {
    if (nowMs < this.#nextDeadlineMs) return;
    this.#nextDeadlineMs = Number.POSITIVE_INFINITY;
    for (const watch of this.#live) {
      if (this.#isDue(watch, nowMs)) this.#answerLive(watch, this.#told);
    }
    for (const watch of this.#behind) {
      if (this.#isDue(watch, nowMs)) this.#answer(watch);
    }
  }

  /** What was asked so is awaited no longer; nothing when it has been answered, or never came. */
  cancel({ link, id }: Origin): void {
    const watch = this.#byLink.get(link)?.get(id);
    if (watch !== undefined) this.#takeOut(watch);
  }

  /** More has changed at once than can be told in a turn: all are led on from where they stand. */
  fallBehind(): void {
    for (const watch of this.#live) {
      this.#index.remove(watch.interval, watch);
      watch.page.passed(this.#told);
      this.#behind.add(watch);
    }
    this.#live.clear();
  }

  /** Nobody is there any more to be told over this link. */
  dropLink(link: LinkId): void {
    for (const watch of this.#byLink.get(link)?.values() ?? []) this.#takeOut(watch);
  }

  #isDue({ deadlineMs }: Watch, nowMs: number): boolean {
    if (deadlineMs <= nowMs) return true;
    this.#nextDeadlineMs = Math.min(this.#nextDeadlineMs, deadlineMs);
    return false;
  }

  #tellLive(): void {
    const { events } = this.#deps;
    const { revision } = events;
    if (revision === this.#told) return;
    if (this.#live.size > 0) {
      this.#refuseCompacted();
      this.#offerToLive(Math.max(this.#told, events.compacted) + 1, revision);
    }
    this.#told = revision;
  }

  #offerToLive(from: number, upTo: number): void {
    const reached = new Set<Watch>();
    const full = new Set<Watch>();
    for (const event of this.#deps.events.events(from)) {
      let found: { readonly previous: KeyRecord | undefined } | undefined;
      const previousOf = (): KeyRecord | undefined => {
        found ??= { previous: this.#previousOf(event) };
        return found.previous;
      };
      this.#index.visit(keyText(event.key), (watch) => {
        if (full.has(watch)) return;
        if (watch.page.offer(event, watch.request.previous ? previousOf : undefined)) reached.add(watch);
        else full.add(watch);
      });
    }
    for (const watch of reached) {
      if (full.has(watch)) this.#answerLive(watch, 0);
      else if (!watch.page.isEmpty) this.#answerLive(watch, upTo);
    }
  }

  /** What is forgotten in the turn in which it happened can be told to nobody. */
  #refuseCompacted(): void {
    if (this.#deps.events.compacted <= this.#told) return;
    for (const watch of this.#live) {
      if (watch.page.revision <= this.#deps.events.compacted) this.#answerLive(watch, 0);
    }
  }

  #catchUp(nowMs: number): void {
    let budget = EVENTS_PER_TURN_MAX;
    const unfinished: Watch[] = [];
    for (const watch of this.#behind) {
      if (budget <= 0) break;
      budget -= this.#leadOn(watch, { nowMs, unfinished });
    }
    for (const watch of unfinished) {
      this.#behind.delete(watch);
      this.#behind.add(watch);
    }
  }

  /** What it cost. */
  #leadOn(
    watch: Watch,
    { nowMs, unfinished }: { readonly nowMs: number; readonly unfinished: Watch[] },
  ): number {
    const { page } = watch;
    const { events } = this.#deps;
    if (page.revision <= events.compacted) {
      this.#answer(watch);
      return 1;
    }
    const { end, cost } = this.#scan(watch);
    if (end === "all-seen") page.passed(events.revision);
    if (end === "full" || !page.isEmpty) this.#answer(watch);
    else if (watch.deadlineMs <= nowMs) this.#answer(watch);
    else if (end === "budget") unfinished.push(watch);
    else this.#goLive(watch);
    return cost;
  }

  /** Stops between two revisions only, or where the page is full: there it can go on later. */
  #scan({ page, request }: Watch): { readonly end: "all-seen" | "full" | "budget"; readonly cost: number } {
    let cost = 1;
    const previousOf = request.previous
      ? (event: KeyEvent): KeyRecord | undefined => {
          cost += PREVIOUS_COST;
          return this.#previousOf(event);
        }
      : undefined;
    let last = page.revision;
    for (const event of this.#deps.events.events(page.revision)) {
      if (event.revision !== last && cost > EVENTS_PER_WATCH_MAX) {
        page.passed(event.revision - 1);
        return { end: "budget", cost };
      }
      last = event.revision;
      cost++;
      const isInside =
        compareBytes(event.key, request.start) >= 0 &&
        (request.end === undefined || compareBytes(event.key, request.end) < 0);
      if (isInside && !page.offer(event, previousOf)) return { end: "full", cost };
    }
    return { end: "all-seen", cost };
  }

  #previousOf({ key, previousRevision }: KeyEvent): KeyRecord | undefined {
    if (previousRevision <= this.#deps.events.compacted) return undefined;
    return this.#deps.events.at(key, previousRevision).record;
  }

  #goLive(watch: Watch): void {
    this.#behind.delete(watch);
    this.#live.add(watch);
    this.#index.add(watch.interval, watch);
  }

  /** `upTo`: everything up to this revision was offered to it. */
  #answerLive(watch: Watch, upTo: number): void {
    watch.page.passed(upTo);
    this.#answer(watch);
  }

  #remember(watch: Watch): void {
    const { link, id } = watch.origin;
    const ofLink = this.#byLink.get(link);
    if (ofLink === undefined) this.#byLink.set(link, new Map([[id, watch]]));
    else ofLink.set(id, watch);
  }

  #takeOut(watch: Watch): void {
    if (!this.#behind.delete(watch) && this.#live.delete(watch)) this.#index.remove(watch.interval, watch);
    const { link, id } = watch.origin;
    const ofLink = this.#byLink.get(link);
    ofLink?.delete(id);
    if (ofLink?.size === 0) this.#byLink.delete(link);
  }

  #answer(watch: Watch): void {
    this.#takeOut(watch);
    const { origin, page } = watch;
    const { events, answer, isLed } = this.#deps;
    if (page.isEmpty && page.revision <= events.compacted) {
      const reason = compacted(page.revision, events.compacted + 1);
      answer(origin, { kind: "failure", failure: reason });
    } else if (page.isEmpty && !isLed()) {
      const message = "no leader is known at this node, which may miss changes; try another node";
      answer(origin, { kind: "failure", failure: failure("no_leader", "not_applied", message) });
    } else {
      answer(origin, page.answer());
    }
  }
}
