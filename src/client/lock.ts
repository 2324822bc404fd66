import { failure, KvdError } from "../base/errors.ts";
import type { HeldLease } from "./held-lease.ts";
import type { Bytes, Fence } from "./options.ts";

/** What a lock stands on. */
export interface LockDeps {
  readonly name: Bytes;
  readonly key: Uint8Array;
  readonly token: number;
  readonly held: HeldLease;
  /** Whether the key was deleted; false when `signal` ended the wait. */
  readonly whenDeleted: (signal: AbortSignal) => Promise<boolean>;
  /** Ends the lease, and with it the key. */
  readonly revoke: () => Promise<void>;
}

type Phase = { readonly kind: "held" } | { readonly kind: "released" };

/**
 * A lock that was got. It is lost as soon as its lease may have ended, the cluster says so, or its key is gone;
 * whoever comes next has a greater token. What must never be written by two holders is written with `fence`:
 * that the cluster itself refuses once the lock is lost, even before the holder knows.
 */
export class Lock {
  readonly name: Bytes;
  readonly key: Uint8Array;
  /** Greater than that of every holder before. */
  readonly token: number;
  readonly leaseId: number;
  readonly #deps: LockDeps;
  readonly #lost = new AbortController();
  readonly #stop = new AbortController();
  #phase: Phase = { kind: "held" };

  constructor(deps: LockDeps) {
    this.name = deps.name;
    this.key = deps.key;
    this.token = deps.token;
    this.leaseId = deps.held.leaseId;
    this.#deps = deps;
    const { lost } = deps.held;
    if (lost.aborted) this.#lose(lost.reason);
    lost.addEventListener("abort", () => this.#lose(lost.reason), { once: true });
    void this.#watchKey();
  }

  /** Aborted with a KvdError once the lock is lost; never after `release`. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Whether it is surely held at this very moment, by the clock of this process. */
  get isHeld(): boolean {
    return this.#phase.kind === "held" && this.#deps.held.isHeld && !this.#lost.signal.aborted;
  }

  /** For `put`, `delete` and `txn`: done only while this lock is held. */
  get fence(): Fence {
    return { key: this.key, token: this.token };
  }

  /**
   * Lets the next one have it. Rejects with a KvdError when that was not confirmed: then the lock ends by itself
   * when its lease does. More than once is harmless.
   */
  async release(): Promise<void> {
    if (this.#phase.kind === "released") return;
    this.#phase = { kind: "released" };
    this.#stop.abort();
    this.#deps.held.stop();
    try {
      await this.#deps.revoke();
    } catch (error) {
      if (!(error instanceof KvdError) || error.failure.code !== "lease_not_found") throw error;
    }
  }

  /** Somebody may have taken the key away, or ended the lease: no need to wait for the next keep-alive. */
  async #watchKey(): Promise<void> {
    try {
      if (!(await this.#deps.whenDeleted(this.#stop.signal))) return;
    } catch {
      // Nobody can tell; the keep-alives will.
      return;
    }
    const message = `the key of the lock with token ${this.token} is gone: its lease has ended, or was ended`;
    this.#lose(new KvdError(failure("lease_not_found", "not_applied", message)));
  }

  #lose(reason: unknown): void {
    if (this.#phase.kind === "released" || this.#lost.signal.aborted) return;
    this.#stop.abort();
    this.#deps.held.stop();
    this.#lost.abort(reason);
  }
}
