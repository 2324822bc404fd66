import fc from "fast-check";
import type { Conflict, Failure } from "../../src/base/errors.ts";
import type { Ballot, NodeId, Slot } from "../../src/base/ids.ts";
import type { KeyRecord, RequestIdentity, Result, StepAnswer } from "../../src/kv/command.ts";
import { ROLES } from "../../src/kv/principal.ts";
import type { Value } from "../../src/paxos/value.ts";
import type {
  Consistency,
  EventItem,
  Freshness,
  RangeItem,
  Reply,
  ReplyBody,
  Request,
  SlotItem,
} from "../../src/wire/client-messages.ts";
import type { MemberStep } from "../../src/wire/member-messages.ts";
import { membershipOf } from "../paxos/fixtures.ts";

const COUNT_MAX = Number.MAX_SAFE_INTEGER;

export const count = fc.oneof(
  fc.constantFrom(0, 1, 127, 128, 2 ** 32 - 1, 2 ** 32, COUNT_MAX),
  fc.maxSafeNat(),
);
export const positive = count.map((value) => Math.max(1, value));
export const slot = count.map((value) => value as Slot);
export const amount = fc.oneof(
  count,
  fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value + 0),
);
export const node = fc.integer({ min: 1, max: 1023 }).map((value) => value as NodeId);
export const usedBallot = fc
  .tuple(fc.oneof(fc.constantFrom(1, 2 ** 43 - 1), fc.integer({ min: 1, max: 2 ** 43 - 1 })), node)
  .map(([round, id]) => (round * 1024 + id) as Ballot);
export const ballot = fc.oneof(fc.constant(0 as Ballot), usedBallot);
export const digest = fc.oneof(fc.constantFrom(0, 2 ** 32 - 1), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
export const group = fc.oneof(fc.constantFrom(0, 2 ** 32 - 1), fc.nat());
export const name = fc.string({ maxLength: 60, unit: "grapheme" });

/** Objects as literals make them, not without a prototype. */
export function shape<T>(model: { [Key in keyof T]: fc.Arbitrary<T[Key]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

/** The same, with an owner or without one. */
export function owned<T extends object>(
  made: fc.Arbitrary<T>,
): fc.Arbitrary<T & { readonly owner?: string }> {
  return fc
    .tuple(made, fc.constantFrom("", "ada"))
    .map(([one, owner]) => (owner === "" ? one : { ...one, owner }));
}

/** Plain arrays of bytes: fast-check's own may stand on a shared buffer. */
export function bytes(lengths: { readonly minLength?: number; readonly maxLength: number }) {
  return fc.uint8Array(lengths).map((value) => new Uint8Array(value));
}

export const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constant<Value>({ kind: "noop", bytes: new Uint8Array(0) }),
  shape({
    kind: fc.constantFrom("batch" as const, "membership" as const, "genesis" as const),
    bytes: bytes({ maxLength: 300 }),
  }),
);

export const identity: fc.Arbitrary<RequestIdentity> = fc
  .record({
    client: bytes({ minLength: 16, maxLength: 16 }),
    sequence: positive,
    acknowledged: count,
    deadlineMs: fc.maxSafeNat().map((value) => Math.min(value, COUNT_MAX - 30_000)),
  })
  .map((made) => ({ ...made, acknowledged: Math.min(made.acknowledged, made.sequence - 1) }));

const slotItem: fc.Arbitrary<SlotItem> = shape({
  slot,
  ballot,
  kind: fc.constantFrom("noop", "batch", "membership", "genesis", "damaged"),
  bytes: count,
  commands: count,
  operations: fc
    .uniqueArray(fc.tuple(name, positive), { maxLength: 3, selector: ([word]) => word })
    .map((counted) => new Map(counted)),
});
export const shortBytes = bytes({ maxLength: 40 });
export const interval = shape({ start: shortBytes, end: fc.option(shortBytes, { nil: undefined }) });
const consistency: fc.Arbitrary<Consistency> = fc.oneof(
  fc.constant({ level: "linearizable" } as const),
  shape({ level: fc.constant("linearizable" as const), minRevision: positive }),
  shape({ level: fc.constant("sequential" as const), token: slot }),
  shape({ level: fc.constant("sequential" as const), token: slot, minRevision: positive }),
  fc.constant({ level: "stale" } as const),
  shape({ level: fc.constant("stale" as const), maxStalenessMs: amount, minRevision: positive }),
);

const rangeRequest = {
  kind: fc.constant("range" as const),
  id: count,
  timeoutMs: amount,
  start: bytes({ maxLength: 40 }),
  end: fc.option(bytes({ maxLength: 40 }), { nil: undefined }),
  limit: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  bytesMax: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  keysOnly: fc.boolean(),
  consistency,
};

const memberStep: fc.Arbitrary<MemberStep> = fc.oneof(
  shape({
    kind: fc.constant("add" as const),
    name,
    address: shape({ host: fc.constantFrom("127.0.0.1", "::1"), port: fc.integer({ min: 1, max: 65_535 }) }),
    vote: fc.boolean(),
  }),
  shape({ kind: fc.constantFrom("promote" as const, "remove" as const), name }),
);

export const request: fc.Arbitrary<Request> = fc.oneof(
  shape({
    kind: fc.constant("mutate" as const),
    id: count,
    timeoutMs: amount,
    command: bytes({ minLength: 1, maxLength: 400 }),
    forwarded: fc.boolean(),
  }),
  shape({
    kind: fc.constant("get" as const),
    id: count,
    timeoutMs: amount,
    key: bytes({ maxLength: 40 }),
    consistency,
  }),
  shape({
    kind: fc.constant("get" as const),
    id: count,
    timeoutMs: amount,
    key: bytes({ maxLength: 40 }),
    consistency,
    revision: positive,
  }),
  shape(rangeRequest),
  shape({ ...rangeRequest, revision: positive }),
  shape({
    kind: fc.constant("leases" as const),
    id: count,
    timeoutMs: amount,
    from: count,
    limit: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    keysMax: fc.nat(),
    consistency,
  }),
  shape({ kind: fc.constant("principals" as const), id: count, timeoutMs: amount, consistency }),
  shape({
    kind: fc.constant("watch" as const),
    id: count,
    timeoutMs: amount,
    start: bytes({ maxLength: 40 }),
    end: fc.option(bytes({ maxLength: 40 }), { nil: undefined }),
    from: count,
    skip: fc.nat(),
    previous: fc.boolean(),
    limit: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    bytesMax: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    waitMs: amount,
    consistency,
  }),
  shape({
    kind: fc.constant("history" as const),
    id: count,
    timeoutMs: amount,
    key: bytes({ maxLength: 40 }),
    before: count,
    limit: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    bytesMax: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    consistency,
  }),
  shape({ kind: fc.constant("status" as const), id: count }),
  shape({ kind: fc.constant("measure" as const), id: count }),
  shape({ kind: fc.constantFrom("ping" as const, "cancel" as const), id: count }),
  shape({ kind: fc.constant("hand-over" as const), id: count, timeoutMs: amount, to: name }),
  shape({ kind: fc.constantFrom("stand" as const, "members" as const), id: count, timeoutMs: amount }),
  shape({
    kind: fc.constant("change-members" as const),
    id: count,
    timeoutMs: amount,
    epoch: count,
    step: memberStep,
    dryRun: fc.boolean(),
  }),
  shape({ kind: fc.constant("shorten-log" as const), id: count, timeoutMs: amount, keep: count }),
  shape({ kind: fc.constant("age" as const), id: count, timeoutMs: amount, ageMs: amount }),
  shape({ kind: fc.constant("state-hash" as const), id: count, timeoutMs: amount, at: slot }),
  shape({ kind: fc.constant("refetch" as const), id: count, timeoutMs: amount }),
  shape({
    kind: fc.constant("log" as const),
    id: count,
    timeoutMs: amount,
    from: slot,
    limit: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  }),
  shape({
    kind: fc.constant("snapshot" as const),
    id: count,
    timeoutMs: amount,
    least: slot,
    maxAgeMs: amount,
  }),
  shape({
    kind: fc.constant("chunk" as const),
    id: count,
    timeoutMs: amount,
    hash: bytes({ minLength: 32, maxLength: 32 }),
    index: fc.nat(),
  }),
);

export const hint = shape({
  name,
  host: fc.string({ minLength: 1, maxLength: 40 }),
  port: fc.integer({ min: 1, max: 65_535 }),
});
const optionalHint = fc.option(hint, { nil: undefined });

export const record: fc.Arbitrary<KeyRecord> = fc
  .record<KeyRecord>({
    value: bytes({ maxLength: 1300 }),
    createRevision: positive,
    modRevision: positive,
    version: positive,
    leaseId: count,
  })
  .map((made) => ({ ...made, modRevision: Math.max(made.createRevision, made.modRevision) }));
const optionalRecord = fc.option(record, { nil: undefined });

const status = shape({
  id: node,
  name,
  endpoint: name,
  clusterId: bytes({ minLength: 32, maxLength: 32 }),
  role: fc.constantFrom("follower" as const, "candidate" as const, "leader" as const),
  serving: fc.boolean(),
  ballot: name,
  leader: optionalHint,
  chosen: slot,
  applied: slot,
  stateDurable: slot,
  firstKept: slot,
  end: slot,
  digest,
  stateHash: count,
  revision: count,
  keys: count,
  timeMs: amount,
  leaderLeaseMs: count,
  leased: fc.boolean(),
  logBytes: count,
  stateBytes: count,
  startCount: positive,
  damaged: count,
  version: name,
  alarms: fc.array(name, { maxLength: 3 }),
  voters: fc.array(name, { maxLength: 3 }),
  peers: fc.array(
    shape({
      name,
      up: fc.boolean(),
      rttMs: amount,
      loss: amount,
      path: shape({ datagramBytes: count, acked: count, lost: count, largeLost: count }),
    }),
    { maxLength: 4 },
  ),
  counters: fc.array(fc.tuple(name, amount), { maxLength: 4 }).map((entries) => new Map(entries)),
  measures: shape({
    wallMs: amount,
    figures: fc.array(fc.tuple(name, amount), { maxLength: 3 }).map((entries) => new Map(entries)),
    settings: fc.array(fc.tuple(name, name), { maxLength: 3 }).map((entries) => new Map(entries)),
    timings: fc
      .array(fc.tuple(name, fc.array(count, { maxLength: 4 })), { maxLength: 3 })
      .map((entries) => new Map(entries)),
  }),
});

const answer: fc.Arbitrary<StepAnswer> = fc.oneof(
  shape({
    kind: fc.constant("put" as const),
    createRevision: positive,
    version: positive,
    previous: optionalRecord,
  }),
  shape({ kind: fc.constant("delete" as const), deleted: fc.boolean(), previous: optionalRecord }),
  shape({ kind: fc.constant("delete-range" as const), count }),
  shape({ kind: fc.constant("get" as const), record: optionalRecord }),
);

export const result: fc.Arbitrary<Result> = fc.oneof(
  shape({
    kind: fc.constant("put" as const),
    revision: count,
    createRevision: positive,
    version: positive,
    previous: optionalRecord,
  }),
  shape({
    kind: fc.constant("delete" as const),
    revision: count,
    deleted: fc.boolean(),
    previous: optionalRecord,
  }),
  shape({ kind: fc.constant("delete-range" as const), revision: count, count, more: fc.boolean() }),
  shape({ kind: fc.constant("put-all" as const), revision: count, count }),
  shape({
    kind: fc.constant("modify" as const),
    revision: count,
    changed: fc.boolean(),
    createRevision: positive,
    modRevision: positive,
    version: positive,
    value: fc.option(bytes({ maxLength: 60 }), { nil: undefined }),
    previous: optionalRecord,
  }),
  shape({
    kind: fc.constant("txn" as const),
    revision: count,
    succeeded: fc.boolean(),
    answers: fc.array(answer, { maxLength: 5 }),
  }),
  shape({ kind: fc.constant("touch" as const), revision: count, touched: fc.boolean() }),
  shape({
    kind: fc.constantFrom("lease-grant" as const, "lease-keep-alive" as const),
    revision: count,
    leaseId: positive,
    ttlMs: positive,
  }),
  shape({ kind: fc.constant("lease-revoke" as const), revision: count, count, more: fc.boolean() }),
  shape({ kind: fc.constant("compact" as const), revision: count, compacted: count }),
  shape({ kind: fc.constant("configure" as const), revision: count, leaderLeaseMs: count }),
  shape({
    kind: fc.constantFrom(
      "principal-create" as const,
      "principal-rotate" as const,
      "principal-revoke" as const,
    ),
    revision: count,
  }),
);

const conflict: fc.Arbitrary<Conflict> = fc.oneof(
  shape({ kind: fc.constant("revision" as const), revision: count }),
  shape({ kind: fc.constant("count" as const), count }),
);

const failed = fc
  .tuple(
    shape({
      code: fc.constantFrom(
        "no_leader" as const,
        "expired" as const,
        "condition_failed" as const,
        "compacted" as const,
      ),
      outcome: fc.constantFrom("not_applied" as const, "unknown" as const),
      retryable: fc.boolean(),
      message: name,
    }),
    fc.option(conflict, { nil: undefined }),
    positive,
  )
  .map(([made, stands, oldest]): Failure => {
    if (stands !== undefined) return { ...made, conflict: stands };
    return made.code === "compacted" ? { ...made, oldest } : made;
  });

const event: fc.Arbitrary<EventItem> = fc
  .record<EventItem>({
    key: bytes({ minLength: 1, maxLength: 40 }),
    revision: positive,
    record: optionalRecord,
    previousRevision: count,
    previous: optionalRecord,
  })
  .map((made) => ({ ...made, previousRevision: Math.min(made.previousRevision, made.revision - 1) }));

const itemKey = bytes({ minLength: 1, maxLength: 40 });
const rangeItem: fc.Arbitrary<RangeItem> = fc.oneof(
  shape({ key: itemKey, record }),
  shape({ key: itemKey, record, timeLeftMs: count }),
);

const body: fc.Arbitrary<ReplyBody> = fc.oneof(
  shape({ kind: fc.constant("result" as const), result }),
  shape({ kind: fc.constant("record" as const), record: optionalRecord }),
  shape({ kind: fc.constant("record" as const), record, timeLeftMs: count }),
  shape({
    kind: fc.constant("principals" as const),
    principals: fc.array(
      shape({
        id: name,
        role: fc.constantFrom(...ROLES),
        prefix: bytes({ maxLength: 40 }),
        graceLeftMs: fc.option(count, { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
  }),
  shape({
    kind: fc.constant("leases" as const),
    leases: fc.array(
      owned(
        shape({
          id: positive,
          ttlMs: positive,
          timeLeftMs: count,
          keyCount: count,
          keys: fc.array(bytes({ minLength: 1, maxLength: 40 }), { maxLength: 3 }),
        }),
      ),
      { maxLength: 3 },
    ),
    more: fc.boolean(),
  }),
  shape({
    kind: fc.constant("range" as const),
    items: fc.array(rangeItem, { maxLength: 5 }),
    more: fc.boolean(),
  }),
  shape({
    kind: fc.constant("events" as const),
    events: fc.array(event, { maxLength: 4 }),
    next: positive,
    skip: fc.nat(),
  }),
  shape({
    kind: fc.constant("history" as const),
    events: fc.array(event, { maxLength: 4 }),
    more: fc.boolean(),
  }),
  shape({ kind: fc.constant("status" as const), status }),
  fc.constant<ReplyBody>({ kind: "pong" }),
  shape({ kind: fc.constant("handed-over" as const), to: name }),
  shape({ kind: fc.constant("shortening" as const), below: slot }),
  shape({ kind: fc.constant("age" as const), last: count }),
  shape({
    kind: fc.constant("state-hash" as const),
    watermark: slot,
    at: slot,
    state: fc.option(shape({ hash: count, keys: count }), { nil: undefined }),
  }),
  shape({
    kind: fc.constant("log" as const),
    firstKept: slot,
    chosen: slot,
    end: slot,
    next: slot,
    slots: fc.array(slotItem, { maxLength: 3 }),
  }),
  shape({
    kind: fc.constant("members" as const),
    view: shape({
      clusterId: bytes({ minLength: 32, maxLength: 32 }),
      genesis: fc.constantFrom(membershipOf(1), membershipOf(3)),
      membership: fc.constantFrom(membershipOf(2), membershipOf(5)),
      settled: fc.boolean(),
    }),
  }),
  shape({
    kind: fc.constant("snapshot" as const),
    offered: fc.option(
      shape({
        manifest: bytes({ minLength: 1, maxLength: 40 }),
        hash: bytes({ minLength: 32, maxLength: 32 }),
        chunks: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      }),
      { nil: undefined },
    ),
  }),
  shape({
    kind: fc.constant("chunk" as const),
    content: fc.option(bytes({ maxLength: 40 }), { nil: undefined }),
  }),
  shape({ kind: fc.constant("failure" as const), failure: failed }),
);

const level = fc.constantFrom("linearizable" as const, "sequential" as const, "stale" as const);
const freshness: fc.Arbitrary<Freshness> = fc.oneof(shape({ level }), shape({ level, ageMs: amount }));

/** The kinds of answers that say how fresh they are. */
const FRESH: readonly ReplyBody["kind"][] = ["record", "range", "leases", "principals"];

export const reply: fc.Arbitrary<Reply> = fc
  .tuple(
    shape({ id: count, body, applied: slot, revision: count, leader: optionalHint, servedBy: name }),
    fc.option(freshness, { nil: undefined }),
  )
  .map(
    ([made, fresh]): Reply =>
      fresh === undefined || !FRESH.includes(made.body.kind) ? made : { ...made, freshness: fresh },
  );
