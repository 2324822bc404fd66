import type { Failure } from "../base/errors.ts";
import { TTL_MS_MAX, TTL_MS_MIN } from "../base/limits.ts";
import type { Lifetime } from "./command.ts";
import { badRequest } from "./invalid-key-reason.ts";

/** Why a key cannot be given this lifetime, whatever the store holds. */
export function invalidLifetimeReason(lifetime: Lifetime | undefined): Failure | undefined {
  if (lifetime === undefined) return undefined;
  return lifetime.kind === "ttl" ? invalidTtlReason(lifetime.ttlMs) : invalidLeaseIdReason(lifetime.leaseId);
}

export function invalidTtlReason(ttlMs: number): Failure | undefined {
  if (Number.isSafeInteger(ttlMs) && ttlMs >= TTL_MS_MIN && ttlMs <= TTL_MS_MAX) return undefined;
  return badRequest(
    `a time to live of ${ttlMs} ms is not possible; whole ms from ${TTL_MS_MIN} (ttl_ms_min) to ${TTL_MS_MAX} ` +
      "(ttl_ms_max, ten years)",
  );
}

export function invalidLeaseIdReason(leaseId: number): Failure | undefined {
  if (Number.isSafeInteger(leaseId) && leaseId > 0) return undefined;
  return badRequest(`${leaseId} is no lease: ids are whole numbers from 1 on`);
}
