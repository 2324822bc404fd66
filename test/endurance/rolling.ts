import { setTimeout as sleep } from "node:timers/promises";
import { openClient } from "../../src/client/open.ts";
import type { DevCluster } from "../../src/dev/cluster.ts";
import { servingLeader } from "../torture/failover.ts";
import { NodeCaller } from "../torture/node-caller.ts";
import type { Load } from "./load.ts";
import { type LoadReport, quantile, type Slowest } from "./load-report.ts";
import { statusOf } from "./replicas.ts";

/** Load between one node and the next, beside the wait until the node keeps up. */
const BREATH_MS = 500;
const POLL_MS = 50;
const READY_MS_MAX = 120_000;
/** So far behind the leader a node may be and count as keeping up, under load. */
const LAG_MAX = 50;

/** What the clients saw while each node was restarted once. */
export interface Round {
  /** In the order in which they were restarted. */
  readonly nodes: readonly string[];
  readonly versions: readonly string[];
  readonly requests: number;
  readonly p99Ms: number;
  readonly slowest: Slowest;
  readonly slowestLockMs: number;
  readonly failures: readonly string[];
  /** From the stop of a node until it kept up again: the longest. */
  readonly awayMs: number;
}

export interface RoundPlan {
  /** Whose programs the nodes are started with. */
  readonly cluster: () => Promise<DevCluster>;
  /** Whether an operator lets the leader hand over before it is stopped; else its stop does. */
  readonly handsOver: boolean;
}

/** Restarts every node, the leader last, each when the one before keeps up again. */
export async function restartAll(plan: RoundPlan, load: Load): Promise<Round> {
  const before = await plan.cluster();
  await load.report();
  const leader = await servingLeader(before);
  const followers = before.list().flatMap(({ id }) => (id === leader ? [] : [id]));
  const nodes = [...followers, leader];
  const reports: LoadReport[] = [];
  let awayMs = 0;
  for (const name of nodes) {
    if (name === leader && plan.handsOver) await handOver(before);
    const startMs = performance.now();
    // Opened anew: who runs under which process stands in its file.
    const cluster = await plan.cluster();
    await cluster.restart(name);
    await untilReady(cluster, name);
    awayMs = Math.max(awayMs, performance.now() - startMs);
    await sleep(BREATH_MS);
    reports.push(await load.report());
  }
  const latencies = reports.flatMap(({ latenciesMs }) => latenciesMs);
  const slowest = reports.map((report) => report.slowest).reduce((a, b) => (b.ms > a.ms ? b : a));
  return {
    nodes,
    versions: await versionsOf(await plan.cluster()),
    requests: latencies.length,
    p99Ms: quantile(latencies, 0.99),
    slowest,
    slowestLockMs: Math.max(...reports.map((report) => report.slowestLockMs)),
    failures: reports.flatMap(({ failures }) => failures),
    awayMs,
  };
}

async function handOver(cluster: DevCluster): Promise<void> {
  const client = await openClient({ endpoints: cluster.addresses() });
  try {
    await client.operator.handOver("");
  } finally {
    client.close();
  }
}

/** It answers linearizable reads, and has applied about as much as the leader. */
async function untilReady(cluster: DevCluster, name: string): Promise<void> {
  const index = cluster.list().findIndex(({ id }) => id === name);
  const address = cluster.addresses()[index];
  if (address === undefined) throw new Error(`there is no node ${name}`);
  const untilMs = performance.now() + READY_MS_MAX;
  const client = await openClient({ endpoints: cluster.addresses() });
  const caller = await NodeCaller.open(address);
  try {
    for (;;) {
      const isServing = await caller.get("ready", 2_000).then(
        () => true,
        () => false,
      );
      const all = await Promise.all(cluster.list().map(({ id }) => statusOf(client, cluster, id)));
      const goal = Math.max(...all.map((status) => status?.chosen ?? 0));
      if (isServing && goal - (all[index]?.applied ?? 0) <= LAG_MAX) return;
      if (performance.now() > untilMs) throw new Error(`${name} does not keep up after its restart`);
      await sleep(POLL_MS);
    }
  } finally {
    caller.close();
    client.close();
  }
}

async function versionsOf(cluster: DevCluster): Promise<readonly string[]> {
  const client = await openClient({ endpoints: cluster.addresses() });
  try {
    const all = await Promise.all(cluster.list().map(({ id }) => statusOf(client, cluster, id)));
    return [...new Set(all.map((status) => status?.version ?? "?"))];
  } finally {
    client.close();
  }
}
