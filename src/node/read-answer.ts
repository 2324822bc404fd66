import type { Failure } from "../base/errors.ts";
import { LEASES_PAGE_MAX } from "../base/limits.ts";
import type { EventReader } from "../kv/event.ts";
import { invalidIntervalReason, invalidKeyReason, invalidRangeReason } from "../kv/invalid-key-reason.ts";
import { keyText } from "../kv/key-text.ts";
import type { Machine } from "../kv/machine.ts";
import { readRange } from "../kv/read-range.ts";
import type { Expiry, StateReader } from "../kv/state.ts";
import type { LeaseItem, PrincipalItem, ReplyBody } from "../wire/client-messages.ts";
import { historyAnswer, pastRecordAnswer } from "./history-answer.ts";
import type { ReadRequest } from "./waiting-reads.ts";

/** What reads are answered from. */
export interface ReadSource {
  readonly state: StateReader;
  readonly events: EventReader;
  readonly machine: Pick<Machine, "expiries" | "principals" | "timeMs">;
  /** Cluster time now, as well as the node can tell: how much time is left counts from here. */
  readonly nowMs: number;
}

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

/** The answer to a read, of the state as it is now. */
export function readAnswer(request: ReadRequest, source: ReadSource): ReplyBody {
  switch (request.kind) {
    case "get":
      if (request.revision === undefined) return recordAnswer(request.key, source);
      return pastRecordAnswer({ ...request, revision: request.revision }, source);
    case "range":
      return rangeAnswer(request, source);
    case "leases":
      return leasesAnswer(request, source);
    case "principals":
      return principalsAnswer(source);
    case "history":
      return historyAnswer(request, source.events);
    case "watch":
      return { kind: "events", events: [], next: source.events.revision + 1, skip: 0 };
  }
}

function recordAnswer(key: Uint8Array, source: ReadSource): ReplyBody {
  const record = source.state.get(key);
  return { kind: "record", record, ...(record === undefined ? {} : lifetimeOf(key, source)) };
}

function rangeAnswer(request: Extract<ReadRequest, { kind: "range" }>, source: ReadSource): ReplyBody {
  const { items, more } = readRange(source.state, request);
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
