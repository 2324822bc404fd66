import { KvdError } from "../base/errors.ts";
import type { Clock, Timers } from "../base/seams.ts";
import { type Contender, contenderKey, inOrder, lockName } from "./contenders.ts";
import type { HeldLease } from "./held-lease.ts";
import { bytesOf } from "./key-bytes.ts";
import { Lock } from "./lock.ts";
import type { Bytes, LockOptions, ReadOptions, RequestOptions } from "./options.ts";
import { Patience } from "./patience.ts";
import type { LockReply } from "./replies.ts";

const TTL_MS = 15_000;
/** For giving a place up after the caller's own patience has ended. */
const LEAVE_MS = 2_000;
/** Between two questions that nobody could answer. */
const PAUSE_MS = 250;

/** The requests that locks are made of; all reject with a KvdError. */
export interface LocksDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  /** A lease that is kept alive from now on. */
  readonly holdNew: (ttlMs: number, options: RequestOptions) => Promise<HeldLease>;
  /** Makes the key; the revision at which it was made. */
  readonly create: (entry: NewContender, options: RequestOptions) => Promise<number>;
  /** `keysOnly`: without their values. */
  readonly contenders: (
    name: Uint8Array,
    options: ReadOptions & { readonly keysOnly: boolean },
  ) => Promise<Contenders>;
  /** Waits until the key is deleted, at `from` or later; false when `signal` ended the wait. */
  readonly whenDeleted: (key: Uint8Array, from: number, signal: AbortSignal) => Promise<boolean>;
  readonly revoke: (leaseId: number, options: RequestOptions) => Promise<void>;
}

export interface NewContender {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly leaseId: number;
}

/** Those of one name, in no order: whoever is missing is gone, or came after `revision`. */
export interface Contenders {
  readonly found: readonly Contender[];
  readonly revision: number;
}

interface Place {
  readonly key: Uint8Array;
  readonly token: number;
  readonly held: HeldLease;
}

type Turn =
  | { readonly kind: "mine"; readonly revision: number }
  | { readonly kind: "lost" }
  | { readonly kind: "behind"; readonly key: Uint8Array; readonly revision: number };

/**
 * Locks as a queue of keys, each of which lives as long as its lease. The one that was made first holds the lock.
 * Each of the others watches the one before it alone, so that a release wakes one waiter and not all.
 */
export class Locks {
  readonly #deps: LocksDeps;

  constructor(deps: LocksDeps) {
    this.#deps = deps;
  }

  /** Waits for the lock until it is got; rejects when patience is over. */
  async lock(name: Bytes, options: LockOptions = {}): Promise<Lock> {
    const bytes = lockName(name);
    const patience = new Patience(options, this.#deps);
    try {
      for (;;) {
        const place = await this.#enter(bytes, options, patience);
        const turn = await this.#finalTurn(bytes, place, patience);
        if (turn.kind === "mine") return this.#lockAt(name, place, turn.revision);
        // The place was lost with its lease, while nobody could keep it alive: to the end of the queue.
      }
    } finally {
      patience.end();
    }
  }

  /** The lock, or undefined when somebody else has it. */
  async tryLock(name: Bytes, options: LockOptions = {}): Promise<Lock | undefined> {
    const bytes = lockName(name);
    const patience = new Patience(options, this.#deps);
    try {
      const place = await this.#enter(bytes, options, patience);
      const turn = await this.#leavingOnError(place, this.#turnOf(bytes, place, patience));
      if (turn.kind === "mine") return this.#lockAt(name, place, turn.revision);
      await this.#leave(place.held);
      return undefined;
    } finally {
      patience.end();
    }
  }

  /** Who has the lock, and how many wait for it. */
  async holder(name: Bytes, options: ReadOptions): Promise<LockReply> {
    const { found, revision } = await this.#deps.contenders(lockName(name), { ...options, keysOnly: false });
    const [holder, ...waiters] = inOrder(found);
    return { holder, waiters: waiters.length, revision };
  }

  /** Whatever its requests came to, what fails has entered nothing that would not end by itself. */
  async #enter(name: Uint8Array, options: LockOptions, patience: Patience): Promise<Place> {
    patience.check(waitingFor(name));
    try {
      return await this.#stand(name, options, patience);
    } catch (error) {
      patience.check(waitingFor(name));
      throw notEntered(error);
    }
  }

  async #stand(name: Uint8Array, options: LockOptions, patience: Patience): Promise<Place> {
    const held = await this.#deps.holdNew(options.ttlMs ?? TTL_MS, patience.request);
    const { leaseId } = held;
    const key = contenderKey(name, leaseId);
    const value = bytesOf(options.value ?? "");
    try {
      return { key, token: await this.#deps.create({ key, value, leaseId }, patience.request), held };
    } catch (error) {
      await this.#leave(held);
      throw error;
    }
  }

  /** Waits until it is this one's turn, or the place is lost. */
  async #finalTurn(name: Uint8Array, place: Place, patience: Patience): Promise<Turn> {
    for (;;) {
      const turn = await this.#leavingOnError(place, this.#turnOf(name, place, patience));
      if (turn.kind === "lost") await this.#leave(place.held);
      if (turn.kind !== "behind") return turn;
      await this.#leavingOnError(place, this.#whenGone(turn, place, patience));
    }
  }

  /** Asks as long as the place is kept, whatever the cluster goes through meanwhile. */
  async #turnOf(name: Uint8Array, place: Place, patience: Patience): Promise<Turn> {
    for (;;) {
      patience.check(waitingFor(name));
      if (!place.held.isHeld) return { kind: "lost" };
      try {
        const options = { ...patience.request, keysOnly: true };
        const { found, revision } = await this.#deps.contenders(name, options);
        const queue = inOrder(found);
        const index = queue.findIndex(({ token }) => token === place.token);
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
  async #whenGone(turn: Extract<Turn, { kind: "behind" }>, place: Place, patience: Patience): Promise<void> {
    const either = new AbortController();
    const end = (): void => either.abort();
    const signals = [patience.signal, place.held.lost];
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

  /** `revision`: one at which it was this one's turn. */
  #lockAt(name: Bytes, { key, token, held }: Place, revision: number): Lock {
    const { whenDeleted, revoke } = this.#deps;
    return new Lock({
      name,
      key,
      token,
      held,
      whenDeleted: (signal) => whenDeleted(key, revision + 1, signal),
      revoke: () => revoke(held.leaseId, {}),
    });
  }

  async #leavingOnError<T>(place: Place, step: Promise<T>): Promise<T> {
    try {
      return await step;
    } catch (error) {
      await this.#leave(place.held);
      throw error;
    }
  }

  /** Gives the place up, so that nobody waits for it until its lease ends. */
  async #leave(held: HeldLease): Promise<void> {
    held.stop();
    await this.#deps.revoke(held.leaseId, { timeoutMs: LEAVE_MS }).catch(() => undefined);
  }
}

/** Nothing holds the lock because of a request that failed, and to repeat that request by its id would help nobody. */
function notEntered(error: unknown): unknown {
  return error instanceof KvdError ? new KvdError({ ...error.failure, outcome: "not_applied" }) : error;
}

function waitingFor(name: Uint8Array): string {
  return `waiting for the lock ${new TextDecoder().decode(name)}`;
}
