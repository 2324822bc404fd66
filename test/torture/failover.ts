import { setTimeout as sleep } from "node:timers/promises";
import { openClient } from "../../src/client/open.ts";
import type { DevCluster } from "../../src/dev/cluster.ts";

const WRITERS = 8;
/** Load before each kill, and after each restart. */
const LOAD_MS = 700;
const PATIENCE_MS = 10_000;

/** What one killed leader cost. */
export interface FailoverTrial {
  readonly leader: string;
  /** From the kill to the first acknowledgement of a write that was sent after it. */
  readonly gapMs: number;
  /** Writes that failed for their caller: each had ten seconds. */
  readonly failedWrites: number;
}

interface Load {
  lastInvokedMs: number;
  failed: number;
  isStopping: boolean;
}

/** Kills the leader under load `trials` times; each time the node is back before the next kill. */
export async function measureFailover(
  cluster: DevCluster,
  trials: number,
  report: (trial: FailoverTrial, index: number) => void,
): Promise<readonly FailoverTrial[]> {
  const clients = await Promise.all(
    Array.from({ length: WRITERS }, () => openClient({ endpoints: cluster.addresses() })),
  );
  const load: Load = { lastInvokedMs: 0, failed: 0, isStopping: false };
  const write = async (index: number): Promise<void> => {
    const client = clients[index] as (typeof clients)[number];
    for (let count = 0; !load.isStopping; count++) {
      const invokedMs = performance.now();
      try {
        await client.put(`failover/${index}`, String(count), { timeoutMs: PATIENCE_MS });
        load.lastInvokedMs = Math.max(load.lastInvokedMs, invokedMs);
      } catch {
        load.failed += 1;
      }
      await sleep(1);
    }
  };
  const writing = Promise.all(clients.map((_, index) => write(index)));
  const results: FailoverTrial[] = [];
  try {
    for (let index = 1; index <= trials; index++) {
      await sleep(LOAD_MS);
      const trial = await oneTrial(cluster, load);
      results.push(trial);
      report(trial, index);
    }
    return results;
  } finally {
    load.isStopping = true;
    await writing;
    for (const client of clients) client.close();
  }
}

async function oneTrial(cluster: DevCluster, load: Load): Promise<FailoverTrial> {
  const leader = await servingLeader(cluster);
  const failedBefore = load.failed;
  const killedMs = performance.now();
  const gone = cluster.kill(leader);
  while (load.lastInvokedMs <= killedMs) {
    if (performance.now() - killedMs > PATIENCE_MS)
      throw new Error(`no write was acknowledged for ${PATIENCE_MS} ms`);
    await sleep(1);
  }
  const gapMs = performance.now() - killedMs;
  await gone;
  await cluster.restart(leader);
  return { leader, gapMs, failedWrites: load.failed - failedBefore };
}

/** The name of the node that leads and serves. */
export async function servingLeader(cluster: DevCluster): Promise<string> {
  const client = await openClient({ endpoints: cluster.addresses() });
  try {
    for (let attempt = 0; attempt < 100; attempt++) {
      for (const endpoint of cluster.addresses()) {
        const status = await client.status(endpoint, { timeoutMs: 500 }).catch(() => undefined);
        if (status?.role === "leader" && status.serving) return status.name;
      }
      await sleep(50);
    }
    throw new Error("nobody leads");
  } finally {
    client.close();
  }
}
