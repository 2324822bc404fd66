import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import type { Client } from "../../src/client/client.ts";
import { servingLeader } from "../torture/failover.ts";
import { withCluster } from "./with-cluster.ts";

const TTL_MS = 2_000;
/** How much earlier than by this process's clock a key may go: cluster time is steered by at most 1 %. */
const EARLY_MS_MAX = TTL_MS * 0.02;
const LATE_MS_MAX = 10_000;

t.test(
  "keys end in their time, never early, though the leader dies or is paused",
  { timeout: 60_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      for (const fault of ["none", "pause", "kill"] as const) {
        const askedMs = performance.now();
        const { leaseId } = await client.grantLease({ ttlMs: TTL_MS });
        await client.put(`leased ${fault}`, "1", { leaseId });
        await client.put(`timed ${fault}`, "1", { ttlMs: TTL_MS });
        const putMs = performance.now();
        const leader = fault === "none" ? undefined : await servingLeader(cluster);
        if (leader !== undefined) await (fault === "kill" ? cluster.kill(leader) : cluster.pause(leader));
        for (const key of [`leased ${fault}`, `timed ${fault}`]) {
          const goneMs = await untilGone(client, key);
          t.ok(goneMs - askedMs >= TTL_MS - EARLY_MS_MAX, `${key}: not early`);
          t.ok(
            goneMs - putMs <= TTL_MS + LATE_MS_MAX,
            `${key}: not late, in a cluster that nobody writes to`,
          );
        }
        const refused = await client.keepLeaseAlive(leaseId).catch((error) => error);
        t.match(refused, { failure: { code: "lease_not_found", outcome: "not_applied" } });
        if (leader !== undefined && fault === "pause") cluster.resume(leader);
      }
    });
  },
);

/** When a linearizable read did not find the key any more. */
async function untilGone(client: Client, key: string): Promise<number> {
  for (;;) {
    const { record, timeLeftMs } = await client.get(key, { timeoutMs: 10_000 });
    if (record === undefined) return performance.now();
    await sleep(Math.min(100, Math.max(10, timeLeftMs ?? 0)));
  }
}
