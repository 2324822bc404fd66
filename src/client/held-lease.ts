import { failure, KvdError } from "../base/errors.ts";
import type { Clock, Timer, Timers } from "../base/seams.ts";

/**
 * How much of its time a lease is relied on after a keep-alive was sent. Cluster time runs at most 1 % faster
 * than its leader's clock, and two machines' clocks differ by less than another 1 %.
 */
const RELIABLE_SHARE = 0.98;
const KEEP_ALIVES_PER_TTL = 3;
/** After a keep-alive that failed at once. */
const RETRIES_PER_TTL = 20;

export interface HeldLeaseDeps {
  readonly leaseId: number;
  readonly ttlMs: number;
  /** One keep-alive, with the patience that it has; rejects with a KvdError. */
  readonly keepAlive: (timeoutMs: number) => Promise<void>;
  readonly clock: Clock;
  readonly timers: Timers;
}

/**
 * A lease that is kept alive. It counts as lost as soon as the cluster says so, or when no keep-alive was
 * confirmed for so long that it may have ended: earlier than the cluster ends it, never later. What is lost
 * stays lost.
 */
export class HeldLease {
  readonly leaseId: number;
  readonly #deps: HeldLeaseDeps;
  readonly #lost = new AbortController();
  #reliableUntilMs: number;
  #renewal: Timer;
  #deadline: Timer;
  #isStopped = false;

  /** `sentMs`: when the keep-alive was sent that has just been confirmed. */
  constructor(deps: HeldLeaseDeps, sentMs: number) {
    this.leaseId = deps.leaseId;
    this.#deps = deps;
    this.#reliableUntilMs = sentMs + deps.ttlMs * RELIABLE_SHARE;
    this.#renewal = this.#renewAfter(deps.ttlMs / KEEP_ALIVES_PER_TTL);
    this.#deadline = this.#awaitDeadline();
  }

  /** Aborted with a KvdError once the lease is lost; never after `stop`. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Whether the lease surely lasts at this very moment. */
  get isHeld(): boolean {
    if (this.#isStopped) return false;
    // A process that was paused may ask before its timers had their turn.
    if (this.#deps.clock.nowMs() >= this.#reliableUntilMs) this.#lose(unconfirmed(this.leaseId));
    return !this.#lost.signal.aborted;
  }

  /** Keeps it alive no longer; it ends when its time is over. More than once is harmless. */
  stop(): void {
    this.#isStopped = true;
    this.#renewal.cancel();
    this.#deadline.cancel();
  }

  #renewAfter(delayMs: number): Timer {
    return this.#deps.timers.after(delayMs, () => this.#renew());
  }

  #awaitDeadline(): Timer {
    const leftMs = Math.max(0, this.#reliableUntilMs - this.#deps.clock.nowMs());
    return this.#deps.timers.after(leftMs, () => this.#lose(unconfirmed(this.leaseId)));
  }

  #renew(): void {
    const { clock, ttlMs, keepAlive } = this.#deps;
    const sentMs = clock.nowMs();
    keepAlive(Math.max(1, this.#reliableUntilMs - sentMs)).then(
      () => {
        if (!this.isHeld) return;
        this.#reliableUntilMs = sentMs + ttlMs * RELIABLE_SHARE;
        this.#deadline.cancel();
        this.#deadline = this.#awaitDeadline();
        this.#renewal = this.#renewAfter(Math.max(0, sentMs + ttlMs / KEEP_ALIVES_PER_TTL - clock.nowMs()));
      },
      (error: unknown) => {
        if (!this.isHeld) return;
        if (error instanceof KvdError && error.failure.code === "lease_not_found") this.#lose(error);
        else this.#renewal = this.#renewAfter(ttlMs / RETRIES_PER_TTL);
      },
    );
  }

  #lose(reason: KvdError): void {
    if (this.#isStopped || this.#lost.signal.aborted) return;
    this.#renewal.cancel();
    this.#deadline.cancel();
    this.#lost.abort(reason);
  }
}

function unconfirmed(leaseId: number): KvdError {
  const message = `lease ${leaseId} was not confirmed in its time; it may have ended`;
  return new KvdError(failure("lease_not_found", "not_applied", message));
}
