import fc from "fast-check";
import { GROUP_ZERO } from "../../src/base/ids.ts";
import type { Step } from "../../src/node/step.ts";
import type { Effects, Input, Notice, ReplicaView, Write } from "../../src/paxos/effects.ts";
import {
  amount,
  ballot,
  bytes,
  count,
  digest,
  node,
  shape,
  slot,
  usedBallot,
  value,
} from "../wire/arbitraries.ts";
import { message } from "../wire/message-arbitraries.ts";

const input: fc.Arbitrary<Input> = fc.oneof(
  fc.constant<Input>({ kind: "tick" }),
  shape<Extract<Input, { kind: "received" }>>({ kind: fc.constant("received"), from: node, message }),
  shape<Extract<Input, { kind: "propose" }>>({
    kind: fc.constant("propose"),
    bytes: bytes({ maxLength: 300 }),
  }),
  shape<Extract<Input, { kind: "durable" }>>({ kind: fc.constant("durable"), writeSequence: count }),
);

const write: fc.Arbitrary<Write> = fc.oneof(
  shape<Extract<Write, { kind: "promised" }>>({ kind: fc.constant("promised"), ballot: usedBallot }),
  shape<Extract<Write, { kind: "entry" }>>({
    kind: fc.constant("entry"),
    entry: shape({ slot, ballot: usedBallot, value, chosen: fc.boolean() }),
  }),
  shape<Extract<Write, { kind: "learned" }>>({ kind: fc.constant("learned"), watermark: slot, digest }),
);

const notice: fc.Arbitrary<Notice> = fc.oneof(
  shape<Extract<Notice, { kind: "following" }>>({ kind: fc.constant("following"), leader: node, ballot }),
  shape<Extract<Notice, { kind: "slow-disk" }>>({
    kind: fc.constant("slow-disk"),
    ballot,
    target: node,
    writeAgeMs: fc.nat(),
  }),
  shape<Extract<Notice, { kind: "alarm" }>>({ kind: fc.constant("alarm"), text: fc.string() }),
);

const few = <T>(items: fc.Arbitrary<T>) => fc.array(items, { maxLength: 40 });

const effects: fc.Arbitrary<Effects> = shape<Effects>({
  writes: few(write),
  writeSequence: count,
  urgent: fc.boolean(),
  messages: fc.array(shape({ to: few(node), message }), { maxLength: 3 }),
  messagesAfterWrites: fc.array(shape({ to: node, message }), { maxLength: 3 }),
  chosen: few(shape({ slot, value })),
  reads: few(shape({ id: count, index: fc.option(slot, { nil: undefined }) })),
  proposed: fc.option(slot, { nil: undefined }),
  notices: fc.array(notice, { maxLength: 3 }),
});

export const view: fc.Arbitrary<ReplicaView> = shape<ReplicaView>({
  role: fc.constantFrom("follower", "candidate", "leader"),
  serving: fc.boolean(),
  ballot,
  promised: ballot,
  acceptedMax: ballot,
  leader: node,
  chosen: slot,
  firstKept: slot,
  end: slot,
  digest,
  leaseUntilMs: fc.nat(),
  inFlight: count,
  damaged: count,
  needed: fc.option(slot, { nil: undefined }),
  epoch: count,
  settled: count,
});

/** Steps as they might be, whether a replica would take them or not. */
export const step: fc.Arbitrary<Step> = shape<Step>({
  group: fc.constant(GROUP_ZERO),
  nowMs: amount,
  input,
  effects,
  view,
});
