import { KvdError } from "../base/errors.ts";
import type { Timers } from "../base/seams.ts";
import { type Contender, inOrder } from "./contenders.ts";
import type { HeldLease } from "./held-lease.ts";
import type { ReadOptions } from "./options.ts";
import type { Patience } from "./patience.ts";

/** Between two questions that nobody could answer. */
const PAUSE_MS = 250;

/** Those of one name, in no order: whoever is missing is gone, or came after `revision`. */
export interface Contenders {
  readonly found: readonly Contender[];
  readonly revision: number;
}

export interface NewContender {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly leaseId: number;
}

export interface LockQueueDeps {
  readonly timers: Timers;
  /** `keysOnly`: without their values. */
  readonly contenders: (
    name: Uint8Array,
    options: ReadOptions & { readonly keysOnly: boolean },
  ) => Promise<Contenders>;
  /** Waits until the key is deleted, at `from` or later; false when `signal` ended the wait. */
  readonly whenDeleted: (key: Uint8Array, from: number, signal: AbortSignal) => Promise<boolean>;
}

/** A contender's own place in the queue of a name. */
export interface Place {
  readonly name: Uint8Array;
  readonly key: Uint8Array;
  readonly token: number;
  /** Whether the place is still kept, as far as is known here. */
  readonly lease: Pick<HeldLease, "isHeld" | "lost">;
  /** Gives the place up, so that nobody waits for it until its lease ends. Never rejects. */
  readonly leave: () => Promise<void>;
}

/** `revision`: one at which it was so. */
export type Turn =
  | { readonly kind: "mine"; readonly revision: number }
  | { readonly kind: "lost" }
  | { readonly kind: "behind"; readonly key: Uint8Array; readonly revision: number };

/**
 * A queue of keys, each of which lives as long as its lease. The one that was made first holds. Each of the others
 * watches the one before it alone, so that a release wakes one waiter and not all.
 */
export class LockQueue {
  readonly #deps: LockQueueDeps;

  constructor(deps: LockQueueDeps) {
    this.#deps = deps;
  }

  /**
   * Waits until it is this one's turn, the place is lost, or `over` fires: then it may still be behind. Whatever it
   * ends with besides `mine`, an error included, the place is left.
   */
  async turn(place: Place, patience: Patience, over?: AbortSignal): Promise<Turn> {
    try {
      const turn = await this.#awaited(place, patience, over);
      if (turn.kind !== "mine") await place.leave();
      return turn;
    } catch (error) {
      await place.leave();
      throw error;
    }
  }

  async #awaited(place: Place, patience: Patience, over: AbortSignal | undefined): Promise<Turn> {
    for (;;) {
      const turn = await this.#turnOf(place, patience);
      if (turn.kind !== "behind" || over?.aborted === true) return turn;
      const ends = [patience.signal, place.lease.lost, ...(over === undefined ? [] : [over])];
      await this.#whenGone(turn, ends);
    }
  }

  /** Asks as long as the place is kept, whatever the cluster goes through meanwhile. */
  async #turnOf({ name, token, lease }: Place, patience: Patience): Promise<Turn> {
    for (;;) {
      patience.check(waitingFor(name));
      if (!lease.isHeld) return { kind: "lost" };
      try {
        const options = { ...patience.request, keysOnly: true };
        const { found, revision } = await this.#deps.contenders(name, options);
        const queue = inOrder(found);
        const index = queue.findIndex((contender) => contender.token === token);
        if (index === -1) return { kind: "lost" };
        const before = queue[index - 1];
        return before === undefined
          ? { kind: "mine", revision }
          : { kind: "behind", key: before.key, revision };
      } catch (error) {
        patience.check(waitingFor(name));
        if (!(error instanceof KvdError) || !error.failure.retryable) throw error;
        await new Promise<void>((resolve) => void this.#deps.timers.after(PAUSE_MS, resolve));
      }
    }
  }

  /** Waits until the one before is gone; also ends when there is nobody left who would wait. */
  async #whenGone(turn: Extract<Turn, { kind: "behind" }>, signals: readonly AbortSignal[]): Promise<void> {
    const either = new AbortController();
    const end = (): void => either.abort();
    for (const signal of signals) signal.addEventListener("abort", end, { once: true });
    try {
      if (signals.some(({ aborted }) => aborted)) return;
      await this.#deps.whenDeleted(turn.key, turn.revision + 1, either.signal);
    } catch (error) {
      // What became of it is forgotten by now: who is there is asked anew.
      if (!(error instanceof KvdError) || error.failure.code !== "compacted") throw error;
    } finally {
      for (const signal of signals) signal.removeEventListener("abort", end);
    }
  }
}

/** For the message of whoever waited in vain. */
export function waitingFor(name: Uint8Array): string {
  return `waiting for the lock ${new TextDecoder().decode(name)}`;
}
