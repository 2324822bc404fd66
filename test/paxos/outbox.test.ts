import t from "tap";
import { NO_EFFECTS, Outbox } from "../../src/paxos/outbox.ts";
import { b, batch, entryOf, n, s } from "./fixtures.ts";

t.test("nothing is always the same nothing", async (t) => {
  const outbox = new Outbox();
  t.equal(outbox.take(), NO_EFFECTS);
  outbox.writePromised(b(1, 1));
  outbox.take();
  t.equal(outbox.take(), NO_EFFECTS);
});

t.test("each batch of writes has the number announced, and the next batch a higher one", async (t) => {
  const outbox = new Outbox();
  for (const expected of [1, 2]) {
    t.equal(outbox.sequence, expected);
    outbox.writePromised(b(expected, 1));
    t.equal(outbox.take().writeSequence, expected);
    outbox.send(n(2), { kind: "read-index", id: 1 });
    t.equal(outbox.take().writeSequence, 0);
  }
});

t.test("the learned watermark is written once, behind the entries", async (t) => {
  const outbox = new Outbox();
  outbox.writeLearned(s(2), 1);
  outbox.writeEntry(entryOf(2, b(1, 1), batch("x")));
  outbox.writeLearned(s(3), 2);
  const { writes } = outbox.take();
  t.same(
    writes.map(({ kind }) => kind),
    ["entry", "learned"],
  );
  t.match(writes[1], { watermark: 3, digest: 2 });
});

t.test("what waits for the disk makes it hurry, even without a write of its own", async (t) => {
  const outbox = new Outbox();
  outbox.sendAfterWrites(n(2), { kind: "read-index", id: 1 });
  const effects = outbox.take();
  t.equal(effects.urgent, true);
  t.equal(effects.writes.length, 0);
});
