import t from "tap";
import { slot } from "../../src/base/ids.ts";
import { type Floor, type Reached, type WaitingRead, WaitingReads } from "../../src/node/waiting-reads.ts";
import type { LinkId } from "../../src/transport/service.ts";

function read(id: number, deadlineMs = 100): WaitingRead {
  return {
    origin: { link: 1 as LinkId, id },
    deadlineMs,
    request: {
      kind: "get",
      id,
      timeoutMs: 1,
      key: new Uint8Array(1),
      consistency: { level: "linearizable" },
    },
  };
}

function ids(reads: readonly WaitingRead[]): number[] {
  return reads.map((one) => one.origin.id);
}

function reached(reads: readonly Reached[]): number[] {
  return ids(reads.map((one) => one.read));
}

function floor(applied: number): Floor {
  return { applied: slot(applied), revision: 0, isConfirmed: true };
}

t.test("reads of one turn share one question, later ones take another", async (t) => {
  const reads = new WaitingReads();
  reads.arrive(read(1));
  reads.arrive(read(2));
  const first = reads.askFor(10) ?? 0;
  reads.arrive(read(3));
  const second = reads.askFor(20) ?? 0;
  t.not(first, second);
  t.equal(reads.askFor(30), undefined);
  const question = reads.takeConfirmed(first);
  t.equal(question?.askedMs, 10);
  t.strictSame(ids(question?.reads ?? []), [1, 2]);
  t.strictSame(ids(reads.takeConfirmed(second)?.reads ?? []), [3]);
  t.equal(reads.takeConfirmed(first), undefined, "an answer is used once (I29)");
});

t.test("a confirmed read waits until everything below its index is applied", async (t) => {
  const reads = new WaitingReads();
  reads.waitFor(floor(5), [read(1)]);
  reads.waitFor(floor(7), [read(2)]);
  t.strictSame(reached(reads.takeReached(slot(4), 0)), []);
  t.strictSame(reached(reads.takeReached(slot(6), 0)), [1]);
  t.strictSame(reached(reads.takeReached(slot(7), 0)), [2]);
});

t.test("a read that wants a revision waits for it, though its slot is applied", async (t) => {
  const reads = new WaitingReads();
  reads.waitFor({ applied: slot(5), revision: 3, isConfirmed: false }, [read(1)]);
  t.strictSame(reached(reads.takeReached(slot(9), 2)), []);
  t.strictSame(reached(reads.takeReached(slot(4), 3)), []);
  t.match(reads.takeReached(slot(5), 3), [{ read: { origin: { id: 1 } }, isConfirmed: false }]);
});

t.test("reads past their deadline are taken out of both waits", async (t) => {
  const reads = new WaitingReads();
  reads.arrive(read(1, 10));
  reads.arrive(read(2, 50));
  const id = reads.askFor(0) ?? 0;
  reads.waitFor(floor(9), [read(3, 10)]);
  const expired = reads.takeExpired(20);
  t.strictSame(
    expired.map(({ read: one, confirmed }) => [one.origin.id, confirmed]),
    [
      [1, false],
      [3, true],
    ],
  );
  t.strictSame(ids(reads.takeConfirmed(id)?.reads ?? []), [2]);
  t.strictSame(reached(reads.takeReached(slot(9), 0)), []);
});
