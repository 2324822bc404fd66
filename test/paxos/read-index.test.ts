import t from "tap";
import { ELECTION_TIMEOUT_MS_MAX } from "../../src/base/limits.ts";
import { Outbox } from "../../src/paxos/outbox.ts";
import { type LeaderPosition, ReadIndex } from "../../src/paxos/read-index.ts";
import { n, s } from "./fixtures.ts";

class Position implements LeaderPosition {
  isServing = true;
  isLeased = false;
  chosen = s(5);
  round = 0;
  confirmed = 0;

  startRound(): number {
    this.round++;
    return this.round;
  }

  isConfirmed(round: number): boolean {
    return round <= this.confirmed;
  }
}

t.test("the index is the watermark after the read arrived, confirmed by a later round", async (t) => {
  const outbox = new Outbox();
  const reads = new ReadIndex(n(1), outbox);
  const position = new Position();
  position.round = 3;
  position.confirmed = 3;
  reads.ask(n(1), 11, 0);
  reads.settle(position);
  t.same(outbox.take().reads, [], "an answered round from before the read confirms nothing");
  position.chosen = s(9);
  position.confirmed = 4;
  reads.settle(position);
  t.same(outbox.take().reads, [{ id: 11, index: 5 }]);
});

t.test("reads that arrive during a round share the next one", async (t) => {
  const outbox = new Outbox();
  const reads = new ReadIndex(n(1), outbox);
  const position = new Position();
  reads.ask(n(1), 1, 0);
  reads.settle(position);
  reads.ask(n(1), 2, 0);
  reads.ask(n(3), 7, 0);
  reads.settle(position);
  t.equal(position.round, 1);
  position.confirmed = 1;
  position.chosen = s(6);
  reads.settle(position);
  t.same(outbox.take().reads, [{ id: 1, index: 5 }]);
  t.equal(position.round, 2);
  position.confirmed = 2;
  reads.settle(position);
  const effects = outbox.take();
  t.same(effects.reads, [{ id: 2, index: 6 }]);
  t.match(effects.messages, [{ to: [3], message: { kind: "read-index-reply", id: 7, index: 6 } }]);
});

t.test("a read waits until the leader serves, and is refused when that takes too long", async (t) => {
  const outbox = new Outbox();
  const reads = new ReadIndex(n(1), outbox);
  const position = new Position();
  position.isServing = false;
  reads.ask(n(1), 1, 0);
  reads.settle(position);
  reads.expire(ELECTION_TIMEOUT_MS_MAX);
  t.equal(position.round, 0);
  t.same(outbox.take().reads, []);
  reads.expire(ELECTION_TIMEOUT_MS_MAX + 1);
  t.same(outbox.take().reads, [{ id: 1, index: undefined }]);
});

t.test("a deposed leader refuses whoever waits", async (t) => {
  const outbox = new Outbox();
  const reads = new ReadIndex(n(1), outbox);
  reads.ask(n(1), 1, 0);
  reads.settle(new Position());
  reads.ask(n(2), 2, 0);
  reads.refuseAll();
  const effects = outbox.take();
  t.same(effects.reads, [{ id: 1, index: undefined }]);
  t.match(effects.messages, [{ to: [2], message: { id: 2, index: undefined } }]);
});

t.test("under a lease a read needs no round, and without service no lease helps", async (t) => {
  const outbox = new Outbox();
  const reads = new ReadIndex(n(1), outbox);
  const position = new Position();
  position.isLeased = true;
  position.isServing = false;
  reads.ask(n(1), 11, 0);
  reads.settle(position);
  t.same(outbox.take().reads, []);
  position.isServing = true;
  reads.ask(n(2), 12, 0);
  reads.settle(position);
  const { reads: answers, messages } = outbox.take();
  t.same(answers, [{ id: 11, index: s(5) }]);
  t.same(messages, [{ to: [n(2)], message: { kind: "read-index-reply", id: 12, index: s(5) } }]);
  t.equal(position.round, 0);
});
