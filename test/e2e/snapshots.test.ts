import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { type Client, openClient } from "../../src/client/open.ts";
import { DevCluster } from "../../src/dev/cluster.ts";
import { statusOf } from "../endurance/replicas.ts";
import { servingLeader } from "../torture/failover.ts";
import { until } from "../until.ts";
import { withDirectory } from "./with-cluster.ts";

const WRITERS = 16;

/** Puts that never end, until they are told to. */
class Load {
  #isStopping = false;
  readonly #running: Promise<unknown>;

  constructor(client: Client) {
    const loop = async (index: number): Promise<void> => {
      const value = new Uint8Array(500).fill(index);
      for (let count = 0; !this.#isStopping; count++)
        await client.put(`key/${index}/${count % 200}`, value, { timeoutMs: 60_000 });
    };
    this.#running = Promise.all(Array.from({ length: WRITERS }, (_, index) => loop(index)));
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }
}

/** Kills the node and waits until the others' logs begin above all that it has learned; where that is. */
async function leaveBehind(client: Client, cluster: DevCluster, name: string): Promise<number> {
  const before = (await statusOf(client, cluster, name))?.chosen ?? 0;
  await cluster.kill(name);
  const others = cluster.list().flatMap(({ id }) => (id === name ? [] : [id]));
  await until("the logs are cut", async () => {
    const all = await Promise.all(others.map((id) => statusOf(client, cluster, id)));
    return all.every((status) => (status?.firstKept ?? 0) > before + 100);
  });
  return before;
}

async function caughtUp(client: Client, cluster: DevCluster, name: string): Promise<void> {
  const goal = (await statusOf(client, cluster, await servingLeader(cluster)))?.applied ?? Infinity;
  await until(
    `${name} catches up`,
    async () => ((await statusOf(client, cluster, name))?.applied ?? 0) >= goal,
  );
}

t.test(
  "a node that no log reaches is given a snapshot under load, whoever is killed meanwhile",
  { timeout: 600_000 },
  async (t) => {
    await withDirectory(async (directory) => {
      const startArguments = ["--tail-slots", "20"];
      const cluster = await DevCluster.up({ dir: join(directory, "nodes"), nodes: 3, startArguments });
      const client = await openClient({ endpoints: cluster.addresses() });
      try {
        const leader = await servingLeader(cluster);
        const [behind = "", sender = ""] = cluster.list().flatMap(({ id }) => (id === leader ? [] : [id]));
        const load = new Load(client);
        const before = await leaveBehind(client, cluster, behind);
        cluster.start(behind);
        await caughtUp(client, cluster, behind);
        const after = await statusOf(client, cluster, behind);
        t.ok((after?.firstKept ?? 0) > before, `its log begins at ${after?.firstKept}, it had ${before}`);

        await leaveBehind(client, cluster, behind);
        for (const pauseMs of [300, 700]) {
          cluster.start(behind);
          await sleep(pauseMs);
          await cluster.kill(behind);
        }
        cluster.start(behind);
        await sleep(500);
        await cluster.kill(sender);
        cluster.start(sender);
        await caughtUp(client, cluster, behind);
        await load.stop();

        for (const { id } of cluster.list()) await caughtUp(client, cluster, id);
        const all = await Promise.all(cluster.list().map(({ id }) => statusOf(client, cluster, id)));
        const [first, ...others] = all.map((status) => [
          status?.applied,
          status?.revision,
          status?.keys,
          status?.digest,
        ]);
        for (const other of others) t.same(other, first, "equal states");
      } finally {
        client.close();
        await cluster.down();
      }
    });
  },
);
