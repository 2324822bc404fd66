import type { ClaimOptions } from "../client/options.ts";
import type { Claim } from "../client/replies.ts";
import { HttpError } from "./http-error.ts";
import type { Context } from "./route.ts";

/** For ending a lease that nobody was told of. */
const REVOKE_MS = 2_000;

/** What stands for a lock: a lease that the caller has, or one of so many ms that is granted for it. */
export type Standing =
  | { readonly kind: "lease"; readonly leaseId: number }
  | { readonly kind: "ttl"; readonly ttlMs: number };

export interface Wanted {
  readonly name: Uint8Array;
  readonly standing: Standing;
  readonly value: Uint8Array;
  /** 0: at once or not at all. */
  readonly waitMs: number;
}

/** The lock; throws a 409 when somebody else still has it after the wait. */
export async function claim(context: Context, wanted: Wanted): Promise<Claim> {
  const { standing } = wanted;
  const claimed =
    standing.kind === "lease"
      ? await claimFor(context, wanted, standing.leaseId)
      : await claimByGrant(context, wanted, standing.ttlMs);
  if (claimed !== undefined) return claimed;
  const waited = wanted.waitMs === 0 ? "" : `, and was for all of ${wanted.waitMs} ms`;
  throw new HttpError(409, "lock_held", `it is held by somebody else${waited}`, { retryable: true });
}

function claimFor(
  { client, change, gone, stopping }: Context,
  { name, value, waitMs }: Wanted,
  leaseId: number,
): Promise<Claim | undefined> {
  const { timeoutMs } = change;
  const options: ClaimOptions = {
    value,
    waitMs,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    signal: AbortSignal.any([gone, stopping]),
  };
  return client.claimLock(name, leaseId, options);
}

/** Nobody else knows the lease before the answer: until then it is kept alive here, and ended if there is none. */
async function claimByGrant(context: Context, wanted: Wanted, ttlMs: number): Promise<Claim | undefined> {
  const { client, change, gone } = context;
  const { leaseId } = await client.grantLease({ ...change, ttlMs });
  let isTold = false;
  try {
    const claimed = await whileHeld(context, { leaseId, waits: wanted.waitMs > 0 }, () =>
      claimFor(context, wanted, leaseId),
    );
    isTold = claimed !== undefined && !gone.aborted;
    return claimed;
  } finally {
    if (!isTold) await client.revokeLease(leaseId, { timeoutMs: REVOKE_MS }).catch(() => undefined);
  }
}

async function whileHeld(
  { client, change }: Context,
  { leaseId, waits }: { readonly leaseId: number; readonly waits: boolean },
  act: () => Promise<Claim | undefined>,
): Promise<Claim | undefined> {
  if (!waits) return act();
  const held = await client.holdLease(leaseId);
  try {
    const claimed = await act();
    // The caller has the lease's whole time from the answer on, whenever it was kept alive last.
    if (claimed !== undefined) await client.keepLeaseAlive(leaseId, change);
    return claimed;
  } finally {
    held.stop();
  }
}
