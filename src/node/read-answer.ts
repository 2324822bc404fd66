import type { Failure } from "../base/errors.ts";
import { LEASES_PAGE_MAX, RANGE_PAGE_BYTES_MAX, RANGE_PAGE_KEYS_MAX } from "../base/limits.ts";
import { invalidIntervalReason, invalidKeyReason, invalidRangeReason } from "../kv/invalid-key-reason.ts";
import { keyText } from "../kv/key-text.ts";
import type { Machine } from "../kv/machine.ts";
import { readRange } from "../kv/read-range.ts";
import type { Expiry, StateReader } from "../kv/state.ts";
import type { LeaseItem, PrincipalItem, ReplyBody } from "../wire/client-messages.ts";
import type { ReadRequest } from "./waiting-reads.ts";

/** What reads are answered from. */
export interface ReadSource {
  readonly state: StateReader;
  /** The store's revision. */
  readonly revision: number;
  readonly machine: Pick<Machine, "expiries" | "principals" | "timeMs">;
  /** Cluster time now, as well as the node can tell: how much time is left counts from here. */
  readonly nowMs: number;
}

export type PresentRequest = Exclude<ReadRequest, { kind: "history" }>;

/** Why a read is refused whatever the store holds. */
export function invalidReadReason(request: ReadRequest): Failure | undefined {
  switch (request.kind) {
    case "get":
    case "history":
      return invalidKeyReason(request.key);
    case "range":
      return invalidIntervalReason(request.start, request.end);
    case "watch":
      return invalidRangeReason(request);
    case "leases":
    case "principals":
      return undefined;
  }
}

/** The answer to a read of the state as it is now; what the past is asked for, `pastAnswer` answers. */
export function readAnswer(request: PresentRequest, source: ReadSource): ReplyBody {
  switch (request.kind) {
    case "get":
      return recordAnswer(request.key, source);
    case "range":
      return rangeAnswer(request, source);
    case "leases":
      return leasesAnswer(request, source);
    case "principals":
      return principalsAnswer(source);
    case "watch":
      return { kind: "events", events: [], next: source.revision + 1, skip: 0 };
  }
}

function recordAnswer(key: Uint8Array, source: ReadSource): ReplyBody {
  const record = source.state.get(key);
  return { kind: "record", record, ...(record === undefined ? {} : lifetimeOf(key, source)) };
}

function rangeAnswer(request: Extract<ReadRequest, { kind: "range" }>, source: ReadSource): ReplyBody {
  const limit = Math.min(request.limit, RANGE_PAGE_KEYS_MAX);
  const bytesMax = Math.min(request.bytesMax, RANGE_PAGE_BYTES_MAX);
  const { items, more } = readRange(source.state, { ...request, limit, bytesMax });
  if (source.machine.expiries.size === 0) return { kind: "range", items, more };
  return { kind: "range", items: items.map((item) => ({ ...item, ...lifetimeOf(item.key, source) })), more };
}

function lifetimeOf(key: Uint8Array, source: ReadSource): { readonly timeLeftMs?: number } {
  const { expiries } = source.machine;
  const expiry = expiries.size === 0 ? undefined : expiries.of(keyText(key));
  return expiry === undefined ? {} : { timeLeftMs: timeLeft(endOf(expiry, source), source) };
}

function endOf(expiry: Expiry, { machine }: ReadSource): number {
  return expiry.kind === "ttl" ? expiry.expiresMs : (machine.expiries.lease(expiry.leaseId)?.expiresMs ?? 0);
}

function timeLeft(expiresMs: number, { nowMs }: ReadSource): number {
  return Math.max(0, Math.ceil(expiresMs - nowMs));
}

function leasesAnswer(request: Extract<ReadRequest, { kind: "leases" }>, source: ReadSource): ReplyBody {
  const { expiries, timeMs } = source.machine;
  const limit = Math.min(request.limit, LEASES_PAGE_MAX);
  let keysLeft = Math.min(request.keysMax, LEASES_PAGE_MAX);
  const leases: LeaseItem[] = [];
  for (const { id, lease } of expiries.leasesFrom(request.from, timeMs)) {
    if (leases.length === limit) return { kind: "leases", leases, more: true };
    const keys = keysLeft === 0 ? [] : expiries.keysOf(id, keysLeft);
    keysLeft -= keys.length;
    const timeLeftMs = timeLeft(lease.expiresMs, source);
    const { ttlMs, owner } = lease;
    const item = { id, ttlMs, timeLeftMs, keyCount: expiries.keysHeld(id), keys };
    leases.push(owner === undefined ? item : { ...item, owner });
  }
  return { kind: "leases", leases, more: false };
}

/** What is made of secrets never leaves a node. */
function principalsAnswer(source: ReadSource): ReplyBody {
  const principals = source.machine.principals
    .entries()
    .map(([id, { role, prefix, former }]): PrincipalItem => {
      const graceLeftMs = former === undefined ? 0 : timeLeft(former.untilMs, source);
      return { id, role, prefix, graceLeftMs: graceLeftMs === 0 ? undefined : graceLeftMs };
    });
  return { kind: "principals", principals };
}
