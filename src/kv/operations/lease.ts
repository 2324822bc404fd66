import { unreachable } from "../../base/assert.ts";
import { failure } from "../../base/errors.ts";
import { SLOT_KEYS_MAX } from "../../base/limits.ts";
import type { LeaseOperation } from "../command.ts";
import type { Draft } from "../draft.ts";
import type { CommandOutcome } from "../outcome.ts";
import { endLease, newAllowance } from "./expire.ts";
import { foundLease, leaseNotFound } from "./lifetime.ts";

/** Grants, prolongs or ends a lease. A lease whose time is over is not found, even while its keys still go. */
export function executeLease(operation: LeaseOperation, draft: Draft): CommandOutcome {
  const { kind, leaseId } = operation;
  if (kind === "lease-grant") return grant(operation, draft);
  const { expiries, timeMs, revision } = draft;
  const lease = foundLease(leaseId, operation.owner, draft);
  if (lease === undefined) return { kind: "failure", failure: leaseNotFound(leaseId) };
  const { ttlMs } = lease;
  switch (kind) {
    case "lease-keep-alive":
      expiries.setLease(leaseId, { ...lease, expiresMs: timeMs + ttlMs });
      return { kind: "result", result: { kind, revision, leaseId, ttlMs } };
    case "lease-revoke": {
      expiries.setLease(leaseId, { ...lease, expiresMs: 0 });
      const before = expiries.keysHeld(leaseId);
      endLease(draft, leaseId, newAllowance(SLOT_KEYS_MAX));
      const left = expiries.keysHeld(leaseId);
      const result = { kind, revision: draft.revision, count: before - left, more: left > 0 };
      return { kind: "result", result };
    }
    default:
      return unreachable(kind);
  }
}

function grant(
  { leaseId: wanted, ttlMs, owner }: Extract<LeaseOperation, { kind: "lease-grant" }>,
  draft: Draft,
): CommandOutcome {
  const { expiries, timeMs, revision } = draft;
  const leaseId = wanted === 0 ? draft.nextLeaseId() : wanted;
  if (expiries.lease(leaseId) !== undefined) {
    const message = `there is a lease ${leaseId} already; name another id, or none`;
    return { kind: "failure", failure: failure("lease_exists", "not_applied", message) };
  }
  const lease = { ttlMs, expiresMs: timeMs + ttlMs };
  expiries.setLease(leaseId, owner === undefined ? lease : { ...lease, owner });
  return { kind: "result", result: { kind: "lease-grant", revision, leaseId, ttlMs } };
}
