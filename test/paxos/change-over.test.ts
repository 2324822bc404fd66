import t from "tap";
import { BALLOT_ZERO } from "../../src/base/ids.ts";
import {
  ELECTION_TIMEOUT_MS_MAX,
  ELECTION_TIMEOUT_MS_MIN,
  IN_FLIGHT_SLOTS_MAX,
} from "../../src/base/limits.ts";
import type { Effects } from "../../src/paxos/effects.ts";
import type { LogEntry } from "../../src/paxos/log-reader.ts";
import type { Membership } from "../../src/paxos/membership.ts";
import { withLearner, without, withVote } from "../../src/paxos/membership-step.ts";
import type { Message, SlotReport } from "../../src/paxos/messages.ts";
import {
  Bench,
  b,
  batch,
  entryFor,
  entryOf,
  joining,
  membershipOf,
  messagesOf,
  n,
  s,
  textOf,
} from "./fixtures.ts";
import { progress, promise, Reign } from "./reign.ts";

const LEARNER = withLearner(membershipOf(3), joining(4));
const FOUR = withVote(LEARNER, n(4));
const TWO = without(membershipOf(3), n(3));

const acceptsOf = (effects: Effects) =>
  messagesOf(effects, "accept").map(({ slot, value }) => `${slot} ${textOf(value)}`);
const preparesOf = (effects: Effects) =>
  effects.messages.flatMap(({ to, message }) => (message.kind === "prepare" ? [{ to, message }] : []));

t.test(
  "nothing follows an entry until it is chosen, and then phase 1 is repeated at the same ballot",
  async (t) => {
    const reign = new Reign(LEARNER);
    reign.ack(4, 2);
    t.equal(reign.replica.changeRefusal(FOUR), undefined);
    t.same(acceptsOf(reign.change(FOUR)), ["2 membership"]);
    t.equal(reign.replica.canPropose(0), false, "I10: barred by its own entry");

    const chosen = reign.accept(2, 2);
    t.match(
      chosen.writes.map(({ kind }) => kind),
      ["membership", "learned"],
      "in one batch",
    );
    t.equal(chosen.urgent, true);
    const prepares = preparesOf(chosen);
    t.same(
      prepares.map(({ to }) => to[0]),
      [2, 3, 4],
      "the new voter too",
    );
    for (const { message } of prepares) t.match(message, { ballot: reign.ballot, from: 3 });
    t.match(reign.view(), { role: "candidate", epoch: 3, serving: false });

    reign.settleDisk(reign.receive(2, promise(reign.ballot, 3)));
    t.equal(reign.view().role, "candidate", "two of four are no quorum, though they were one of three");
    const back = reign.settleDisk(reign.receive(4, promise(reign.ballot, 3)));
    t.same(acceptsOf(back), ["3 noop"], "an entry of its own comes first again");
    reign.accept(2, 3);
    t.equal(reign.view().serving, false, "two of four");
    reign.accept(4, 3);
    t.match(reign.view(), { serving: true, ballot: reign.ballot, chosen: 4 });
  },
);

t.test("a learner's answers never count (I13)", async (t) => {
  const reign = new Reign(LEARNER);
  reign.settleDisk(reign.step({ kind: "propose", bytes: batch("x").bytes }));
  reign.accept(4, 2);
  t.equal(reign.view().chosen, 2);
  for (let beats = 0; beats < 12; beats++) reign.beat([4], 2);
  t.equal(reign.view().role, "follower", "a quorum of voters was not heard of");
});

t.test("what is in flight is chosen first, and nothing new is proposed meanwhile", async (t) => {
  const reign = new Reign(membershipOf(3));
  reign.settleDisk(reign.step({ kind: "propose", bytes: batch("x").bytes }));
  t.same(acceptsOf(reign.change(TWO)), []);
  t.equal(reign.replica.canPropose(0), false);
  t.same(acceptsOf(reign.accept(2, 2)), ["3 membership"]);
});

t.test("a change that finds no room within its time is given up, and writes go on", async (t) => {
  const reign = new Reign(membershipOf(3));
  reign.settleDisk(reign.step({ kind: "propose", bytes: batch("x").bytes }));
  reign.change(TWO);
  const notices: unknown[] = [];
  for (let ms = 0; ms < ELECTION_TIMEOUT_MS_MAX; ms += 50) {
    for (const effects of reign.run(50)) notices.push(...reign.settleDisk(effects).notices);
    reign.ack(2, 2);
  }
  t.match(notices, [{ kind: "change-dropped", epoch: 2, reason: "busy" }]);
  reign.accept(2, 2);
  t.equal(reign.replica.canPropose(0), true);
});

t.test("a change is refused with the reason", async (t) => {
  const reign = new Reign(membershipOf(3));
  t.equal(new Bench().replica.changeRefusal(TWO), "not-serving");
  t.equal(reign.replica.changeRefusal({ ...TWO, epoch: 5 }), "no-step");
  t.equal(reign.replica.changeRefusal(without(membershipOf(3), n(1))), "removes-leader");
  t.equal(reign.replica.changeRefusal(without(membershipOf(3), n(2))), "no-quorum", "n3 was not heard of");
  t.equal(reign.replica.changeRefusal(TWO), undefined);
  reign.change(TWO);
  t.equal(reign.replica.changeRefusal(TWO), "busy", "its entry is not chosen yet");
  t.throws(() => reign.step({ kind: "change", membership: TWO }), /I12/);

  const grown = new Reign(LEARNER);
  t.equal(grown.replica.changeRefusal(FOUR), "no-quorum", "n2 and n1 are no quorum of four but with n4");
});

t.test("a learner votes once it has caught up and answers", async (t) => {
  const one = withLearner(membershipOf(1), joining(2));
  const two = withVote(one, n(2));
  const reign = new Reign(one, []);
  t.equal(reign.replica.changeRefusal(two), "no-quorum");
  for (let slot = 2; slot < IN_FLIGHT_SLOTS_MAX + 10; slot++) {
    reign.settleDisk(reign.step({ kind: "propose", bytes: batch("x").bytes }));
  }
  reign.ack(2, 1);
  t.equal(reign.replica.changeRefusal(two), "behind");
  reign.ack(2, 20);
  t.equal(reign.replica.changeRefusal(two), undefined);
  reign.run(ELECTION_TIMEOUT_MS_MIN);
  t.equal(reign.replica.changeRefusal(two), "no-quorum", "it fell silent");
});

t.test("a learner that does not answer gets no vote, though the others would be enough", async (t) => {
  const reign = new Reign(LEARNER, [2, 3]);
  t.equal(reign.replica.changeRefusal(FOUR), "behind", "it was never heard of");
  reign.ack(4, 2);
  t.equal(reign.replica.changeRefusal(FOUR), undefined);
  for (let ms = 0; ms < ELECTION_TIMEOUT_MS_MIN; ms += 50) {
    reign.run(50);
    reign.ack(2, 2);
    reign.ack(3, 2);
  }
  t.equal(reign.replica.changeRefusal(FOUR), "behind", "it fell silent");
});

t.test("a change is settled when a majority of the new members has it on disk, and not before", async (t) => {
  const reign = new Reign(membershipOf(3));
  reign.change(TWO);
  reign.accept(2, 2);
  reign.settleDisk(reign.receive(2, promise(reign.ballot, 3)));
  reign.accept(2, 3);
  t.match(reign.view(), { serving: true, epoch: 2, settled: 1 });
  t.equal(reign.replica.changeRefusal(withLearner(TWO, joining(4))), "unsettled");
  const told = reign.run(60).flatMap((effects) => reign.settleDisk(effects).messages);
  t.ok(
    told.some(({ to, message }) => message.kind === "heartbeat" && to.includes(n(3))),
    "n3 is still told",
  );
  reign.ack(3, 4, 2);
  t.equal(reign.view().settled, 1, "who is gone reports nothing");
  const { notices } = reign.ack(2, 4, 2);
  t.match(notices.at(-1), { kind: "membership-settled", epoch: 2 });
  const beats = reign.run(60).flatMap((effects) => effects.messages);
  t.notOk(
    beats.some(({ to }) => to.includes(n(3))),
    "and n3 no more",
  );
  t.ok(beats.some(({ message }) => message.kind === "heartbeat" && message.settled === 2));
});

t.test("an answer to a round of before the change confirms no round of after it (I29)", async (t) => {
  const reign = new Reign(membershipOf(3));
  for (let beats = 0; beats < 5; beats++) reign.beat([2], 2);
  const before = reign.round;
  reign.change(TWO);
  reign.accept(2, 2);
  reign.settleDisk(reign.receive(2, promise(reign.ballot, 3)));
  reign.accept(2, 3);
  reign.settleDisk(reign.step({ kind: "read", id: 9 }));
  t.ok(reign.round > before, "rounds of one ballot only rise");
  t.same(reign.ack(2, 3, 1, before).reads, []);
  t.match(reign.ack(2, 3).reads, [{ id: 9 }]);
});

/** n1 stands, and n2 reports what is given. */
function recovering(membership: Membership, reports: readonly SlotReport[]): { bench: Bench; all: Effects } {
  const bench = new Bench({ recovered: { membership: { since: s(1), membership } } });
  const ballot = bench.lead(membership.members.length > 3 ? [2, 3] : [2]);
  const all = bench.receive(2, promise(ballot, 1, reports));
  return { bench, all };
}

t.test(
  "a candidate proposes nothing above an entry that it finds, whatever is reported there (I10)",
  async (t) => {
    const old = b(1, 2);
    const { bench, all } = recovering(membershipOf(3), [
      { kind: "accepted", slot: s(1), ballot: old, value: batch("x") },
      { kind: "accepted", slot: s(2), ballot: old, value: entryFor(TWO) },
      { kind: "accepted", slot: s(3), ballot: old, value: batch("y") },
    ]);
    t.same(acceptsOf(all), ["1 x", "2 membership"]);
    bench.durable(all.writeSequence);
    const ballot = bench.replica.view(bench.nowMs).promised;
    const accepted = { kind: "accepted", ballot, slots: [s(1), s(2)], progress: progress(1) } as const;
    const chosen = bench.receive(2, accepted);
    t.same(
      preparesOf(chosen).map(({ to, message }) => [to, message.from]),
      [[[2], 3]],
      "n3 has no say above slot 2",
    );
    const value = batch("y");
    const again = bench.receive(
      2,
      promise(ballot, 3, [{ kind: "accepted", slot: s(3), ballot: old, value }]),
    );
    t.same(acceptsOf(again), ["3 y", "4 noop"]);
  },
);

t.test("an entry that changes nothing is a barrier as well", async (t) => {
  const old = b(1, 2);
  const { bench, all } = recovering(membershipOf(3), [
    { kind: "accepted", slot: s(1), ballot: old, value: entryFor(TWO, 7) },
    { kind: "accepted", slot: s(2), ballot: old, value: batch("y") },
  ]);
  t.same(acceptsOf(all), ["1 membership"]);
  bench.durable(all.writeSequence);
  const ballot = bench.replica.view(bench.nowMs).promised;
  const chosen = bench.receive(2, { kind: "accepted", ballot, slots: [s(1)], progress: progress(1) });
  t.same(
    preparesOf(chosen).map(({ to }) => to[0]),
    [2, 3],
    "the same voters once more",
  );
  t.equal(bench.replica.view(bench.nowMs).epoch, 1);
});

t.test("a leader that finds its own removal sees it chosen, hands over and is silent", async (t) => {
  const old = b(1, 2);
  const reports = [
    { kind: "accepted", slot: s(1), ballot: old, value: entryFor(without(membershipOf(3), n(1))) },
  ];
  const { bench, all } = recovering(membershipOf(3), reports as SlotReport[]);
  bench.durable(all.writeSequence);
  const ballot = bench.replica.view(bench.nowMs).promised;
  const chosen = bench.receive(2, { kind: "accepted", ballot, slots: [s(1)], progress: progress(1) });
  t.match(messagesOf(chosen, "hand-over"), [{ ballot, chosen: 2 }]);
  t.same(preparesOf(chosen), []);
  t.equal(bench.replica.view(bench.nowMs).role, "follower");
  bench.durable(chosen.writeSequence);
  const later = bench.run(5 * ELECTION_TIMEOUT_MS_MAX);
  t.same(
    later.flatMap((effects) => messagesOf(effects, "pre-vote")),
    [],
    "it never stands again",
  );
});

t.test("what a report calls chosen changes the voters in the middle of phase 1", async (t) => {
  const { bench, all } = recovering(membershipOf(5), [
    { kind: "chosen", slot: s(1), value: entryFor(without(membershipOf(5), n(5))) },
  ]);
  t.equal(bench.replica.view(bench.nowMs).epoch, 2);
  t.same(
    preparesOf(all).map(({ to, message }) => [to[0], message.from]),
    [
      [2, 2],
      [3, 2],
      [4, 2],
    ],
  );
});

t.test("a leader that learns of a change from a later one steps down if it has proposed above", async (t) => {
  const reign = new Reign(membershipOf(3));
  reign.settleDisk(reign.step({ kind: "propose", bytes: batch("x").bytes }));
  const chosen = reign.receive(3, {
    kind: "chosen",
    from: s(2),
    values: [entryFor(TWO)],
    learned: s(3),
    firstKept: s(1),
  });
  t.match(chosen.notices.at(-1), { kind: "membership-changed" });
  t.equal(reign.view().role, "candidate", "slot 2 was the last that it proposed");

  const busy = new Reign(membershipOf(3));
  for (const text of ["x", "y"]) busy.settleDisk(busy.step({ kind: "propose", bytes: batch(text).bytes }));
  busy.receive(3, { kind: "chosen", from: s(2), values: [entryFor(TWO)], learned: s(3), firstKept: s(1) });
  t.equal(busy.view().role, "follower", "I5: slot 3 could be proposed otherwise at this ballot");
});

t.test("an acceptor answers any Prepare and Accept of its cluster, member or not", async (t) => {
  const stranger = new Bench({ self: 4 });
  const prepare = { kind: "prepare", ballot: b(3, 9), from: s(1), handOver: BALLOT_ZERO } as const;
  const promised = stranger.receive(9, prepare);
  t.equal(promised.messagesAfterWrites[0]?.message.kind, "promise");
  stranger.durable(promised.writeSequence);
  const value = batch("x");
  const accepted = stranger.receive(9, { kind: "accept", ballot: b(3, 9), slot: s(1), chosen: s(1), value });
  t.equal(accepted.messagesAfterWrites[0]?.message.kind, "accepted");
  const repeated = stranger.receive(9, prepare);
  t.same(repeated.writes, [], "a repeated Prepare writes nothing");
});

t.test("who has no vote stands for nothing, and is no welcome candidate unless it knows more", async (t) => {
  const stranger = new Bench({ self: 4 });
  const silent = stranger.run(5 * ELECTION_TIMEOUT_MS_MAX);
  t.same(
    silent.flatMap((effects) => messagesOf(effects, "pre-vote")),
    [],
  );
  const voter = new Bench();
  voter.run(ELECTION_TIMEOUT_MS_MIN);
  const ask = (from: number, learned: number) => {
    const effects = voter.receive(from, { kind: "pre-vote", ballot: b(9, from), learned: s(learned) });
    return messagesOf(effects, "pre-vote-reply")[0]?.granted;
  };
  t.equal(ask(4, 1), false);
  t.equal(ask(4, 2), true, "it may have got its vote by an entry not learned here");
  t.equal(ask(3, 1), true);
});

t.test("the membership of the log's end is in force after a start", async (t) => {
  const accepted: readonly LogEntry[] = [entryOf(5, b(2, 1), entryFor(withLearner(TWO, joining(4))))];
  const membership = { since: s(3), membership: TWO };
  const bench = new Bench({
    recovered: { promised: b(2, 1), acceptedMax: b(2, 1), learned: s(5), end: s(6), accepted, membership },
  });
  t.match(bench.replica.view(bench.nowMs), { epoch: 2, settled: 1 }, "not the entry that is only accepted");
  const preVotes = bench.run(2 * ELECTION_TIMEOUT_MS_MAX).flatMap(({ messages }) => messages);
  t.same(preVotes.filter(({ message }) => message.kind === "pre-vote").at(0)?.to, [2]);
});

t.test(
  "of a slot that others than today's voters chose only what is known as chosen repairs it",
  async (t) => {
    const membership = { since: s(3), membership: membershipOf(3) };
    const base = { promised: b(1, 2), acceptedMax: b(1, 2), learned: s(3), end: s(3), firstKept: s(1) };
    const reported = (kind: "accepted" | "chosen", since: number): number => {
      const bench = new Bench({
        recovered: { ...base, damaged: [s(1)], membership: { ...membership, since: s(since) } },
      });
      const ballot = bench.lead();
      bench.durable(bench.receive(2, promise(ballot, 3)).writeSequence);
      bench.run(20);
      const report = { kind, slot: s(1), ballot: b(1, 2), value: batch("x") } as SlotReport;
      const page = { ...promise(ballot, 1, [report]), end: s(3), next: s(3) } as Message;
      for (const voter of [2, 3]) bench.receive(voter, page);
      return bench.replica.view(bench.nowMs).damaged;
    };
    t.equal(reported("accepted", 1), 0);
    t.equal(reported("accepted", 3), 1);
    t.equal(reported("chosen", 3), 0);
  },
);
