import t from "tap";
import { slot } from "../../src/base/ids.ts";
import { type WaitingRead, WaitingReads } from "../../src/node/waiting-reads.ts";
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

t.test("reads of one turn share one question, later ones take another", async (t) => {
  const reads = new WaitingReads();
  reads.arrive(read(1));
  reads.arrive(read(2));
  const first = reads.askFor() ?? 0;
  reads.arrive(read(3));
  const second = reads.askFor() ?? 0;
  t.not(first, second);
  t.equal(reads.askFor(), undefined);
  t.strictSame(ids(reads.takeConfirmed(first)), [1, 2]);
  t.strictSame(ids(reads.takeConfirmed(second)), [3]);
  t.strictSame(ids(reads.takeConfirmed(first)), [], "an answer is used once (I29)");
});

t.test("a confirmed read waits until everything below its index is applied", async (t) => {
  const reads = new WaitingReads();
  reads.waitForApplied(slot(5), [read(1)]);
  reads.waitForApplied(slot(7), [read(2)]);
  t.strictSame(ids(reads.takeApplied(slot(4))), []);
  t.strictSame(ids(reads.takeApplied(slot(6))), [1]);
  t.strictSame(ids(reads.takeApplied(slot(7))), [2]);
});

t.test("reads past their deadline are taken out of both waits", async (t) => {
  const reads = new WaitingReads();
  reads.arrive(read(1, 10));
  reads.arrive(read(2, 50));
  const id = reads.askFor() ?? 0;
  reads.waitForApplied(slot(9), [read(3, 10)]);
  const expired = reads.takeExpired(20);
  t.strictSame(
    expired.map(({ read: one, confirmed }) => [one.origin.id, confirmed]),
    [
      [1, false],
      [3, true],
    ],
  );
  t.strictSame(ids(reads.takeConfirmed(id)), [2]);
  t.strictSame(ids(reads.takeApplied(slot(9))), []);
});
