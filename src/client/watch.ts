import { type Failure, KvdError } from "../base/errors.ts";
import { EVENTS_PAGE_BYTES_MAX, EVENTS_PAGE_MAX } from "../base/limits.ts";
import type { Timers } from "../base/seams.ts";
import type { KeyInterval } from "../kv/command.ts";
import type { Consistency, EventItem, ReplyBody, Request } from "../wire/client-messages.ts";
import type { KeyChange, WatchEvent } from "./replies.ts";

/** How long a node waits for something to tell before it says where it stands. */
const WAIT_MS = 5_000;
/** Between two questions that nobody could answer. */
const PAUSE_MS = 250;

export type WatchPage = Extract<ReplyBody, { kind: "events" }>;

/** One question of a watch. */
export interface Poll {
  readonly request: (id: number, timeoutMs: number) => Request;
  /** From asking to the answer, `waitMs` included. */
  readonly timeoutMs: number;
  /** For how long the node may wait before it answers. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

export interface WatchDeps {
  /** One page, from whichever node can give it; rejects with a KvdError. */
  readonly ask: (poll: Poll) => Promise<WatchPage>;
  readonly timers: Timers;
  /** How fresh the store's revision must be that a watch from now on begins after. */
  readonly consistency: () => Consistency;
}

export interface WatchPlan extends KeyInterval {
  /** The first revision that is wanted; 0: the one after the store's present one. */
  readonly from: number;
  readonly previous: boolean;
  readonly progress: boolean;
  /** The patience until the first answer; later it asks for as long as it takes. */
  readonly timeoutMs: number;
}

type Phase =
  | { readonly kind: "open" }
  /** By whoever watches. */
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly error: KvdError };

/**
 * A watch under way: iterate over it once. Each change comes once, in order, none is left out, whatever
 * becomes of the nodes that it is asked of. A page is asked for when the one before has been read, so that
 * who does not read holds one page. The iteration ends after `close` or an abort, and throws when the watch
 * cannot go on.
 */
export class Watch implements AsyncIterable<WatchEvent> {
  /**
   * Resolves to the first revision that is watched, once that is settled: changes that are asked for from
   * then on are told. Rejects with a KvdError when nobody answered in time.
   */
  readonly started: Promise<number>;
  readonly #plan: WatchPlan;
  readonly #deps: WatchDeps;
  readonly #stop = new AbortController();
  readonly #onEnd: () => void;
  #phase: Phase = { kind: "open" };
  #first: Promise<readonly WatchEvent[]>;
  #from: number;
  #skip = 0;

  /** `onEnd` is called once, when it has ended for whatever reason. */
  constructor(plan: WatchPlan, deps: WatchDeps, onEnd: () => void) {
    this.#plan = plan;
    this.#deps = deps;
    this.#onEnd = onEnd;
    this.#from = plan.from;
    this.#first = this.#ask(0, plan.timeoutMs);
    this.started = this.#first.then(([event]) => this.#startOf(event));
    // Whoever iterates is told.
    this.started.catch(() => undefined);
  }

  /** Asks for nothing more; the iteration ends. More than once is harmless. */
  close(): void {
    this.#end({ kind: "closed" });
  }

  /** Ends it, and makes the iteration throw. */
  fail(reason: Failure): void {
    this.#end({ kind: "failed", error: new KvdError(reason) });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<WatchEvent, void, undefined> {
    try {
      for (let page = await this.#firstPage(); page !== undefined; page = await this.#nextPage()) {
        for (const event of page) {
          if (this.#hasEnded()) return;
          if (event.kind !== "progress" || this.#plan.progress) yield event;
        }
      }
    } finally {
      this.close();
    }
  }

  async #firstPage(): Promise<readonly WatchEvent[] | undefined> {
    try {
      return await this.#first;
    } catch (error) {
      if (this.#hasEnded()) return undefined;
      throw error;
    }
  }

  async #nextPage(): Promise<readonly WatchEvent[] | undefined> {
    // What was read is not kept for as long as the watch lasts.
    this.#first = Promise.resolve([]);
    while (!this.#hasEnded()) {
      try {
        return await this.#ask(WAIT_MS, WAIT_MS + this.#plan.timeoutMs);
      } catch (error) {
        if (this.#hasEnded()) return undefined;
        if (!(error instanceof KvdError) || !error.failure.retryable) throw error;
        await this.#pause();
      }
    }
    return undefined;
  }

  async #ask(waitMs: number, timeoutMs: number): Promise<readonly WatchEvent[]> {
    const { start, end, previous } = this.#plan;
    const page = { limit: EVENTS_PAGE_MAX, bytesMax: EVENTS_PAGE_BYTES_MAX, waitMs };
    const [from, skip] = [this.#from, this.#skip];
    const request = (id: number, patienceMs: number): Request => {
      const consistency = this.#deps.consistency();
      return {
        kind: "watch",
        id,
        timeoutMs: patienceMs,
        start,
        end,
        from,
        skip,
        previous,
        ...page,
        consistency,
      };
    };
    const reply = await this.#deps.ask({ request, timeoutMs, waitMs, signal: this.#stop.signal });
    this.#from = reply.next;
    this.#skip = reply.skip;
    return eventsOf(reply.events, reply.next);
  }

  /** The revision that was asked for, or the one after that at which the store stood. */
  #startOf(first: WatchEvent | undefined): number {
    if (this.#plan.from > 0) return this.#plan.from;
    return first === undefined ? this.#from : first.revision + 1;
  }

  /** Throws what it failed with. */
  #hasEnded(): boolean {
    if (this.#phase.kind === "failed") throw this.#phase.error;
    return this.#phase.kind === "closed";
  }

  #pause(): Promise<void> {
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      const timer = this.#deps.timers.after(PAUSE_MS, resolve);
      signal.addEventListener("abort", () => {
        timer.cancel();
        resolve();
      });
    });
  }

  #end(phase: Phase): void {
    if (this.#phase.kind !== "open") return;
    this.#phase = phase;
    this.#stop.abort();
    this.#onEnd();
  }
}

/** A page without events tells how far the watch has come. */
function eventsOf(items: readonly EventItem[], next: number): readonly WatchEvent[] {
  if (items.length === 0) return [{ kind: "progress", revision: next - 1 }];
  return items.map((item, index) => {
    const endsRevision = (items[index + 1]?.revision ?? next) > item.revision;
    return { ...changeOf(item), previous: item.previous, endsRevision };
  });
}

export function changeOf({ key, revision, previousRevision, record }: EventItem): KeyChange {
  if (record === undefined) return { kind: "delete", key, revision, previousRevision };
  return { kind: "put", key, revision, previousRevision, record };
}
