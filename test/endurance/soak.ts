import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { DevCluster } from "../../src/dev/cluster.ts";
import { type Course, coursesOf } from "./flatness.ts";
import { Load } from "./load.ts";
import { type LoadEnd, quantile } from "./load-report.ts";
import { type NodeSample, sampleNode } from "./node-sample.ts";
import { differenceOfReplicas } from "./replicas.ts";

const SAMPLE_MS = 10_000;
const PROCESSES = 2;
const WORKERS = 16;
const LINES_EVERY = 6;

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Turns of the clients a second; most are one request, some a few. */
  readonly rate: number;
  /** Gets one JSON object a line: the samples. */
  readonly file: string;
  readonly report: (line: string) => void;
}

export interface SoakResult {
  readonly requests: number;
  readonly end: LoadEnd;
  readonly failures: readonly string[];
  readonly courses: ReadonlyMap<string, readonly Course[]>;
  /** Medians over the samples of each quarter of the run, ms. */
  readonly p99Ms: readonly number[];
  readonly elections: number;
  readonly violations: readonly string[];
}

/** What the samples of all nodes and clients came to so far. */
class Samples {
  readonly nodes = new Map<string, NodeSample[]>();
  readonly p99Ms: number[] = [];
  readonly failures: string[] = [];
  requests = 0;
}

/** Mixed load for a long time: what the nodes use must not grow, and what they say must be right. */
export async function soak(cluster: DevCluster, options: SoakOptions): Promise<SoakResult> {
  const load = await Load.start(cluster, {
    seed: options.seed,
    processes: PROCESSES,
    workersPerProcess: WORKERS,
    turnsPerSecond: options.rate,
  });
  const samples = new Samples();
  try {
    const startMs = performance.now();
    const count = Math.max(8, Math.round((options.minutes * 60_000) / SAMPLE_MS));
    const stepMs = (options.minutes * 60_000) / count;
    for (let index = 1; index <= count; index++) {
      await sleep(Math.max(0, startMs + index * stepMs - performance.now()));
      await take(cluster, load, samples, { ...options, isShown: index % LINES_EVERY === 0 });
    }
    const end = await load.finish();
    samples.failures.push(...end.failures);
    samples.requests += end.latenciesMs.length;
    const difference = await differenceOfReplicas(cluster);
    return resultOf(samples, end, difference);
  } finally {
    load.kill();
  }
}

async function take(
  cluster: DevCluster,
  load: Load,
  samples: Samples,
  { file, report, isShown }: SoakOptions & { readonly isShown: boolean },
): Promise<void> {
  const at = new Date().toISOString();
  const { latenciesMs, slowest, failures } = await load.report();
  const [p50Ms, p99Ms] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
  samples.requests += latenciesMs.length;
  samples.failures.push(...failures);
  samples.p99Ms.push(p99Ms);
  const line = { at, requests: latenciesMs.length, p50Ms, p99Ms, slowest, failures: failures.length };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
  const shown: string[] = [];
  for (const { id, pid, url, dir } of cluster.list()) {
    if (pid === undefined) throw new Error(`${id} ended by itself`);
    const sample = await sampleNode({ pid, url, dir });
    samples.nodes.set(id, [...(samples.nodes.get(id) ?? []), sample]);
    appendFileSync(file, `${JSON.stringify({ at, node: id, ...sample })}\n`);
    shown.push(`${id} ${mib(sample.anonymous)}+${mib(sample.rss - sample.anonymous)} MiB`);
  }
  if (!isShown) return;
  report(
    `${at.slice(11, 19)} ${latenciesMs.length} requests, p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)}, ` +
      `slowest ${Math.round(slowest.ms)} ms (${slowest.kind}); ${failures.length} failed; ${shown.join(", ")}`,
  );
}

function resultOf(samples: Samples, end: LoadEnd, difference: string | undefined): SoakResult {
  const courses = new Map([...samples.nodes].map(([name, taken]) => [name, coursesOf(taken)] as const));
  const growing = [...courses].flatMap(([name, all]) =>
    all.filter(({ isFlat }) => !isFlat).map(({ figure }) => `${figure} of ${name} grows`),
  );
  const rounds = [...samples.nodes.values()].flat().map(({ ballotRound }) => ballotRound);
  const { p99Ms, failures, requests } = samples;
  const quarterOf = (index: number): number =>
    quantile(p99Ms.slice((p99Ms.length * index) / 4, (p99Ms.length * (index + 1)) / 4), 0.5);
  return {
    requests,
    end,
    failures,
    courses,
    p99Ms: [0, 1, 2, 3].map(quarterOf),
    elections: Math.max(...rounds) - Math.min(...rounds),
    violations: [...end.violations, ...(difference === undefined ? [] : [difference]), ...growing],
  };
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
