import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DevCluster } from "../../src/dev/cluster.ts";
import type { Course } from "./flatness.ts";
import { type SoakResult, soak } from "./soak.ts";

const USAGE = `npm run soak -- [--minutes 60] [--seed S] [--rate 300] [--file FILE]

Three real nodes under a mixed load of RATE turns a second: puts, gets, deletes, counters, transactions,
ranges, histories, keys and leases that end, locks, watches, HTTP, and clients that come and go. History, log
and snapshots are kept short, so that all of them go round many times. Every ten seconds the use of memory,
files and descriptors of each node goes into FILE (JSON lines; soak-SEED.jsonl by default). At the end the
second quarter of the run is compared with the last, every checked key with what its writer was told, and the
replicas with each other.

Exit codes: 0 flat and right, 1 something grew, failed or was wrong, 2 usage.`;

/** Small enough that each window is full, and each snapshot replaced, some minutes after the start. */
const START_ARGUMENTS = [
  ["--history-age", "5m"],
  ["--history-revisions", "30000"],
  ["--tail-slots", "2000"],
  ["--snapshot-slots", "10000"],
].flat();

const MIB = 2 ** 20;

function shown({ figure }: Course, value: number): string {
  if (figure === "keys" || figure === "descriptors") return value.toFixed(0);
  return figure === "loopDelayP99Ms" ? value.toFixed(1) : (value / MIB).toFixed(1);
}

function print(result: SoakResult, minutes: number): void {
  const { end, courses, p99Ms } = result;
  console.log(
    `\n${minutes} minutes, ${result.requests} requests, ${end.changes} changes of checked keys, ${end.changesWatched} told by watches, ` +
      `${end.keysChecked} keys compared at the end; ${result.failures.length} failures, ${result.elections} elections`,
  );
  console.log(
    `${cpus().length} cores of ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}; sizes in MiB\n`,
  );
  console.log("| node | figure | 1st quarter | 2nd | 3rd | 4th | most | allowed growth | flat |");
  console.log("|---|---|---:|---:|---:|---:|---:|---:|---|");
  for (const [name, all] of courses) {
    for (const course of all) {
      const quarters = course.quarters.map((value) => shown(course, value)).join(" | ");
      const allowed = course.allowed === undefined ? "" : shown(course, course.allowed);
      const verdict = course.allowed === undefined ? "" : course.isFlat ? "yes" : "NO";
      console.log(
        `| ${name} | ${course.figure} | ${quarters} | ${shown(course, course.max)} | ${allowed} | ${verdict} |`,
      );
    }
  }
  console.log(
    `\np99 of the requests, median of each quarter: ${p99Ms.map((ms) => ms.toFixed(1)).join(", ")} ms`,
  );
  for (const failure of result.failures) console.log(`FAILED ${failure}`);
  for (const violation of result.violations) console.log(`VIOLATION ${violation}`);
}

async function run(minutes: number, seed: number, rate: number, file: string): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "kvd-soak-"));
  const cluster = await DevCluster.up({
    dir: join(directory, "nodes"),
    nodes: 3,
    startArguments: START_ARGUMENTS,
  });
  let isClean = false;
  const onSignal = (): void => {
    void cluster.down().then(() => process.exit(1));
  };
  process.once("SIGINT", onSignal);
  process.once("SIGTERM", onSignal);
  try {
    console.log(`seed ${seed}, nodes in ${directory}, samples in ${file}`);
    const result = await soak(cluster, { minutes, seed, rate, file, report: (line) => console.log(line) });
    print(result, minutes);
    isClean = result.violations.length === 0 && result.failures.length === 0;
    if (!isClean) console.log(`the nodes' directories and logs are left in ${directory}`);
    return isClean ? 0 : 1;
  } finally {
    await cluster.down();
    if (isClean) rmSync(directory, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    rate: { type: "string", default: "300" },
    file: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const [minutes, seed, rate] = [values.minutes, values.seed, values.rate].map(Number) as [
  number,
  number,
  number,
];
const isUsable = minutes > 0 && rate > 0 && Number.isSafeInteger(seed) && seed >= 0;
if (values.help) console.log(USAGE);
else if (!isUsable) {
  console.error(USAGE);
  process.exitCode = 2;
} else process.exitCode = await run(minutes, seed, rate, values.file ?? `soak-${seed}.jsonl`);
