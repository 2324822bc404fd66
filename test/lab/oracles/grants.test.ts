import t from "tap";
import { BALLOT_ZERO } from "../../../src/base/ids.ts";
import { Grants } from "../../../src/lab/oracles/grants.ts";
import type { Step } from "../../../src/node/step.ts";
import type { Message } from "../../../src/paxos/messages.ts";
import { NO_EFFECTS } from "../../../src/paxos/outbox.ts";
import { b, n, s } from "../../paxos/fixtures.ts";

const progress = { learned: s(1), stateDurable: s(1), writeAgeMs: 0, epoch: 1 };
const beat: Message = {
  ...{ kind: "heartbeat", ballot: b(1, 1), round: 1, chosen: s(1), digest: 0 },
  ...{ durableEverywhere: s(1), serving: true, leaseMs: 250, settled: 1 },
};
const ack: Message = { kind: "heartbeat-ack", ballot: b(1, 1), round: 1, digest: 0, granted: true, progress };
const range = { from: s(1), next: s(1), end: s(1), learned: s(1), firstKept: s(1) };
const promise: Message = { kind: "promise", ballot: b(2, 3), ...range, reports: [] };

const granted = (nowMs: number) =>
  ({
    nowMs,
    input: { kind: "received", from: n(1), message: beat },
    effects: { ...NO_EFFECTS, messages: [{ to: [n(1)], message: ack }] },
  }) as unknown as Step;

const promised = (nowMs: number, handOver = BALLOT_ZERO) =>
  ({
    nowMs,
    input: {
      kind: "received",
      from: n(3),
      message: { kind: "prepare", ballot: b(2, 3), from: s(1), handOver },
    },
    effects: { ...NO_EFFECTS, messagesAfterWrites: [{ to: n(3), message: promise }] },
  }) as unknown as Step;

t.test("a promise to another during a grant breaks it, unless its ballot was handed over", async (t) => {
  const make = () => {
    const grants = new Grants("n2", false);
    grants.onStep(granted(1000), BALLOT_ZERO);
    return grants;
  };
  t.throws(() => make().onStep(promised(1249), BALLOT_ZERO), /^I27 what is granted is kept: n2 promises 2.3/);
  t.throws(() => make().onStep(promised(1249, b(1, 2)), BALLOT_ZERO), /^I27/);
  t.doesNotThrow(() => make().onStep(promised(1249, b(1, 1)), BALLOT_ZERO));
  t.doesNotThrow(() => make().onStep(promised(1250), BALLOT_ZERO));
  t.doesNotThrow(() => make().onStep(promised(1249), b(2, 3)), "a further page of an old promise");
});

t.test("nothing is granted below a promise, and nothing promised right after a restart", async (t) => {
  t.throws(() => new Grants("n2", false).onStep(granted(1000), b(3, 3)), /^I27/);
  const again = new Grants("n2", true);
  t.throws(() => again.onStep(promised(1000), BALLOT_ZERO), /^I27 .* 0 ms after its start/);
  t.doesNotThrow(() => again.onStep(promised(1300), BALLOT_ZERO));
});
