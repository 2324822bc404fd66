import { unreachable } from "../../base/assert.ts";
import { compareBytes, equalBytes } from "../../base/bytes.ts";
import { SLOT_KEYS_MAX } from "../../base/limits.ts";
import type {
  Compare,
  Condition,
  DeleteRangeOperation,
  KeyRecord,
  LeaseOperation,
  Lifetime,
  ModifyOperation,
  Operation,
  PrincipalOperation,
  Relation,
  Result,
  StepAnswer,
  TouchOperation,
  TxnOperation,
  TxnStep,
} from "../../kv/command.ts";
import { keyText } from "../../kv/key-text.ts";
import type { Expiry, Lease } from "../../kv/state.ts";
import { changedValue } from "./plain-change.ts";
import { endLease } from "./plain-expiry.ts";
import { conflictWith, type PlainOutcome, Refused } from "./plain-refusal.ts";
import { PlainStore } from "./plain-store.ts";

export interface Performed {
  /** The store after it: the very same when it was refused. */
  readonly store: PlainStore;
  readonly outcome: PlainOutcome;
}

/**
 * What a valid operation does to a store, and answers: every operation once more, without a look at how the
 * machine does it. Bounds that take megabytes or tens of thousands of keys to reach are left out, but for what
 * one slot may delete.
 */
export function perform(before: PlainStore, operation: Operation): Performed {
  const store = new PlainStore(before);
  try {
    return { store, outcome: { kind: "result", result: resultOf(store, operation) } };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    return { store: before, outcome: thrown.outcome };
  }
}

function resultOf(store: PlainStore, operation: Operation): Result {
  switch (operation.kind) {
    case "put": {
      const { key, value, condition, lifetime } = operation;
      demandCondition(store, key, condition);
      const { record, previous } = store.put(key, value, endOf(store, lifetime));
      const { createRevision, version } = record;
      const answered = operation.previous ? previous : undefined;
      return { kind: "put", revision: store.revision, createRevision, version, previous: answered };
    }
    case "delete": {
      demandCondition(store, operation.key, operation.condition);
      const previous = store.remove(keyText(operation.key));
      return {
        kind: "delete",
        revision: store.revision,
        deleted: previous !== undefined,
        previous: operation.previous ? previous : undefined,
      };
    }
    case "delete-range":
      return deleteRange(store, operation);
    case "put-all":
      for (const { key, value, lifetime } of operation.entries) store.put(key, value, endOf(store, lifetime));
      return { kind: "put-all", revision: store.revision, count: operation.entries.length };
    case "modify":
      return modify(store, operation);
    case "txn":
      return txn(store, operation);
    case "touch":
      return touch(store, operation);
    case "lease-grant":
      return grant(store, operation);
    case "lease-keep-alive":
    case "lease-revoke":
      return prolongOrEnd(store, operation);
    case "compact": {
      const { revision } = store;
      store.compacted = Math.max(store.compacted, Math.min(operation.revision, revision));
      return { kind: "compact", revision, compacted: store.compacted };
    }
    case "configure":
      store.leaderLeaseMs = operation.leaderLeaseMs;
      return { kind: "configure", revision: store.revision, leaderLeaseMs: store.leaderLeaseMs };
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      setPrincipal(store, operation);
      return { kind: operation.kind, revision: store.revision };
    default:
      return unreachable(operation);
  }
}

function deleteRange(store: PlainStore, operation: DeleteRangeOperation): Result {
  const { extent } = operation;
  const keys = store.within(operation);
  if (extent.kind === "exactly" && keys.length !== extent.keys)
    throw new Refused("condition_failed", { kind: "count", count: Math.min(keys.length, SLOT_KEYS_MAX + 1) });
  const gone = keys.slice(0, extent.keys);
  for (const key of gone) store.remove(key);
  const { revision } = store;
  return { kind: "delete-range", revision, count: gone.length, more: keys.length > gone.length };
}

function modify(store: PlainStore, operation: ModifyOperation): Result {
  const { key, returnsValue } = operation;
  const previous = store.get(key);
  const value = changedValue(operation.change, previous);
  const record = value === undefined ? previous : store.put(key, value, store.ends.get(keyText(key))).record;
  if (record === undefined) throw new Error("what leaves a record as it is has found one");
  return {
    kind: "modify",
    revision: store.revision,
    changed: value !== undefined,
    createRevision: record.createRevision,
    modRevision: record.modRevision,
    version: record.version,
    value: returnsValue ? record.value : undefined,
    previous: operation.previous ? previous : undefined,
  };
}

function txn(store: PlainStore, { compares, steps, otherwise }: TxnOperation): Result {
  const succeeded = compares.every((compare) => isSo(compare, store.get(compare.key)));
  const answers = (succeeded ? steps : otherwise).map((step) => stepAnswer(store, step));
  return { kind: "txn", revision: store.revision, succeeded, answers };
}

function stepAnswer(store: PlainStore, step: TxnStep): StepAnswer {
  switch (step.kind) {
    case "put": {
      const { record, previous } = store.put(step.key, step.value, endOf(store, step.lifetime));
      const { createRevision, version } = record;
      return { kind: "put", createRevision, version, previous: step.previous ? previous : undefined };
    }
    case "delete": {
      const previous = store.remove(keyText(step.key));
      const deleted = previous !== undefined;
      return { kind: "delete", deleted, previous: step.previous ? previous : undefined };
    }
    case "delete-range": {
      const keys = store.within(step);
      for (const key of keys) store.remove(key);
      return { kind: "delete-range", count: keys.length };
    }
    case "get":
      return { kind: "get", record: store.get(step.key) };
    default:
      return unreachable(step);
  }
}

function touch(store: PlainStore, { key, ttlMs }: TouchOperation): Result {
  const text = keyText(key);
  const end = store.ends.get(text);
  if (end?.kind === "lease") throw new Refused("bad_value");
  const isOver = end !== undefined && end.expiresMs <= store.timeMs;
  const touched = store.records.has(text) && !isOver;
  if (touched) store.setEnd(text, { kind: "ttl", expiresMs: store.timeMs + ttlMs });
  return { kind: "touch", revision: store.revision, touched };
}

function grant(store: PlainStore, operation: Extract<LeaseOperation, { kind: "lease-grant" }>): Result {
  const { ttlMs, owner } = operation;
  let { leaseId } = operation;
  if (leaseId === 0) {
    leaseId = store.lastLeaseId + 1;
    while (store.leases.has(leaseId)) leaseId += 1;
    store.lastLeaseId = leaseId;
  }
  if (store.leases.has(leaseId)) throw new Refused("lease_exists");
  const lease = { ttlMs, expiresMs: store.timeMs + ttlMs };
  store.setLease(leaseId, owner === undefined ? lease : { ...lease, owner });
  return { kind: "lease-grant", revision: store.revision, leaseId, ttlMs };
}

function prolongOrEnd(
  store: PlainStore,
  { kind, leaseId, owner }: Exclude<LeaseOperation, { kind: "lease-grant" }>,
): Result {
  const lease = aliveLease(store, leaseId);
  if (owner !== undefined && owner !== lease.owner) throw new Refused("lease_not_found");
  const { ttlMs } = lease;
  if (kind === "lease-keep-alive") {
    store.setLease(leaseId, { ...lease, expiresMs: store.timeMs + ttlMs });
    return { kind, revision: store.revision, leaseId, ttlMs };
  }
  const keyCount = store.keysOf(leaseId).length;
  // Whatever is left of it is due at once, in the slots that follow.
  store.setLease(leaseId, { ...lease, expiresMs: 0 });
  endLease(store, leaseId, SLOT_KEYS_MAX);
  const count = Math.min(keyCount, SLOT_KEYS_MAX);
  return { kind, revision: store.revision, count, more: keyCount > count };
}

function setPrincipal(store: PlainStore, operation: PrincipalOperation): void {
  const { id } = operation;
  const present = store.principals.get(id);
  if (operation.kind === "principal-create") {
    if (present !== undefined) throw new Refused("principal_exists");
    const { role, prefix, verifier } = operation;
    return store.setPrincipal(id, { role, prefix, verifier, former: undefined });
  }
  if (present === undefined) throw new Refused("principal_not_found");
  if (operation.kind === "principal-revoke") return store.setPrincipal(id, undefined);
  const { verifier, graceMs } = operation;
  const untilMs = store.timeMs + graceMs;
  const former = graceMs > 0 ? { verifier: present.verifier, untilMs } : undefined;
  store.setPrincipal(id, { ...present, verifier, former });
}

function aliveLease(store: PlainStore, leaseId: number): Lease {
  const lease = store.leases.get(leaseId);
  if (lease === undefined || lease.expiresMs <= store.timeMs) throw new Refused("lease_not_found");
  return lease;
}

function endOf(store: PlainStore, lifetime: Lifetime | undefined): Expiry | undefined {
  if (lifetime === undefined) return undefined;
  if (lifetime.kind === "ttl") return { kind: "ttl", expiresMs: store.timeMs + lifetime.ttlMs };
  aliveLease(store, lifetime.leaseId);
  return { kind: "lease", leaseId: lifetime.leaseId };
}

function demandCondition(store: PlainStore, key: Uint8Array, condition: Condition | undefined): void {
  if (condition === undefined) return;
  const present = store.get(key);
  const holds =
    condition.kind === "revision"
      ? (present?.modRevision ?? 0) === condition.revision
      : present !== undefined && equalBytes(present.value, condition.value);
  if (!holds) throw conflictWith(present);
}

function isSo(compare: Compare, present: KeyRecord | undefined): boolean {
  switch (compare.target) {
    case "exists":
      return (present !== undefined) === compare.exists;
    case "value":
      if (present === undefined) return compare.relation === "!=";
      return isRelated(compareBytes(present.value, compare.value), compare.relation, 0);
    case "version":
      return isRelated(present?.version ?? 0, compare.relation, compare.number);
    case "create-revision":
      return isRelated(present?.createRevision ?? 0, compare.relation, compare.number);
    case "mod-revision":
      return isRelated(present?.modRevision ?? 0, compare.relation, compare.number);
    default:
      return unreachable(compare);
  }
}

function isRelated(left: number, relation: Relation, right: number): boolean {
  if (relation === "=") return left === right;
  if (relation === "!=") return left !== right;
  return relation === "<" ? left < right : left > right;
}
