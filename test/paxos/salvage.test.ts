import fc from "fast-check";
import t from "tap";
import { type Slot, slot } from "../../src/base/ids.ts";
import type { LogEntry, RecoveredLog } from "../../src/paxos/log-reader.ts";
import { type LeftLog, Salvage, UnequalValuesError } from "../../src/paxos/salvage.ts";
import { bal, entryAt } from "../contract/storage-fixture.ts";

interface Left {
  readonly firstKept?: number;
  readonly learned?: number;
  readonly damaged?: readonly number[];
  /** Slots above the learned watermark that were fetched as chosen. */
  readonly fetched?: readonly number[];
  /** Slot, and the round at which it was accepted; the value is the round unless `text` says otherwise. */
  readonly held: Readonly<Record<number, number | { readonly round: number; readonly text: string }>>;
}

function log({ firstKept = 1, learned = 1, damaged = [], fetched = [], held }: Left): LeftLog {
  const entries = new Map<Slot, LogEntry>();
  for (const [at, what] of Object.entries(held)) {
    const { round, text } = typeof what === "number" ? { round: what, text: `of round ${what}` } : what;
    const options = { round, chosen: fetched.includes(Number(at)) };
    entries.set(slot(Number(at)), entryAt(Number(at), new TextEncoder().encode(text), options));
  }
  const end = Math.max(learned, ...[...entries.keys(), ...damaged].map((at) => at + 1));
  const recovered: RecoveredLog = {
    ...{ promised: bal(9), acceptedMax: bal(9), digest: 0 },
    ...{ firstKept: slot(firstKept), learned: slot(learned), end: slot(end) },
    membership: { since: slot(1), membership: { epoch: 1, members: [], nextNodeId: 1 } },
    accepted: [...entries.values()].filter((one) => one.slot >= learned),
    damaged: damaged.map(slot),
  };
  return { recovered, reader: { read: (at) => entries.get(at) } };
}

const textAt = (salvage: Salvage, at: number): string =>
  new TextDecoder().decode(salvage.read(slot(at)).bytes);

t.test("chosen beats any ballot, else the highest ballot counts, whoever accepted at it", async (t) => {
  const salvage = new Salvage([
    log({ learned: 2, held: { 1: 1, 2: 4, 3: 2 } }),
    log({ held: { 1: { round: 7, text: "late" }, 2: 3, 3: 5 } }),
    log({ held: { 3: 5, 4: 1 } }),
  ]);
  t.same(salvage.at(slot(1)), { kind: "chosen", holders: [0] });
  t.same(salvage.at(slot(2)), { kind: "accepted", ballot: bal(4), holders: [0], isDoubtful: false });
  t.same(salvage.at(slot(3)), { kind: "accepted", ballot: bal(5), holders: [1, 2], isDoubtful: false });
  t.same(
    [1, 2, 3, 4].map((at) => textAt(salvage, at)),
    ["of round 1", "of round 4", "of round 5", "of round 1"],
  );
  t.match(salvage.reach(slot(1)), { chosen: 2, end: 5, stop: "end", beyond: 0, doubtful: [] });
});

t.test("a value that was fetched as chosen is known to be, and so is all below it", async (t) => {
  const one = log({ learned: 2, fetched: [3], held: { 1: 1, 2: 1, 3: 1, 4: 1 } });
  const salvage = new Salvage([one, log({ held: { 3: 4 } })]);
  t.same(salvage.at(slot(3)), { kind: "chosen", holders: [0] });
  t.match(salvage.reach(slot(2)), { chosen: 4, end: 5 });
});

t.test("the first slot that nobody holds is the end, and what lies beyond is counted", async (t) => {
  const salvage = new Salvage([log({ learned: 2, held: { 1: 1, 2: 1, 4: 1, 6: 1 } })]);
  t.match(salvage.reach(slot(1)), { chosen: 2, end: 3, stop: "gap", beyond: 2, chosenBeyond: 0 });
  t.throws(() => salvage.read(slot(3)), /slot 3 is held by no log/);
  const merged = new Salvage([log({ held: { 1: 1, 3: 1 } }), log({ held: { 2: 1 } })]);
  t.match(merged.reach(slot(1)), { chosen: 1, end: 4, stop: "end" });
});

t.test("a damaged record is no empty slot, and one that was chosen is lost for certain", async (t) => {
  const salvage = new Salvage([log({ learned: 5, damaged: [3, 7], held: { 1: 1, 2: 1, 4: 1, 5: 1, 6: 1 } })]);
  t.match(salvage.reach(slot(1)), { chosen: 3, end: 3, stop: "damaged", beyond: 3, chosenBeyond: 2 });
  t.match(salvage.reach(slot(4)), { chosen: 5, end: 7, stop: "damaged", beyond: 0, chosenBeyond: 0 });
  const other = log({ held: { 3: 2, 7: 2 } });
  const both = new Salvage([
    log({ learned: 5, damaged: [3, 7], held: { 1: 1, 2: 1, 4: 1, 5: 1, 6: 1 } }),
    other,
  ]);
  t.match(both.reach(slot(1)), { chosen: 5, end: 8, stop: "end", doubtful: [3, 7] });
});

t.test("below its first kept slot a log says nothing", async (t) => {
  const salvage = new Salvage([log({ firstKept: 1_000_000_000, learned: 1_000_000_002, held: {} })]);
  t.match(salvage.reach(slot(1)), { chosen: 1, end: 1, stop: "gap", beyond: 2, chosenBeyond: 1_000_000_001 });
  t.same(salvage.at(slot(5)), { kind: "absent" });
});

t.test("two values where there can be but one are not taken", async (t) => {
  const twice = new Salvage([
    log({ learned: 2, held: { 1: { round: 1, text: "a" } } }),
    log({ learned: 2, held: { 1: { round: 2, text: "b" } } }),
  ]);
  t.throws(() => twice.read(slot(1)), new UnequalValuesError(slot(1), [0, 1]));
  const tied = new Salvage([
    log({ held: { 1: { round: 3, text: "a" } } }),
    log({ held: { 1: { round: 3, text: "b" } } }),
  ]);
  t.throws(() => tied.read(slot(1)), UnequalValuesError);
});

t.test("a state at any watermark reaches as far as one below it that reaches it", async () => {
  const held = fc.dictionary(fc.integer({ min: 1, max: 12 }).map(String), fc.integer({ min: 1, max: 3 }));
  fc.assert(
    fc.property(held, held, fc.integer({ min: 1, max: 12 }), (one, other, middle) => {
      const salvage = new Salvage([log({ held: one }), log({ held: other })]);
      const { end } = salvage.reach(slot(1));
      return middle > end || salvage.reach(slot(middle)).end === end;
    }),
  );
});
