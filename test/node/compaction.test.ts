import t from "tap";
import { Compaction } from "../../src/node/compaction.ts";

const HOUR_MS = 3_600_000;
const window = { ageMs: HOUR_MS, revisions: 1000 };
const at = (timeMs: number, revision: number) => ({ timeMs, revision });

t.test("what is older than the window is forgotten, and nothing that is younger", async (t) => {
  const compaction = new Compaction(window, at(0, 0));
  const made: number[] = [];
  for (let minute = 1; minute <= 180; minute++) {
    made[minute] = minute * 60_000;
    compaction.note(at(minute * 60_000, minute));
    const forgotten = compaction.due(minute * 60_000, at(minute * 60_000, minute), 0);
    const youngest = made[forgotten ?? 0] ?? 0;
    if (forgotten !== undefined) t.ok(youngest <= (minute - 60) * 60_000, `${forgotten} at ${minute}`);
    if (minute > 61)
      t.ok((forgotten ?? 0) >= minute - 62, `${forgotten} at ${minute}: late by a part of the window`);
  }
});

t.test("however young, no more changes are kept than the window has", async (t) => {
  const compaction = new Compaction(window, at(0, 0));
  t.equal(compaction.due(0, at(1, 1000), 0), undefined);
  t.equal(compaction.due(5000, at(2, 1700), 0), 700);
  t.equal(compaction.due(10_000, at(3, 1700), 700), undefined, "that is done already");
});

t.test("a leader does not look all the time", async (t) => {
  const compaction = new Compaction(window, at(0, 0));
  t.equal(compaction.due(0, at(0, 5000), 0), 4000);
  t.equal(compaction.due(4999, at(0, 6000), 0), undefined);
  t.equal(compaction.due(5000, at(0, 6000), 0), 5000);
});

t.test("a store that is idle is forgotten whole, in the end", async (t) => {
  const compaction = new Compaction(window, at(0, 0));
  compaction.note(at(60_000, 5));
  compaction.note(at(60_001, 6));
  t.equal(compaction.due(0, at(HOUR_MS / 2, 6), 0), undefined);
  t.equal(compaction.due(5000, at(HOUR_MS + 59_999, 6), 0), undefined);
  t.equal(compaction.due(10_000, at(HOUR_MS + 60_000, 6), 0), 5);
  t.equal(compaction.due(15_000, at((HOUR_MS * 3) / 2, 6), 5), 6);
});

t.test("after a restart the age of what is there counts from then", async (t) => {
  const compaction = new Compaction(window, at(10 * HOUR_MS, 500));
  t.equal(compaction.due(0, at(11 * HOUR_MS - 1, 500), 0), undefined);
  t.equal(compaction.due(5000, at(11 * HOUR_MS, 500), 0), 500);
});

t.test("what surely was made by then is told, and nothing that may be younger", async (t) => {
  const compaction = new Compaction(window, at(1000, 5));
  t.equal(compaction.lastBefore(999), 0, "that is not known");
  t.equal(compaction.lastBefore(1000), 5);
  compaction.note(at(61_000, 9));
  t.equal(compaction.lastBefore(60_999), 5);
  t.equal(compaction.lastBefore(HOUR_MS), 9);
});
