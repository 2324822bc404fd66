import fc from "fast-check";
import type { Slot } from "../../src/base/ids.ts";
import type { Message, SlotReport } from "../../src/paxos/messages.ts";
import { amount, ballot, count, digest, shape, slot, usedBallot, value } from "./arbitraries.ts";

const progress = shape({
  learned: slot,
  stateDurable: slot,
  writeAgeMs: amount,
  epoch: fc.integer({ min: 1 }),
});

function ascending(values: readonly number[], offset: number): Slot[] {
  return [...new Set(values)].sort((left, right) => left - right).map((value) => (value + offset) as Slot);
}

const report = (at: Slot): fc.Arbitrary<SlotReport> =>
  fc.oneof(
    shape({
      kind: fc.constant("accepted" as const),
      slot: fc.constant(at),
      ballot: usedBallot,
      value,
    }),
    shape({ kind: fc.constant("chosen" as const), slot: fc.constant(at), value }),
    fc.constant<SlotReport>({ kind: "damaged", slot: at }),
  );

const promise: fc.Arbitrary<Message> = fc
  .tuple(fc.nat(2 ** 40), fc.array(fc.nat(50), { maxLength: 8 }))
  .chain(([from, offsets]) =>
    shape({
      kind: fc.constant("promise" as const),
      ballot: usedBallot,
      from: fc.constant(from as Slot),
      next: fc.constant((from + 51) as Slot),
      end: slot,
      learned: slot,
      firstKept: slot,
      reports: fc.tuple(...ascending(offsets, from).map(report)),
    }),
  );

/** Any message between members. */
export const message: fc.Arbitrary<Message> = fc.oneof(
  promise,
  shape({ kind: fc.constant("prepare" as const), ballot: usedBallot, from: slot, handOver: ballot }),
  shape({
    kind: fc.constant("reject" as const),
    ballot: usedBallot,
    promised: ballot,
    of: fc.constantFrom("prepare" as const, "accept" as const, "heartbeat" as const),
  }),
  shape({ kind: fc.constant("accept" as const), ballot: usedBallot, slot, chosen: slot, value }),
  shape({
    kind: fc.constant("accepted" as const),
    ballot: usedBallot,
    slots: fc.array(fc.nat(2 ** 45), { minLength: 1, maxLength: 70 }).map((values) => ascending(values, 0)),
    progress,
  }),
  shape({
    kind: fc.constant("heartbeat" as const),
    ballot: usedBallot,
    round: count,
    chosen: slot,
    digest,
    durableEverywhere: slot,
    serving: fc.boolean(),
    leaseMs: amount,
    settled: fc.integer({ min: 1 }),
  }),
  shape({
    kind: fc.constant("heartbeat-ack" as const),
    ballot: usedBallot,
    round: count,
    digest,
    granted: fc.boolean(),
    progress,
  }),
  shape({ kind: fc.constant("pre-vote" as const), ballot: usedBallot, learned: slot }),
  shape({
    kind: fc.constant("pre-vote-reply" as const),
    ballot: usedBallot,
    granted: fc.boolean(),
    promised: ballot,
    learned: slot,
  }),
  shape({ kind: fc.constant("fetch" as const), from: slot }),
  shape({
    kind: fc.constant("chosen" as const),
    from: slot,
    values: fc.array(value, { maxLength: 6 }),
    learned: slot,
    firstKept: slot,
  }),
  shape({ kind: fc.constant("hand-over" as const), ballot: usedBallot, chosen: slot }),
  shape({ kind: fc.constant("read-index" as const), id: count }),
  shape({
    kind: fc.constant("read-index-reply" as const),
    id: count,
    index: fc.option(slot, { nil: undefined }),
  }),
);
