import { failure, KvdError } from "../base/errors.ts";
import type { Clock, Timers } from "../base/seams.ts";
import { contenderKey } from "./contenders.ts";
import { bytesOf } from "./key-bytes.ts";
import { type LockQueue, type LockQueueDeps, type NewContender, waitingFor } from "./lock-queue.ts";
import type { ClaimOptions, RequestOptions } from "./options.ts";
import { Patience } from "./patience.ts";
import type { Claim } from "./replies.ts";

/** For giving a place up after the caller's own patience has ended. */
const LEAVE_MS = 2_000;
/** The patience of a caller who names none. */
const TIMEOUT_MS = 5_000;

export interface ClaimsDeps extends LockQueueDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Makes the key, or takes over the one that this lease has there already. */
  readonly stand: (entry: NewContender, options: RequestOptions) => Promise<Standing>;
  /** Deletes the key if it was changed last at this revision. */
  readonly leave: (key: Uint8Array, revision: number, options: RequestOptions) => Promise<void>;
}

/** A key in the queue: made at `token`, changed last at `revision`. */
export interface Standing {
  readonly token: number;
  readonly revision: number;
}

/**
 * Stands for a lock with a lease that somebody else keeps alive. Whoever asks again with the same lease finds the
 * place that it has, and has taken it over: who asked before gives up nothing any more. Undefined when somebody
 * else still has the lock after `waitMs`. Rejects with `lease_not_found` when the place was lost meanwhile; an
 * error whose outcome is `unknown` may have left a place that ends with the lease.
 */
export async function claimPlace(
  wanted: { readonly name: Uint8Array; readonly leaseId: number },
  options: ClaimOptions,
  queue: LockQueue,
  deps: ClaimsDeps,
): Promise<Claim | undefined> {
  const { name, leaseId } = wanted;
  const { waitMs = 0, timeoutMs = TIMEOUT_MS } = options;
  const patience = new Patience({ ...options, timeoutMs: waitMs + timeoutMs }, deps);
  const key = contenderKey(name, leaseId);
  const ended = new AbortController();
  const lost = new AbortController();
  try {
    patience.check(waitingFor(name));
    // Whoever gives up meanwhile leaves a place that is known, and given up below.
    const entry = { key, value: bytesOf(options.value ?? ""), leaseId };
    const { token, revision } = await deps.stand(entry, { timeoutMs });
    if (waitMs > 0) void whenLost(deps.whenDeleted(key, revision + 1, ended.signal), lost);
    const lease = {
      lost: lost.signal,
      get isHeld() {
        return !lost.signal.aborted;
      },
    };
    const leave = (): Promise<void> =>
      deps.leave(key, revision, { timeoutMs: LEAVE_MS }).catch(() => undefined);
    const over = new AbortController();
    const timer = deps.timers.after(waitMs, () => over.abort());
    if (waitMs === 0) over.abort();
    const turn = await queue
      .turn({ name, key, token, lease, leave }, patience, over.signal)
      .finally(() => timer.cancel());
    if (turn.kind === "lost") throw lostPlace(leaseId);
    return turn.kind === "mine" ? { key, token, leaseId, revision: turn.revision } : undefined;
  } finally {
    ended.abort();
    patience.end();
  }
}

/** One who waits for long learns at once that there is nothing to wait for. */
async function whenLost(deleted: Promise<boolean>, lost: AbortController): Promise<void> {
  try {
    if (await deleted) lost.abort();
  } catch {
    // Nobody can tell; the next look at the queue will.
  }
}

function lostPlace(leaseId: number): KvdError {
  const message = `the place of lease ${leaseId} is gone: the lease has ended, or somebody deleted its key`;
  return new KvdError(failure("lease_not_found", "not_applied", message));
}
