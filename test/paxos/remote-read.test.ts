import t from "tap";
import { NOBODY } from "../../src/base/ids.ts";
import type { Effects } from "../../src/paxos/effects.ts";
import { Outbox } from "../../src/paxos/outbox.ts";
import { RemoteRead } from "../../src/paxos/remote-read.ts";
import { messagesOf, n, s } from "./fixtures.ts";

function idOf(effects: Effects): number {
  return messagesOf(effects, "read-index")[0]?.id ?? -1;
}

t.test("one question serves what had arrived; later reads share the next", async (t) => {
  const outbox = new Outbox();
  const reads = new RemoteRead(outbox, 100);
  reads.ask(1, n(2), 0);
  t.equal(idOf(outbox.take()), 100);
  reads.ask(2, n(2), 1);
  reads.ask(3, n(2), 1);
  t.equal(outbox.take().messages.length, 0);
  reads.onReply(n(2), { id: 100, index: s(7) }, 2);
  const effects = outbox.take();
  t.same(effects.reads, [{ id: 1, index: 7 }]);
  t.equal(idOf(effects), 101);
  reads.onReply(n(2), { id: 101, index: s(8) }, 3);
  t.same(outbox.take().reads, [
    { id: 2, index: 8 },
    { id: 3, index: 8 },
  ]);
});

t.test("nobody to ask, or a refusal, is an answer without an index", async (t) => {
  const outbox = new Outbox();
  const reads = new RemoteRead(outbox, 0);
  reads.ask(1, NOBODY, 0);
  t.same(outbox.take().reads, [{ id: 1, index: undefined }]);
  reads.ask(2, n(3), 0);
  outbox.take();
  reads.onReply(n(3), { id: 0, index: undefined }, 1);
  t.same(outbox.take().reads, [{ id: 2, index: undefined }]);
});

t.test("a retry is a new question, and the old answer finds nobody", async (t) => {
  const outbox = new Outbox();
  const reads = new RemoteRead(outbox, 0);
  reads.ask(1, n(2), 0);
  outbox.take();
  reads.onTick(n(3), 300);
  const retry = outbox.take();
  t.match(retry.messages, [{ to: [3], message: { kind: "read-index", id: 1 } }]);
  reads.onReply(n(2), { id: 0, index: s(5) }, 301);
  t.same(outbox.take().reads, []);
  reads.onTick(n(3), 600);
  reads.onTick(n(3), 900);
  t.same(outbox.take().reads, [{ id: 1, index: undefined }]);
});
