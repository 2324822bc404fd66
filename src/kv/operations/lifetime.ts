import { type Failure, failure } from "../../base/errors.ts";
import { LEASE_KEYS_MAX } from "../../base/limits.ts";
import type { Lifetime } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { Expiry } from "../state.ts";

/** Why a key cannot be put with this lifetime, or undefined when it can. */
export function lifetimeFailure(lifetime: Lifetime | undefined, draft: Draft): Failure | undefined {
  if (lifetime?.kind !== "lease") return undefined;
  const { leaseId } = lifetime;
  if (draft.expiries.aliveLease(leaseId, draft.timeMs) === undefined) return leaseNotFound(leaseId);
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
