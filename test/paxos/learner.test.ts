import t from "tap";
import { ChainDigest } from "../../src/paxos/digest.ts";
import type { AcceptMessage, HeartbeatMessage } from "../../src/paxos/messages.ts";
import { NOOP } from "../../src/paxos/value.ts";
import { Bench, b, batch, crypto, entryOf, messagesOf, s } from "./fixtures.ts";

function heartbeat(round: number, node: number, chosen: number, digest = 0): HeartbeatMessage {
  const ballot = b(round, node);
  return {
    kind: "heartbeat",
    ballot,
    round: 1,
    chosen: s(chosen),
    digest,
    durableEverywhere: s(1),
    serving: true,
    leaseMs: 0,
    settled: 1,
  };
}

function accept(round: number, node: number, slot: number, text: string, chosen = 1): AcceptMessage {
  return { kind: "accept", ballot: b(round, node), slot: s(slot), chosen: s(chosen), value: batch(text) };
}

t.test("a watermark makes chosen only what was accepted at that leader's ballot", async (t) => {
  const bench = new Bench();
  bench.receive(2, accept(1, 2, 1, "old"));
  const effects = bench.receive(3, heartbeat(2, 3, 2));
  t.same(effects.chosen, []);
  t.equal(bench.replica.view(bench.nowMs).chosen, s(1));
});

t.test("nothing above a gap is learned", async (t) => {
  const bench = new Bench();
  bench.receive(2, accept(1, 2, 2, "b"));
  t.same(bench.receive(2, accept(1, 2, 3, "c", 3)).chosen, []);
  const { chosen } = bench.receive(2, accept(1, 2, 1, "a"));
  t.same(
    chosen.map(({ slot }) => slot),
    [1, 2],
  );
});

t.test(
  "the watermark is written behind the entries that it covers, and alone waits for company",
  async (t) => {
    const bench = new Bench();
    bench.receive(2, accept(1, 2, 1, "a"));
    t.same(
      bench.receive(2, accept(1, 2, 2, "b", 2)).writes.map(({ kind }) => kind),
      ["entry", "learned"],
    );
    const chain = new ChainDigest(crypto);
    const digest = chain.extend(chain.extend(0, s(1), batch("a")), s(2), batch("b"));
    const effects = bench.receive(2, heartbeat(1, 2, 3, digest));
    t.same(
      effects.writes.map(({ kind }) => kind),
      ["learned"],
    );
    t.equal(effects.urgent, false);
  },
);

t.test("a fetched value replaces an accepted one that lost, and is marked as chosen", async (t) => {
  const bench = new Bench();
  bench.receive(2, accept(1, 2, 1, "lost"));
  const page = {
    kind: "chosen",
    from: s(1),
    values: [batch("won"), NOOP],
    learned: s(3),
    firstKept: s(1),
  } as const;
  const effects = bench.receive(3, page);
  t.match(effects.writes, [
    { kind: "entry", entry: { slot: 1, chosen: true, value: { bytes: batch("won").bytes } } },
    { kind: "entry", entry: { slot: 2, chosen: true, value: { kind: "noop" } } },
    { kind: "learned", watermark: 3 },
  ]);
  t.equal(effects.chosen.length, 2);
});

t.test("a fetched value that is here already is kept as it is", async (t) => {
  const bench = new Bench();
  const message = accept(1, 2, 1, "same");
  bench.receive(2, message);
  const page = {
    kind: "chosen",
    from: s(1),
    values: [batch("same")],
    learned: s(2),
    firstKept: s(1),
  } as const;
  const effects = bench.receive(3, page);
  t.same(
    effects.writes.map(({ kind }) => kind),
    ["learned"],
  );
  t.equal(effects.chosen[0]?.value, message.value);
});

t.test("a leader with another digest at the same watermark stops the follower", async (t) => {
  const bench = new Bench({ recovered: { learned: s(5), end: s(5), digest: 77 } });
  t.equal(messagesOf(bench.receive(2, heartbeat(1, 2, 5, 77)), "heartbeat-ack")[0]?.digest, 77);
  t.throws(() => bench.receive(2, heartbeat(1, 2, 5, 78)), /I2/);
});

t.test("a damaged slot below the watermark is healed by a fetched value", async (t) => {
  const bench = new Bench({ recovered: { learned: s(5), end: s(5), damaged: [s(2)] } });
  for (const at of [1, 3, 4]) bench.entries.set(at, entryOf(at, b(1, 2), batch("x")));
  bench.receive(2, heartbeat(1, 2, 5));
  const fetches = bench.run(50).flatMap((effects) => messagesOf(effects, "fetch"));
  t.equal(fetches[0]?.from, s(2));
  const page = {
    kind: "chosen",
    from: s(2),
    values: [batch("back")],
    learned: s(5),
    firstKept: s(1),
  } as const;
  t.match(bench.receive(2, page).writes, [{ kind: "entry", entry: { slot: 2, chosen: true } }]);
  t.equal(bench.replica.view(bench.nowMs).damaged, 0);
});
