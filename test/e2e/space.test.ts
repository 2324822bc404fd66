import { join } from "node:path";
import t from "tap";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import { DevCluster } from "../../src/dev/cluster.ts";
import { withDirectory } from "./with-cluster.ts";

const PATIENCE_MS = 60_000;

/** Starts the node of `dir`, made if it is not there, with these settings; it stops afterwards. */
async function withNode(
  dir: string,
  startArguments: readonly string[],
  use: (client: Client, cluster: DevCluster) => Promise<void>,
): Promise<void> {
  const cluster = await DevCluster.up({ dir, nodes: 1, startArguments });
  const client = await openClient({ endpoints: cluster.addresses(), timeoutMs: PATIENCE_MS });
  try {
    await use(client, cluster);
  } finally {
    client.close();
    await cluster.down();
  }
}

t.test(
  "below the reserve and above the quota writes are refused, reads and deletes are not, and it ends by itself",
  { timeout: 300_000 },
  async (t) => {
    await withDirectory(async (directory) => {
      const dir = join(directory, "nodes");
      await withNode(dir, [], async (client) => {
        await client.putAll([
          ["a", "1"],
          ["b", "1"],
          ["kept", "1"],
        ]);
      });
      for (const settings of [
        ["--disk-reserve", "8000TiB"],
        ["--disk-quota", "1KiB"],
      ]) {
        await withNode(dir, settings, async (client, cluster) => {
          const refused = client.put("c", "1", { timeoutMs: 1_500 });
          const refusal = await refused.catch((error: unknown) => error);
          t.match(refusal, { failure: { code: "no_space", outcome: "not_applied" } });
          const leased = client.grantLease({ ttlMs: 60_000, timeoutMs: 1_500 });
          const unleased = await leased.catch((error: unknown) => error);
          t.match(unleased, { failure: { code: "no_space" } });
          t.match(await client.get("kept"), { record: { version: 1 } });
          await client
            .delete(settings[0] === "--disk-quota" ? "b" : "a")
            .then(() => t.pass("a delete passes"));
          await client
            .compact(1)
            .catch((error: unknown) => t.match(error, { failure: { code: /^(?!no_space)/ } }));
          const [address] = cluster.addresses();
          if (address !== undefined) t.match((await client.status(address)).alarms, [/writes are refused/]);
          const answer = await fetch(`${cluster.urls()[0]}/kv/set?key=c&value=1&timeout=1s`, {
            method: "POST",
          });
          t.equal(answer.status, 507);
          t.match(await answer.json(), { code: "no_space", outcome: "not_applied" });
        });
      }
      await withNode(dir, [], async (client) => {
        await client.put("c", "1");
        const keys: string[] = [];
        for await (const { key } of client.scan({ prefix: "" })) keys.push(Buffer.from(key).toString());
        t.same(keys, ["c", "kept"], "what was refused was not applied, what was deleted is gone");
      });
    });
  },
);
