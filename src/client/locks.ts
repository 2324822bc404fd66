import { KvdError } from "../base/errors.ts";
import type { Clock } from "../base/seams.ts";
import { type ClaimsDeps, claimPlace } from "./claims.ts";
import { contenderKey, inOrder, lockName } from "./contenders.ts";
import type { HeldLease } from "./held-lease.ts";
import { bytesOf } from "./key-bytes.ts";
import { Lock } from "./lock.ts";
import { LockQueue, type NewContender, type Place, waitingFor } from "./lock-queue.ts";
import { wholeNumber } from "./misuse.ts";
import type { Bytes, ClaimOptions, LockOptions, ReadOptions, RequestOptions } from "./options.ts";
import { Patience } from "./patience.ts";
import type { Claim, LockReply } from "./replies.ts";

const TTL_MS = 15_000;
/** For giving a place up after the caller's own patience has ended. */
const LEAVE_MS = 2_000;

/** The requests that locks are made of; all reject with a KvdError. */
export interface LocksDeps extends ClaimsDeps {
  readonly clock: Clock;
  /** A lease that is kept alive from now on. */
  readonly holdNew: (ttlMs: number, options: RequestOptions) => Promise<HeldLease>;
  /** Makes the key; the revision at which it was made. */
  readonly create: (entry: NewContender, options: RequestOptions) => Promise<number>;
  readonly revoke: (leaseId: number, options: RequestOptions) => Promise<void>;
}

/** A place that stands on a lease of this process. */
interface OwnPlace extends Place {
  readonly lease: HeldLease;
}

/** Locks as queues of keys that live as long as their leases. */
export class Locks {
  readonly #deps: LocksDeps;
  readonly #queue: LockQueue;

  constructor(deps: LocksDeps) {
    this.#deps = deps;
    this.#queue = new LockQueue(deps);
  }

  /** Waits for the lock until it is got; rejects when patience is over. */
  async lock(name: Bytes, options: LockOptions = {}): Promise<Lock> {
    const bytes = lockName(name);
    const patience = new Patience(options, this.#deps);
    try {
      for (;;) {
        const place = await this.#enter(bytes, options, patience);
        const turn = await this.#queue.turn(place, patience);
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
      const turn = await this.#queue.turn(place, patience, AbortSignal.abort());
      return turn.kind === "mine" ? this.#lockAt(name, place, turn.revision) : undefined;
    } finally {
      patience.end();
    }
  }

  /** The lock for a lease that the caller keeps alive, or undefined when somebody else still has it. */
  claim(name: Bytes, leaseId: number, options: ClaimOptions): Promise<Claim | undefined> {
    const wanted = { name: lockName(name), leaseId: wholeNumber(leaseId, "a lease's id") };
    return claimPlace(wanted, options, this.#queue, this.#deps);
  }

  /** Who has the lock, and how many wait for it. */
  async holder(name: Bytes, options: ReadOptions): Promise<LockReply> {
    const { found, revision } = await this.#deps.contenders(lockName(name), { ...options, keysOnly: false });
    const [holder, ...waiters] = inOrder(found);
    return { holder, waiters: waiters.length, revision };
  }

  /** Whatever its requests came to, what fails has entered nothing that would not end by itself. */
  async #enter(name: Uint8Array, options: LockOptions, patience: Patience): Promise<OwnPlace> {
    patience.check(waitingFor(name));
    try {
      return await this.#stand(name, options, patience);
    } catch (error) {
      patience.check(waitingFor(name));
      throw notEntered(error);
    }
  }

  async #stand(name: Uint8Array, options: LockOptions, patience: Patience): Promise<OwnPlace> {
    const lease = await this.#deps.holdNew(options.ttlMs ?? TTL_MS, patience.request);
    const { leaseId } = lease;
    const key = contenderKey(name, leaseId);
    const value = bytesOf(options.value ?? "");
    const leave = (): Promise<void> => this.#leave(lease);
    try {
      const token = await this.#deps.create({ key, value, leaseId }, patience.request);
      return { name, key, token, lease, leave };
    } catch (error) {
      await leave();
      throw error;
    }
  }

  /** `revision`: one at which it was this one's turn. */
  #lockAt(name: Bytes, { key, token, lease }: OwnPlace, revision: number): Lock {
    const { whenDeleted, revoke } = this.#deps;
    return new Lock({
      name,
      key,
      token,
      held: lease,
      whenDeleted: (signal) => whenDeleted(key, revision + 1, signal),
      revoke: () => revoke(lease.leaseId, {}),
    });
  }

  async #leave(held: HeldLease): Promise<void> {
    held.stop();
    await this.#deps.revoke(held.leaseId, { timeoutMs: LEAVE_MS }).catch(() => undefined);
  }
}

/** Nothing holds the lock because of a request that failed, and to repeat that request by its id would help nobody. */
function notEntered(error: unknown): unknown {
  return error instanceof KvdError ? new KvdError({ ...error.failure, outcome: "not_applied" }) : error;
}
