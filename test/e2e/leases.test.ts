import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import type { Client } from "../../src/client/client.ts";
import type { DevCluster } from "../../src/dev/cluster.ts";
import { servingLeader } from "../torture/failover.ts";
import { withCluster } from "./with-cluster.ts";

const TTL_MS = 2_000;
/** How much earlier than by this process's clock a key may go: cluster time runs at most 1 % fast, in whole ms. */
const EARLY_MS_MAX = TTL_MS * 0.01 + 1;
/** Whoever leads is found within this, and what is due ended, on however busy a machine. */
const LATE_MS_MAX = 30_000;
const PATIENCE_MS = 30_000;

/**
 * What happens to the leader while a lease lasts. `return`: it was paused before the lease was granted, comes back
 * with its own idea of the time, and its successor, which granted the lease, is killed.
 */
const FAULTS = ["none", "pause", "kill", "return"] as const;

t.test(
  "keys end in their time, never early, though the leader dies, is paused, or returns",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      for (const fault of FAULTS) {
        const outlived = fault === "return" ? await pauseLeader(cluster, client) : undefined;
        const askedMs = performance.now();
        const { leaseId } = await client.grantLease({ ttlMs: TTL_MS, timeoutMs: PATIENCE_MS });
        await client.put(`leased ${fault}`, "1", { leaseId, timeoutMs: PATIENCE_MS });
        await client.put(`timed ${fault}`, "1", { ttlMs: TTL_MS, timeoutMs: PATIENCE_MS });
        const putMs = performance.now();
        const leader = fault === "none" ? undefined : await servingLeader(cluster);
        if (outlived !== undefined) cluster.resume(outlived);
        if (leader !== undefined) await (fault === "pause" ? cluster.pause(leader) : cluster.kill(leader));
        for (const key of [`leased ${fault}`, `timed ${fault}`]) {
          const goneMs = await untilGone(client, key);
          t.ok(goneMs - askedMs >= TTL_MS - EARLY_MS_MAX, `${key}: after ${goneMs - askedMs} ms, not early`);
          t.ok(goneMs - putMs <= TTL_MS + LATE_MS_MAX, `${key}: though nobody writes to the cluster`);
        }
        const refused = await client
          .keepLeaseAlive(leaseId, { timeoutMs: PATIENCE_MS })
          .catch((error) => error);
        t.match(refused, { failure: { code: "lease_not_found", outcome: "not_applied" } });
        if (leader !== undefined && fault === "pause") cluster.resume(leader);
        if (leader !== undefined && fault !== "pause") await cluster.restart(leader);
      }
    });
  },
);

/** Stops the leader for so long that another one serves; its name. */
async function pauseLeader(cluster: DevCluster, client: Client): Promise<string> {
  const name = await servingLeader(cluster);
  cluster.pause(name);
  await client.put("served", "by another", { timeoutMs: PATIENCE_MS });
  return name;
}

/** When a linearizable read did not find the key any more. */
async function untilGone(client: Client, key: string): Promise<number> {
  for (;;) {
    const { record, timeLeftMs } = await client.get(key, { timeoutMs: PATIENCE_MS });
    if (record === undefined) return performance.now();
    await sleep(Math.min(100, Math.max(10, timeLeftMs ?? 0)));
  }
}
