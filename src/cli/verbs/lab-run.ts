import { availableParallelism } from "node:os";
import { type CoverageGroup, coverageOf } from "../../lab/report/coverage.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { untilInterrupted } from "../interrupt.ts";
import { failureText, type LabFailure } from "../lab-failure.ts";
import { parseSeedRange, WITHOUT_OPTION, withoutOf } from "../lab-options.ts";
import { LabRun, type LabRunPlan } from "../lab-run.ts";
import { coverageText, progressText, summaryText } from "../lab-summary.ts";
import { ProgressLine } from "../progress-line.ts";
import { formatOf, print, printJson } from "../session.ts";

const SEEDS = "1..100";
const JOBS_MAX = 256;
const MINUTES_MAX = 100_000;
/** Coverage is laid out for this width when nobody looks. */
const COLUMNS = 110;

/** `kvlab run`: many seeds, and what came of them. */
export const labRunCommand: Command = {
  usage: "run",
  describe: "run many seeds, each a cluster with clients and misfortunes of its own, and judge them",
  options: {
    seeds: { alias: "s", type: "string", describe: `FIRST..LAST, or one alone [${SEEDS}]` },
    minutes: { type: "string", describe: "go on with new seeds from FIRST until so much time is over" },
    jobs: { alias: "j", type: "string", describe: "seeds run at the same time [the number of cores]" },
    ...WITHOUT_OPTION,
    shrink: {
      type: "boolean",
      default: true,
      describe: "look for the faults that a failure needs; --no-shrink saves the time",
    },
  },
  examples: [
    ["$0 run --seeds 1..2000", "the report says what occurred how often, and what never did"],
    ["$0 run --seeds 5000 --minutes 60", "for an hour, from seed 5000 on"],
    ["$0 run --seeds 17 --without damage,pause", "one world with fewer misfortunes"],
  ],
  run,
};

async function run(run: Run): Promise<ExitCode> {
  const plan = planOf(run);
  const format = formatOf(run, "table");
  const progress = new ProgressLine(run.terminal, () => performance.now());
  const labRun = new LabRun(plan, {
    worker: new URL("../lab-worker.js", import.meta.url),
    nowMs: () => performance.now(),
    onSeed: ({ fraction, tally, realMs }) => {
      if (!run.args.flag("quiet")) progress.show(fraction, progressText(tally, realMs));
    },
    onFailure: (failure) => {
      progress.clear();
      if (format === "table") print(run, failureText(failure));
    },
  });
  const isInterrupted = await untilInterrupted((interrupt) => labRun.execute(interrupt));
  progress.clear();
  const coverage = coverageOf(labRun.tally.counts);
  if (format === "json")
    printJson(run, "lab_run", { ...jsonOf(labRun, coverage), interrupted: isInterrupted });
  else print(run, textOf(run, labRun, coverage));
  if (isInterrupted) run.terminal.err(`kvlab: interrupted; ${labRun.tally.seeds} seeds were done\n`);
  if (labRun.tally.failures > 0) return EXIT_CODES.negative;
  return isInterrupted ? EXIT_CODES.interrupted : EXIT_CODES.done;
}

function planOf(run: Run): LabRunPlan {
  const { args } = run;
  return {
    seeds: parseSeedRange(args.optionalText("seeds") ?? SEEDS),
    minutes: args.integer("minutes", 1, MINUTES_MAX),
    jobs: args.integer("jobs", 1, JOBS_MAX) ?? availableParallelism(),
    without: withoutOf(run),
    shrinks: args.flag("shrink"),
  };
}

function textOf(run: Run, { tally, realMs, failures }: LabRun, coverage: readonly CoverageGroup[]): string {
  const columns = run.terminal.isOutputTty ? run.terminal.outputColumns() : COLUMNS;
  const seeds = failures.map(({ seed, violated }) => `  seed ${seed}: ${violated}\n`);
  const failed = seeds.length === 0 ? "" : `\nFAILED\n${seeds.join("")}`;
  const covered = tally.seeds === 0 ? "" : `${coverageText(coverage, columns)}\n`;
  return `${covered}${summaryText(tally, realMs)}${failed}`;
}

function jsonOf(
  { plan, tally, failures, realMs }: LabRun,
  coverage: readonly CoverageGroup[],
): Readonly<Record<string, unknown>> {
  return {
    first_seed: plan.seeds.first,
    seeds: tally.seeds,
    failed: tally.failures,
    failures: failures.map(jsonFailure),
    events: tally.events,
    virtual_ms: Math.round(tally.virtualMs),
    operations: tally.operations,
    real_ms: Math.round(realMs),
    coverage: Object.fromEntries(
      coverage.map(({ title, covered }) => [
        title,
        Object.fromEntries(covered.map(({ name, count }) => [name, count])),
      ]),
    ),
  };
}

function jsonFailure({ seed, violated, faults, isShrunk, replay, report }: LabFailure): object {
  return { seed, violated, faults, shrunk: isShrunk, replay, report };
}
