import t from "tap";
import type { Ballot } from "../../src/base/ids.ts";
import type { Effects } from "../../src/paxos/effects.ts";
import { Bench, messagesOf, s } from "./fixtures.ts";

function leading(): { bench: Bench; ballot: Ballot } {
  const bench = new Bench();
  const ballot = bench.lead();
  const range = { from: s(1), next: s(1), end: s(1), learned: s(1), firstKept: s(1) };
  bench.durable(bench.receive(2, { kind: "promise", ballot, ...range, reports: [] }).writeSequence);
  return { bench, ballot };
}

function beats(effects: readonly Effects[]): number {
  return effects.flatMap((each) => messagesOf(each, "heartbeat")).length;
}

t.test("heartbeats go out every 50 ms", async (t) => {
  const { bench, ballot } = leading();
  bench.run(40);
  const progress = { learned: s(1), stateDurable: s(1), writeAgeMs: 0 };
  bench.receive(2, { kind: "heartbeat-ack", ballot, round: 1, digest: 0, progress });
  t.equal(beats(bench.run(200)), 4);
});

t.test(
  "nothing is needed by nobody until every member, learners too, has said so at this ballot",
  async (t) => {
    const { bench, ballot } = leading();
    bench.step({ kind: "state-durable", watermark: s(900) });
    const everywhere = () => {
      const sent = bench.run(60).flatMap((effects) => messagesOf(effects, "heartbeat"));
      return sent.at(-1)?.durableEverywhere;
    };
    const ack = (from: number, stateDurable: number) => {
      const progress = { learned: s(1), stateDurable: s(stateDurable), writeAgeMs: 0 };
      bench.receive(from, { kind: "heartbeat-ack", ballot, round: 1, digest: 0, progress });
    };
    ack(2, 700);
    t.equal(everywhere(), s(1));
    ack(3, 800);
    t.equal(everywhere(), s(700));
  },
);

t.test("a member with another digest is an alarm", async (t) => {
  const { bench, ballot } = leading();
  const progress = { learned: s(1), stateDurable: s(1), writeAgeMs: 0 };
  const { notices } = bench.receive(2, { kind: "heartbeat-ack", ballot, round: 1, digest: 99, progress });
  t.match(notices, [{ kind: "alarm" }]);
});
