import t from "tap";
import { failureText } from "../../src/cli/lab-failure.ts";
import { LabRun, type LabRunPlan } from "../../src/cli/lab-run.ts";

/** Even seeds are clean; seed 3 needs `kill`, and takes long; seed 7 dies; other odd ones fail by the weather alone. */
const WORKER = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from "node:worker_threads";
    const ALL = ["kill", "pause", "stop"];
    parentPort.on("message", ({ seed, without }) => {
      if (seed === 7) process.exit(1);
      const faults = ALL.filter((fault) => !without.includes(fault));
      const fails = seed === 3 ? faults.includes("kill") : seed % 2 === 1;
      const failure = fails ? { violated: "the rule", report: "line one" } : undefined;
      const counts = new Map([["fault:pause", seed]]);
      const outcome = { seed, without, faults, events: 10, virtualMs: 1000, operations: 5, counts, failure };
      setTimeout(() => parentPort.postMessage(outcome), seed === 3 ? 50 : 0);
    });
  `)}`,
);

const PLAN: LabRunPlan = {
  seeds: { first: 1, last: 9 },
  minutes: undefined,
  jobs: 3,
  without: [],
  shrinks: true,
};

async function execute(
  plan: Partial<LabRunPlan> = {},
  interrupt = new Promise<"interrupted">(() => undefined),
) {
  const seeds: number[] = [];
  let nowMs = 0;
  const run = new LabRun(
    { ...PLAN, ...plan },
    {
      worker: WORKER,
      nowMs: () => ++nowMs * 100,
      onSeed: ({ tally }) => seeds.push(tally.seeds),
      onFailure: () => undefined,
    },
  );
  await run.execute(interrupt);
  return { run, seeds };
}

t.test("failures come in the order of the seeds, each with the faults that it needs", async (t) => {
  const { run, seeds } = await execute();
  t.strictSame(seeds, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  t.strictSame(
    run.failures.map(({ seed, violated, faults, replay }) => [seed, violated, faults.join(), replay]),
    [
      [1, "the rule", "", "kvlab replay 1 --without all"],
      [3, "the rule", "kill", "kvlab replay 3 --without pause,stop"],
      [5, "the rule", "", "kvlab replay 5 --without all"],
      [7, "a seed comes to its end", "", "kvlab replay 7"],
      [9, "the rule", "", "kvlab replay 9 --without all"],
    ],
  );
  const { tally } = run;
  t.match({ ...tally }, { seeds: 9, failures: 5, events: 80, virtualMs: 8000, operations: 40 });
  t.equal(tally.counts.get("fault:pause"), 45 - 7);
});

t.test("without shrinking a failure has all faults of its world", async (t) => {
  const { run } = await execute({ shrinks: false, seeds: { first: 3, last: 3 }, without: ["stop"] });
  t.match(run.failures, [
    { faults: ["kill", "pause"], isShrunk: false, replay: "kvlab replay 3 --without stop" },
  ]);
});

t.test("with minutes it goes on beyond the range, until time is over", async (t) => {
  const { run } = await execute({ minutes: 1, seeds: { first: 100, last: 100 }, shrinks: false });
  t.ok(run.tally.seeds > 20, `${run.tally.seeds} seeds`);
  t.ok(run.fraction >= 1);
  t.ok(run.failures.length <= 100, "what is kept is bounded");
});

t.test("an interrupted run tells what was done", async (t) => {
  const interrupt = new Promise<"interrupted">((resolve) => setTimeout(() => resolve("interrupted"), 25));
  const { run } = await execute({ seeds: { first: 2, last: 3 }, jobs: 1 }, interrupt);
  t.ok(run.tally.seeds <= 1);
  t.strictSame(run.failures, []);
});

t.test("the report names rule, source, faults and the command, then all that is known", async (t) => {
  const { run } = await execute({ seeds: { first: 3, last: 3 } });
  const [failure] = run.failures;
  const lines = failure === undefined ? [] : failureText(failure).split("\n");
  t.match(lines, [
    "FAILED  seed 3: the rule",
    /^source {2}(?:commit [0-9a-f]{10}|version )/,
    "needs   kill",
    "replay  kvlab replay 3 --without pause,stop",
    "",
    "  line one",
    "",
  ]);
});
