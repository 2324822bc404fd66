import { type Failure, failure } from "../../base/errors.ts";
import { LEASE_KEYS_MAX } from "../../base/limits.ts";
import type { Lifetime } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { Expiry, Lease } from "../state.ts";

/** The lease, if it lives and `owner` finds it; without an owner all are found. */
export function foundLease(leaseId: number, owner: string | undefined, draft: Draft): Lease | undefined {
  const lease = draft.expiries.aliveLease(leaseId, draft.timeMs);
  return owner === undefined || owner === lease?.owner ? lease : undefined;
}

/** Why `owner` cannot put a key with this lifetime, or undefined when it can. */
export function lifetimeFailure(
  lifetime: Lifetime | undefined,
  owner: string | undefined,
  draft: Draft,
): Failure | undefined {
  if (lifetime?.kind !== "lease") return undefined;
  const { leaseId } = lifetime;
  if (foundLease(leaseId, owner, draft) === undefined) return leaseNotFound(leaseId);
  if (draft.expiries.keysHeld(leaseId) < LEASE_KEYS_MAX) return undefined;
  const message = `lease ${leaseId} holds ${LEASE_KEYS_MAX} keys, which is the limit; grant another one`;
  return failure("bad_value", "not_applied", message);
}

/** When a key that is put now will end; undefined: it stays. */
export function expiryOf(lifetime: Lifetime | undefined, timeMs: number): Expiry | undefined {
  return lifetime?.kind === "ttl" ? { kind: "ttl", expiresMs: timeMs + lifetime.ttlMs } : lifetime;
}

export function leaseNotFound(leaseId: number): Failure {
  return failure("lease_not_found", "not_applied", `there is no lease ${leaseId}, or its time is over`);
}
