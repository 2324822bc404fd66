import { unreachable } from "../../base/assert.ts";
import { equalBytes, toHex } from "../../base/bytes.ts";
import type { ErrorCode, Failure } from "../../base/errors.ts";
import type { Slot } from "../../base/ids.ts";
import type { Batch, KeyRecord, RequestIdentity, Result } from "../../kv/command.ts";
import { keyText } from "../../kv/key-text.ts";
import type {
  Consistency,
  LeaseItem,
  PrincipalItem,
  RangeItem,
  ReadLevel,
  Reply,
  ReplyBody,
  Request,
} from "../../wire/client-messages.ts";
import { decodeCommand } from "../../wire/command-codec.ts";
import type { Asked, ClientListener } from "./client-tap.ts";
import { equalData } from "./equal-data.ts";
import { checkForgetting } from "./forgetting.ts";
import { equalRecords, executionKey, type Model } from "./model.ts";
import { checkHistory, checkPastRefusal } from "./past-answers.ts";
import type { StaleBounds } from "./stale-bounds.ts";
import { demand } from "./violation.ts";

/** Refusals that only the execution of an operation gives. */
const EXECUTED_REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "condition_failed",
  "bad_value",
  "lease_not_found",
  "lease_exists",
  "principal_exists",
  "principal_not_found",
]);

const FRESHNESS_RULES: Readonly<Record<ReadLevel, string>> = {
  linearizable: "I28 a linearizable read is fresh",
  sequential: "I23 a session never goes back",
  stale: "I28 a stale read is within its bound",
};

type GetRequest = Extract<Request, { kind: "get" }>;
type LeasesRequest = Extract<Request, { kind: "leases" }>;
type RangeRequest = Extract<Request, { kind: "range" }>;

/**
 * Holds every answer that any client was given, whether it still waited for it or not, to the model: results
 * of changes word for word, reads of every level to the very revision that they name, and each no older
 * than its level allows (I20, I21, I22, I23). And whatever is executed some client has asked for (I3).
 */
export class Answers implements ClientListener {
  readonly #model: Model;
  readonly #bounds: StaleBounds;
  /** What each request asks, by execution key. */
  readonly #payloads = new Map<string, Uint8Array>();
  /** The log itself said that these were not executed, and never will be. */
  readonly #refused = new Set<string>();

  constructor(model: Model, bounds: StaleBounds) {
    this.#model = model;
    this.#bounds = bounds;
  }

  /** A batch was chosen. */
  onChosen(at: Slot, batch: Batch): void {
    for (const { identity, operation, payload } of batch.commands) {
      const asked = this.#payloads.get(executionKey(identity.client, identity.sequence));
      if (asked === undefined && operation.kind === "compact") {
        checkForgetting(this.#model, batch.stampMs, operation.revision);
        continue;
      }
      demand(
        asked !== undefined && equalBytes(asked, payload),
        "I3 what is chosen some client has asked for",
        () =>
          `slot ${at} holds ${nameOf(identity)}, which ${asked === undefined ? "nobody" : "in other words"} asked`,
      );
    }
  }

  onRequest(request: Request): Asked {
    if (request.kind === "mutate") {
      const command = decodeCommand(request.command);
      if (typeof command !== "string") {
        const { client, sequence } = command.identity;
        this.#payloads.set(executionKey(client, sequence), command.payload);
      }
    }
    const { watermark } = this.#model;
    const mayBeStale = "consistency" in request && request.consistency.level !== "linearizable";
    return { request, watermark, ...(mayBeStale ? { clocks: this.#bounds.readings() } : {}) };
  }

  onReply(asked: Asked, reply: Reply): void {
    const { request } = asked;
    const { body } = reply;
    switch (body.kind) {
      case "result":
        return this.#onResult(request, reply, body.result);
      case "record":
        if (request.kind !== "get") return;
        this.#checkRead(asked, request.consistency, reply);
        return this.#checkRecord(request, reply, body);
      case "range":
        if (request.kind !== "range") return;
        this.#checkRead(asked, request.consistency, reply);
        return this.#checkRange(request, reply, body);
      case "leases":
        if (request.kind !== "leases") return;
        this.#checkRead(asked, request.consistency, reply);
        return this.#checkLeases(request, reply, body);
      case "principals":
        if (request.kind !== "principals") return;
        this.#checkRead(asked, request.consistency, reply);
        return this.#checkPrincipals(reply, body.principals);
      case "failure":
        checkPastRefusal(this.#model, request, asked.watermark, body.failure);
        return this.#onFailure(request, body.failure);
      case "history": {
        if (request.kind !== "history") return;
        this.#checkRead(asked, request.consistency, reply);
        const floor = this.#floorOf(asked, request.consistency, reply);
        return checkHistory(this.#model, { request, floor, ...body }, reply);
      }
      case "events":
      case "status":
      case "pong":
      case "handed-over":
      case "shortening":
      case "age":
      case "log":
      case "state-hash":
      case "snapshot":
      case "chunk":
      case "members":
        return;
      default:
        return unreachable(body);
    }
  }

  /** At the end: what was refused for good was never executed, in a later slot either. */
  finish(): void {
    for (const key of this.#refused) this.#demandNeverExecuted(key);
  }

  #onResult(request: Request, reply: Reply, result: Result): void {
    const identity = identityOf(request);
    if (identity === undefined) return;
    const execution = this.#model.executionOf(executionKey(identity.client, identity.sequence));
    demand(
      execution !== undefined,
      "I20 an answer is of an execution",
      () => `${reply.servedBy} told of ${nameOf(identity)}, which was not executed`,
    );
    demand(
      equalData({ kind: "result", result }, execution.outcome),
      "I20 an answer is of its one execution",
      () =>
        `${reply.servedBy} answered ${nameOf(identity)} with ${JSON.stringify(result)}, ` +
        `it was executed with ${JSON.stringify(execution.outcome)}`,
    );
    demand(
      reply.applied > execution.slot,
      "I21 an answered change is applied",
      () => `${nameOf(identity)} stands in slot ${execution.slot}, answered at ${reply.applied}`,
    );
  }

  #onFailure(request: Request, { code, outcome, conflict }: Failure): void {
    const identity = identityOf(request);
    if (identity === undefined) return;
    const key = executionKey(identity.client, identity.sequence);
    if (EXECUTED_REFUSALS.has(code)) {
      const execution = this.#model.executionOf(key);
      demand(
        equalData({ kind: "failure", code, conflict }, execution?.outcome),
        "I20 an answer is of its one execution",
        () =>
          `${nameOf(identity)} was refused with ${code} ${JSON.stringify(conflict)}, ` +
          `it was executed with ${JSON.stringify(execution?.outcome)}`,
      );
    }
    if (code !== "expired" || outcome !== "not_applied") return;
    this.#refused.add(key);
    this.#demandNeverExecuted(key);
  }

  #demandNeverExecuted(key: string): void {
    const execution = this.#model.executionOf(key);
    demand(
      execution === undefined,
      "I20 expired is never executed",
      () =>
        `${nameOf(execution?.command.identity)} stands in slot ${execution?.slot}, and was called expired`,
    );
  }

  /** That the read is fresh enough, and that what it names of the store belongs together. */
  #checkRead(asked: Asked, consistency: Consistency, reply: Reply): void {
    const floor = this.#floorOf(asked, consistency, reply);
    demand(
      reply.applied >= floor,
      FRESHNESS_RULES[consistency.level],
      () => `${reply.servedBy} read at ${reply.applied} what must not be older than ${floor}`,
    );
    const { revision } = this.#model.metaAt(reply.applied);
    demand(
      revision === reply.revision,
      "I14 a read is of whole slots",
      () => `${reply.servedBy} read revision ${reply.revision} at ${reply.applied}, where it is ${revision}`,
    );
  }

  /** What must be applied where the read was answered: by the level that was asked for, and that the answer claims. */
  #floorOf({ watermark, clocks }: Asked, consistency: Consistency, { servedBy, freshness }: Reply): number {
    if (consistency.level === "linearizable" || freshness?.level === "linearizable") return watermark;
    // A session that has seen nothing yet has a token below every watermark.
    const token = consistency.level === "sequential" ? Math.max(1, consistency.token) : 1;
    const maxAgeMs = consistency.level === "stale" ? consistency.maxStalenessMs : undefined;
    const ageMs = Math.min(
      maxAgeMs ?? Number.POSITIVE_INFINITY,
      freshness?.ageMs ?? Number.POSITIVE_INFINITY,
    );
    if (clocks === undefined || ageMs === Number.POSITIVE_INFINITY) return token;
    return Math.max(token, this.#bounds.floorOf(servedBy, clocks, ageMs));
  }

  #checkRecord(
    request: GetRequest,
    reply: Reply,
    { record, timeLeftMs }: Extract<ReplyBody, { kind: "record" }>,
  ): void {
    const key = keyText(request.key);
    const right = this.#model.recordAtRevision(key, this.#revisionOf(request, reply));
    demand(equalRecords(record, right), "I22 a read shows its revision", () =>
      describeRead(reply, key, record, right),
    );
    if (request.revision === undefined) this.#checkEnd(request.key, reply, timeLeftMs);
  }

  /** That which the read is of. */
  #revisionOf({ revision }: GetRequest | RangeRequest, reply: Reply): number {
    demand(
      revision === undefined || revision <= reply.revision,
      "I22 no read from the future",
      () => `${reply.servedBy} showed revision ${revision} in a store of ${reply.revision}`,
    );
    return revision ?? reply.revision;
  }

  /** Whether the key ends by itself, and no later than it would if cluster time stood still from here. */
  #checkEnd(key: Uint8Array, { applied, servedBy }: Reply, timeLeftMs: number | undefined): void {
    const end = this.#model.endAt(keyText(key), applied);
    const expiresMs =
      end?.kind === "lease" ? this.#model.leasesAt(applied).get(end.leaseId)?.expiresMs : end?.expiresMs;
    const leftMs = expiresMs === undefined ? undefined : this.#leftMs(expiresMs, applied);
    demand(
      leftMs === undefined ? timeLeftMs === undefined : timeLeftMs !== undefined && timeLeftMs <= leftMs,
      "I22 a read shows when its key ends",
      () => `${servedBy} gave ${keyText(key)} ${timeLeftMs} ms at ${applied}, where it has ${leftMs}`,
    );
  }

  #leftMs(expiresMs: number, watermark: number): number {
    return Math.max(0, expiresMs - this.#model.metaAt(watermark).timeMs);
  }

  #checkLeases(
    { from, limit }: LeasesRequest,
    { applied, servedBy }: Reply,
    { leases, more }: { readonly leases: readonly LeaseItem[]; readonly more: boolean },
  ): void {
    const { timeMs } = this.#model.metaAt(applied);
    const ends = [...this.#model.endsAt(applied).values()];
    const right = [...this.#model.leasesAt(applied)]
      .filter(([id, { expiresMs }]) => id >= from && expiresMs > timeMs)
      .sort(([left], [other]) => left - other)
      .map(([id, { ttlMs }]) => {
        const keyCount = ends.filter((end) => end.kind === "lease" && end.leaseId === id).length;
        return { id, ttlMs, keyCount };
      });
    const shown = leases.map(({ id, ttlMs, keyCount }) => ({ id, ttlMs, keyCount }));
    demand(
      equalData(shown, right.slice(0, limit)) && more === right.length > limit,
      "I22 a list of leases shows its revision",
      () =>
        `${servedBy} at ${applied} listed ${JSON.stringify(shown)}, there are ${JSON.stringify(right)} from ${from}`,
    );
  }

  #checkPrincipals({ applied, servedBy }: Reply, principals: readonly PrincipalItem[]): void {
    const right = [...this.#model.principalsAt(applied)]
      .sort(([left], [other]) => (left < other ? -1 : 1))
      .map(([id, { role, prefix }]) => ({ id, role, prefix }));
    const shown = principals.map(({ id, role, prefix }) => ({ id, role, prefix }));
    demand(
      equalData(shown, right),
      "I22 a list of principals shows its revision",
      () => `${servedBy} at ${applied} listed ${JSON.stringify(shown)}, there are ${JSON.stringify(right)}`,
    );
  }

  #checkRange(
    request: RangeRequest,
    reply: Reply,
    { items, more }: { readonly items: readonly RangeItem[]; readonly more: boolean },
  ): void {
    const start = keyText(request.start);
    const end = request.end === undefined ? undefined : keyText(request.end);
    const right = this.#keysBetween(start, end, this.#revisionOf(request, reply));
    demand(
      more ? items.length < right.length : items.length === right.length,
      "I22 a range shows its revision",
      () => `${reply.servedBy} found ${items.length} of ${right.length} keys in [${start}, ${end ?? ""})`,
    );
    for (const [index, { key, record, timeLeftMs }] of items.entries()) {
      if (request.revision === undefined) this.#checkEnd(key, reply, timeLeftMs);
      const wanted = right[index];
      const shown =
        request.keysOnly && wanted !== undefined ? { ...record, value: wanted.record.value } : record;
      demand(
        wanted?.key === keyText(key) && equalRecords(shown, wanted.record),
        "I22 a range shows its revision",
        () => describeRead(reply, keyText(key), record, wanted?.record),
      );
    }
  }

  /** Ascending. */
  #keysBetween(
    start: string,
    end: string | undefined,
    revision: number,
  ): readonly { readonly key: string; readonly record: KeyRecord }[] {
    const found: { key: string; record: KeyRecord }[] = [];
    for (const key of this.#model.keys()) {
      if (key < start || (end !== undefined && key >= end)) continue;
      const record = this.#model.recordAtRevision(key, revision);
      if (record !== undefined) found.push({ key, record });
    }
    return found.sort((left, right) => (left.key < right.key ? -1 : 1));
  }
}

function identityOf(request: Request): RequestIdentity | undefined {
  if (request.kind !== "mutate") return undefined;
  const command = decodeCommand(request.command);
  return typeof command === "string" ? undefined : command.identity;
}

function nameOf(identity: RequestIdentity | undefined): string {
  if (identity === undefined) return "a request";
  return `request ${identity.sequence} of client ${toHex(identity.client).slice(0, 8)}`;
}

function describeRead(
  { servedBy, revision, applied }: Reply,
  key: string,
  found: KeyRecord | undefined,
  right: KeyRecord | undefined,
): string {
  const text = (record: KeyRecord | undefined): string =>
    record === undefined ? "nothing" : `revision ${record.modRevision}, version ${record.version}`;
  return `${servedBy} at ${applied} (revision ${revision}) showed ${text(found)} for ${key}, it held ${text(right)}`;
}
