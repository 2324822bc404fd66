import t from "tap";
import { coverageText, progressText, summaryText } from "../../src/cli/lab-summary.ts";
import { Tally } from "../../src/lab/report/tally.ts";

const COVERED = [
  { name: "kill", count: 12 },
  { name: "pause-leader", count: 3 },
  { name: "damage", count: 0 },
  { name: "stop", count: 100 },
  { name: "bridge", count: 0 },
];

t.test("what occurred stands in columns, what never did by name", async (t) => {
  const text = coverageText([{ title: "faults", covered: COVERED }], 45);
  t.equal(
    text,
    "FAULTS\n  kill          12    stop         100\n  pause-leader   3\n  never: damage bridge\n",
  );
  t.match(
    coverageText([{ title: "faults", covered: COVERED }], 20),
    /^ {2}kill {10}12$/m,
    "one below the other",
  );
});

t.test("the totals are rates of real time", async (t) => {
  const tally = new Tally();
  const outcome = { events: 5000, virtualMs: 3_600_000, operations: 40, counts: new Map([["a", 1]]) };
  tally.add({ ...outcome, failure: undefined });
  tally.add({ ...outcome, failure: {} });
  t.equal(tally.counts.get("a"), 2);
  t.match(summaryText(tally, 2000), /^2 +1 +10000 +5000 +2\.00 +80 +2\.0 s$/m);
  t.equal(progressText(tally, 2000), "2 seeds  1 FAILED  1.0 seeds/s  5k events/s");
});
