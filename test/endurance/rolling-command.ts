import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DevCluster } from "../../src/dev/cluster.ts";
import { clusterOf, copyBuild } from "./copies.ts";
import { Load } from "./load.ts";
import { differenceOfReplicas } from "./replicas.ts";
import { type Round, type RoundPlan, restartAll } from "./rolling.ts";

const USAGE = `npm run rolling -- [--rounds 10] [--rate 200] [--seed S]

Three real nodes under a mixed load of retrying clients, RATE turns a second. ROUNDS times every node is
restarted, one after the other, the leader last, after an operator's hand-over. Then ROUNDS times every node
is upgraded: stopped as a service manager does, which lets a leader hand over by itself, and started with the
programs of another directory, two copies of this build that call themselves different versions, by turns.
A lock takes some requests, one after the other: it is shown by itself, and must not fail.

Exit codes: 0 no request failed, none took longer than two seconds, no write was lost; 1 otherwise; 2 usage.`;

const SLOWEST_MS_MAX = 2_000;
const VERSIONS = ["0.1.0-old", "0.1.0-new"] as const;

interface Settings {
  readonly rounds: number;
  readonly rate: number;
  readonly seed: number;
}

function plansOf(directory: string, nodes: string, rounds: number): readonly RoundPlan[] {
  const plans: RoundPlan[] = [];
  for (let round = 0; round < rounds; round++)
    plans.push({ handsOver: true, cluster: async () => DevCluster.open({ dir: nodes }) });
  for (let round = 0; round < rounds; round++) {
    const copy = join(directory, VERSIONS[(round + 1) % 2] as string);
    plans.push({ handsOver: false, cluster: () => clusterOf(copy, nodes) });
  }
  return plans;
}

function line(index: number, { handsOver }: RoundPlan, round: Round): string {
  const kind = handsOver ? "restart" : `upgrade to ${round.versions.join(" and ")}`;
  const { nodes, requests, p99Ms, slowest, slowestLockMs, failures, awayMs } = round;
  const figures = [
    requests,
    p99Ms.toFixed(1),
    Math.round(slowest.ms),
    slowest.kind,
    Math.round(slowestLockMs),
    failures.length,
    Math.round(awayMs),
  ];
  return `| ${[index, kind, nodes.join(" "), ...figures].join(" | ")} |`;
}

async function run({ rounds, rate, seed }: Settings): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "kvd-rolling-"));
  const nodes = join(directory, "nodes");
  for (const version of VERSIONS) copyBuild(join(directory, version), version);
  const cluster = await DevCluster.up({ dir: nodes, nodes: 3 });
  let load: Load | undefined;
  let isClean = false;
  try {
    load = await Load.start(cluster, { seed, processes: 2, workersPerProcess: 8, turnsPerSecond: rate });
    console.log(
      `${cpus().length} cores of ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}; seed ${seed}\n`,
    );
    console.log(
      "| round | what | order | requests | p99 ms | slowest ms | it was | slowest lock ms | failed | a node was away ms |",
    );
    console.log("|---:|---|---|---:|---:|---:|---|---:|---:|---:|");
    const faults: string[] = [];
    let slowestMs = 0;
    for (const [index, plan] of plansOf(directory, nodes, rounds).entries()) {
      const round = await restartAll(plan, load);
      console.log(line(index + 1, plan, round));
      slowestMs = Math.max(slowestMs, round.slowest.ms);
      faults.push(...round.failures);
      if (round.slowest.ms > SLOWEST_MS_MAX)
        faults.push(`round ${index + 1}: a ${round.slowest.kind} took ${round.slowest.ms} ms`);
    }
    const end = await load.finish();
    const difference = await differenceOfReplicas(DevCluster.open({ dir: nodes }));
    faults.push(...end.failures, ...end.violations, ...(difference === undefined ? [] : [difference]));
    console.log(
      `\nslowest request ${Math.round(slowestMs)} ms; ${end.keysChecked} keys compared, ${end.changes} changes acknowledged, ` +
        `${end.changesWatched} told by watches`,
    );
    for (const fault of faults) console.log(`FAULT ${fault}`);
    isClean = faults.length === 0;
    if (!isClean) console.log(`the nodes' directories and logs are left in ${directory}`);
    return isClean ? 0 : 1;
  } finally {
    load?.kill();
    await DevCluster.open({ dir: nodes }).down();
    if (isClean) rmSync(directory, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "10" },
    rate: { type: "string", default: "200" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
const [rounds, rate, seed] = [values.rounds, values.rate, values.seed].map(Number) as [
  number,
  number,
  number,
];
const areWhole = [rounds, rate].every((value) => Number.isSafeInteger(value) && value > 0);
if (values.help) console.log(USAGE);
else if (!areWhole || !Number.isSafeInteger(seed)) {
  console.error(USAGE);
  process.exitCode = 2;
} else process.exitCode = await run({ rounds, rate, seed });
