import t from "tap";
import { type Ballot, NOBODY } from "../../src/base/ids.ts";
import type { Effects } from "../../src/paxos/effects.ts";
import { NO_EFFECTS } from "../../src/paxos/outbox.ts";
import { Cluster } from "./cluster.ts";
import { Bench, b, batch, entryOf, membershipOf, messagesOf, SeededRandom, s } from "./fixtures.ts";

function clusterOf(count: number, lost: (from: number, to: number) => boolean = () => false): Cluster {
  const cluster = new Cluster({
    membership: membershipOf(count),
    random: new SeededRandom(count),
    delayMs: (from, to) => (lost(from, to) ? undefined : 1),
    diskMs: () => 1,
  });
  for (const node of cluster.nodes) node.start();
  return cluster;
}

for (const count of [1, 2, 3, 4, 5, 6, 7]) {
  t.test(`a group of ${count} elects, chooses, and everybody learns`, async (t) => {
    const cluster = clusterOf(count);
    t.ok(cluster.runUntil(() => cluster.leader !== undefined, 3000));
    for (let proposed = 0; proposed < 100; cluster.step()) {
      if (cluster.leader?.propose(batch(`v${proposed}`).bytes) === true) proposed++;
    }
    cluster.run(100);
    t.ok(cluster.nodes.every((node) => node.replica?.view(cluster.nowMs).chosen === 102));
    cluster.nodes[count - 1]?.read(1);
    cluster.run(20);
    t.equal(cluster.readsAnswered, 1);
  });
}

t.test("an idle tick is nothing, and neither is a ballot of somebody else", async (t) => {
  const bench = new Bench();
  t.equal(bench.step({ kind: "tick" }), NO_EFFECTS);
  const ballot = b(5, 3);
  const forged = { kind: "accept", ballot, slot: s(1), chosen: s(1), value: batch("x") } as const;
  t.equal(bench.receive(2, forged), NO_EFFECTS, "a ballot of somebody else");
});

t.test("a read where nobody leads is answered at once, without an index", async (t) => {
  t.same(new Bench().step({ kind: "read", id: 4 }).reads, [{ id: 4, index: undefined }]);
});

t.test("a leader cut off stops serving within two time-outs, the others go on", async (t) => {
  let cut: number = NOBODY;
  const cluster = clusterOf(3, (from, to) => from === cut || to === cut);
  cluster.runUntil(() => cluster.leader !== undefined, 3000);
  const old = cluster.leader;
  cut = old?.id ?? NOBODY;
  cluster.run(310);
  t.equal(old?.replica?.view(cluster.nowMs).serving, false);
  t.ok(cluster.runUntil(() => cluster.leader !== undefined && cluster.leader !== old, 2000));
  cut = NOBODY;
  cluster.run(100);
  t.match(old?.replica?.view(cluster.nowMs), { role: "follower", leader: cluster.leader?.id });
});

t.test("a follower cut off does not disturb the leader when it comes back", async (t) => {
  let cut: number = NOBODY;
  const cluster = clusterOf(3, (from, to) => from === cut || to === cut);
  cluster.runUntil(() => cluster.leader !== undefined, 3000);
  cluster.run(100);
  const ballot = cluster.leader?.replica?.view(cluster.nowMs).ballot;
  cut = cluster.nodes.find((node) => node !== cluster.leader)?.id ?? NOBODY;
  cluster.run(3000);
  cut = NOBODY;
  cluster.run(500);
  t.equal(cluster.leader?.replica?.view(cluster.nowMs).ballot, ballot);
});

t.test("hand-over to nobody in particular moves the leader without an election time-out", async (t) => {
  const cluster = clusterOf(3);
  cluster.runUntil(() => cluster.leader !== undefined, 3000);
  cluster.run(100);
  const old = cluster.leader;
  old?.give({ kind: "hand-over", to: NOBODY });
  t.ok(cluster.runUntil(() => cluster.leader !== undefined && cluster.leader !== old, 100));
});

t.test("a leader paused for long serves again only when a quorum has answered since", async (t) => {
  const cluster = clusterOf(3);
  cluster.runUntil(() => cluster.leader !== undefined, 3000);
  cluster.run(100);
  const leader = cluster.leader;
  if (leader?.replica === undefined) throw new Error("nobody leads");
  leader.replica.step({ kind: "tick" }, cluster.nowMs + 200);
  t.equal(leader.replica.view(cluster.nowMs + 200).serving, false);
  t.equal(leader.replica.canPropose(1), false);
});

t.test("100,000 missed slots are caught up with page by page", async (t) => {
  const cluster = clusterOf(3);
  cluster.runUntil(() => cluster.leader !== undefined, 3000);
  const absent = cluster.nodes.find((node) => node !== cluster.leader);
  absent?.crash();
  for (let proposed = 0; proposed < 100_000; ) {
    if (cluster.leader?.propose(batch(`${proposed}`).bytes) === true) proposed++;
    else cluster.step();
  }
  cluster.run(100);
  absent?.start();
  const startedMs = cluster.nowMs;
  const isDone = () =>
    absent?.replica?.view(cluster.nowMs).chosen === cluster.leader?.replica?.view(cluster.nowMs).chosen;
  t.ok(cluster.runUntil(isDone, 3000));
  t.comment(`${cluster.nowMs - startedMs} ms of virtual time`);
  t.ok(cluster.nowMs - startedMs < 1500, "about two round trips a page");
});

/** n1, behind the logs of the others from slot 400 on, with an entry accepted at slot 450. */
function strandedBench(): Bench {
  const accepted = [entryOf(1, b(1, 2), batch("old")), entryOf(450, b(3, 2), batch("kept"))];
  const bench = new Bench({ recovered: { promised: b(3, 2), acceptedMax: b(3, 2), end: s(451), accepted } });
  for (const from of [2, 3]) {
    const empty = { kind: "chosen", from: s(1), values: [], learned: s(500), firstKept: s(400) } as const;
    bench.receive(from, empty);
  }
  bench.run(30);
  return bench;
}

t.test(
  "an installed state moves what is learned, and leaves the promise and entries above alone",
  async (t) => {
    const bench = strandedBench();
    t.match(bench.replica.view(bench.nowMs), { needed: s(2), chosen: s(1) });
    const effects = bench.step({
      kind: "install",
      watermark: s(430),
      digest: 77,
      membership: membershipOf(3),
      state: 5,
    });
    t.same(effects.writes, [{ kind: "install", watermark: 430, digest: 77, state: 5 }]);
    t.equal(effects.urgent, true);
    t.match(bench.replica.view(bench.nowMs), {
      chosen: s(430),
      firstKept: s(430),
      digest: 77,
      promised: b(3, 2),
      end: s(451),
      needed: undefined,
    });
    t.equal(bench.replica.read(s(1)), undefined);
    t.match(bench.replica.read(s(450)), { ballot: b(3, 2), chosen: false });
    const prepare = { kind: "prepare", ballot: b(4, 3), from: s(430), handOver: 0 as Ballot } as const;
    const [promise] = messagesOf(bench.receive(3, prepare), "promise");
    t.match(promise, { from: 430, end: 451, firstKept: 430, reports: [{ slot: 450, kind: "accepted" }] });
  },
);

t.test("a page of a promise below an installed state says nothing", async (t) => {
  const bench = strandedBench();
  bench.step({ kind: "install", watermark: s(430), digest: 77, membership: membershipOf(3), state: 5 });
  const prepare = { kind: "prepare", ballot: b(4, 3), from: s(1), handOver: 0 as Ballot } as const;
  t.match(messagesOf(bench.receive(3, prepare), "promise"), [{ from: 1, next: 1, end: 451, reports: [] }]);
});

t.test("a state that is not needed, or does not reach far enough, is not installed", async (t) => {
  const idle = new Bench();
  t.throws(
    () => idle.step({ kind: "install", watermark: s(5), digest: 0, membership: membershipOf(3), state: 2 }),
    /I19/,
  );
  const bench = strandedBench();
  t.throws(
    () => bench.step({ kind: "install", watermark: s(1), digest: 0, membership: membershipOf(3), state: 2 }),
    /I19/,
  );
});

t.test("a node without a state votes, and neither stands nor truncates until it has one", async (t) => {
  const bench = new Bench({ recovered: { firstKept: s(100), learned: s(200), end: s(200), digest: 5 } });
  bench.step({ kind: "state-lost" });
  const all = bench.run(3000).flatMap(({ messages, writes }) => [...messages, ...writes]);
  t.same(all, [], "no pre-vote, no truncation");
  t.equal(bench.replica.view(bench.nowMs).needed, s(100));
  const prepare = { kind: "prepare", ballot: b(4, 3), from: s(200), handOver: 0 as Ballot } as const;
  t.match(messagesOf(bench.receive(3, prepare), "promise"), [{ ballot: b(4, 3) }]);
  bench.step({ kind: "install", watermark: s(150), digest: 3, membership: membershipOf(3), state: 2 });
  t.match(bench.replica.view(bench.nowMs), {
    chosen: s(200),
    firstKept: s(150),
    digest: 5,
    needed: undefined,
  });
  const stands = bench.run(3000, ({ messages }) =>
    messages.some(({ message }) => message.kind === "pre-vote"),
  );
  t.equal(messagesOf(stands.at(-1) as Effects, "pre-vote").length, 1);
});
