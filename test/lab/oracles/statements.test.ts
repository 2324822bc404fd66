import t from "tap";
import { type Ballot, ballot, nodeId, type Slot, slot } from "../../../src/base/ids.ts";
import { Statements } from "../../../src/lab/oracles/statements.ts";
import type { Write } from "../../../src/paxos/effects.ts";
import { NOOP } from "../../../src/paxos/value.ts";
import { MemoryLog } from "../../../src/storage/memory-disk.ts";

const B1 = ballot(1, nodeId(1));
const B2 = ballot(2, nodeId(2));
const S = slot(1);

const promise = (at: Ballot): Write => ({ kind: "promised", ballot: at });
const entry = (at: Slot, at2: Ballot): Write => ({
  kind: "entry",
  entry: { slot: at, ballot: at2, value: NOOP, chosen: false },
});
const learned = (watermark: number): Write => ({ kind: "learned", watermark: slot(watermark), digest: 0 });

function disk(...writes: readonly Write[]): MemoryLog {
  const log = new MemoryLog();
  log.apply(writes);
  return log;
}

t.test("a promise that the disk does not hold when it is heard breaks I8", async (t) => {
  const statements = new Statements("n1");
  t.doesNotThrow(() => statements.onPromise(B1, disk(promise(B2))));
  t.throws(() => statements.onPromise(B2, disk(promise(B1))), /^I8.*2\.2.*1\.1/);
});

t.test("a promise is on disk after every crash", async (t) => {
  const statements = new Statements("n1");
  statements.onPromise(B2, disk(promise(B2)));
  t.doesNotThrow(() => statements.onImage(disk(promise(B2))));
  t.throws(() => statements.onImage(disk(promise(B1))), /^I8/);
});

t.test("what was accepted is on disk at that ballot or a higher one", async (t) => {
  const statements = new Statements("n1");
  statements.onAccepted(B1, [S], disk(promise(B1), entry(S, B1)));
  t.doesNotThrow(() => statements.onImage(disk(promise(B2), entry(S, B2))));
  t.throws(() => statements.onImage(disk(promise(B2))), /^I8.*nothing/);
  t.throws(() => new Statements("n1").onAccepted(B2, [S], disk(promise(B2), entry(S, B1))), /^I8/);
});

t.test("what is learned, truncated or damaged need not be there at its ballot", async (t) => {
  const statements = new Statements("n1");
  const sound = [promise(B1), entry(S, B1)];
  statements.onAccepted(B1, [S], disk(...sound));
  const damaged = disk(...sound);
  damaged.entries.delete(S);
  damaged.damaged.add(S);
  t.doesNotThrow(() => statements.onImage(damaged));
  t.doesNotThrow(() => statements.onImage(disk(...sound, learned(2), { kind: "truncate", below: slot(2) })));
});

t.test("a hole below the learned watermark breaks I16", async (t) => {
  const log = disk(promise(B1), entry(S, B1), learned(2));
  t.doesNotThrow(() => new Statements("n1").onImage(log));
  log.entries.delete(S);
  t.throws(() => new Statements("n1").onImage(log), /^I16/);
});
