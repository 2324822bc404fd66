import { toHex } from "../../src/base/bytes.ts";
import { failure, KvdError } from "../../src/base/errors.ts";
import { contenderOf } from "../../src/client/contenders.ts";
import { HeldLease } from "../../src/client/held-lease.ts";
import { Locks, type LocksDeps } from "../../src/client/locks.ts";

interface Stored {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly leaseId: number;
  readonly createRevision: number;
  /** `createRevision` when it was never changed. */
  readonly modRevision?: number;
}

/** A store of keys of leases that does what it is told, and time that moves when told. */
export class LockBench {
  readonly stored = new Map<string, Stored>();
  /** How often each watcher was woken: the keys that were watched. */
  readonly watched: string[] = [];
  lists = 0;
  keepAlives = 0;
  /** Why the next requests are refused. */
  refusal: KvdError | undefined;
  revision = 10;
  nowMs = 0;
  #leaseId = 0;
  #waiting: { readonly key: string; readonly wake: (deleted: boolean) => void }[] = [];
  #timers: { readonly atMs: number; readonly action: () => void }[] = [];

  locks(): Locks {
    return new Locks(this.deps());
  }

  deps(): LocksDeps {
    const after = (delayMs: number, action: () => void) => {
      const timer = { atMs: this.nowMs + delayMs, action };
      this.#timers.push(timer);
      const cancel = (): void => {
        this.#timers = this.#timers.filter((other) => other !== timer);
      };
      return { cancel };
    };
    const clock = { nowMs: () => this.nowMs, wallMs: () => 0 };
    const timers = { after, every: after, soon: (action: () => void) => action() };
    return {
      clock,
      timers,
      holdNew: async (ttlMs) => {
        this.#refuse();
        const leaseId = ++this.#leaseId;
        const keepAlive = async (): Promise<void> => this.#keepAlive(leaseId);
        return new HeldLease({ leaseId, ttlMs, keepAlive, clock, timers }, this.nowMs);
      },
      create: async ({ key, value, leaseId }) => {
        this.#refuse();
        this.revision += 1;
        this.stored.set(toHex(key), { key, value, leaseId, createRevision: this.revision });
        return this.revision;
      },
      stand: async ({ key, value, leaseId }) => {
        this.#refuse();
        this.revision += 1;
        const token = this.stored.get(toHex(key))?.createRevision ?? this.revision;
        const revisions = { createRevision: token, modRevision: this.revision };
        this.stored.set(toHex(key), { key, value, leaseId, ...revisions });
        return { token, revision: this.revision };
      },
      leave: async (key, revision) => {
        this.#refuse();
        const stored = this.stored.get(toHex(key));
        if (stored?.modRevision === revision) this.end(stored.leaseId);
      },
      contenders: async (name, { signal }) => {
        this.lists += 1;
        if (signal?.aborted === true) throw new KvdError(failure("timeout", "not_applied", "given up"));
        this.#refuse();
        const found = [...this.stored.values()].flatMap(({ key, ...record }) => {
          const item = { key, record: { modRevision: record.createRevision, ...record, version: 1 } };
          return contenderOf(name, item) ?? [];
        });
        return { found, revision: this.revision };
      },
      whenDeleted: (key, _from, signal) => this.#whenDeleted(toHex(key), signal),
      revoke: async (leaseId) => {
        this.#refuse();
        this.end(leaseId);
      },
    };
  }

  /** A lease ends: by its time, or because somebody says so. */
  end(leaseId: number): void {
    this.revision += 1;
    for (const [id, { leaseId: owner }] of this.stored) {
      if (owner !== leaseId) continue;
      this.stored.delete(id);
      for (const { key, wake } of this.#waiting) if (key === id) wake(true);
    }
  }

  async run(ms: number): Promise<void> {
    const untilMs = this.nowMs + ms;
    await new Promise(setImmediate);
    for (;;) {
      const [next] = this.#timers
        .filter(({ atMs }) => atMs <= untilMs)
        .sort((left, right) => left.atMs - right.atMs);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.action();
      await new Promise(setImmediate);
    }
    this.nowMs = untilMs;
  }

  #refuse(): void {
    if (this.refusal !== undefined) throw this.refusal;
  }

  #keepAlive(leaseId: number): void {
    this.keepAlives += 1;
    this.#refuse();
    const isThere = [...this.stored.values()].some((one) => one.leaseId === leaseId);
    if (!isThere) throw new KvdError(failure("lease_not_found", "not_applied", `no lease ${leaseId}`));
  }

  #whenDeleted(key: string, signal: AbortSignal): Promise<boolean> {
    this.watched.push(key);
    if (!this.stored.has(key)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiting = {
        key,
        wake: (deleted: boolean): void => {
          this.#waiting = this.#waiting.filter((other) => other !== waiting);
          resolve(deleted);
        },
      };
      this.#waiting.push(waiting);
      signal.addEventListener("abort", () => waiting.wake(false), { once: true });
    });
  }
}
