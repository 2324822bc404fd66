import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { slot } from "../../src/base/ids.ts";
import type { Address } from "../../src/base/seams.ts";
import { type Client, openClient } from "../../src/client/open.ts";
import { DevCluster, type DevNode } from "../../src/dev/cluster.ts";
import type { NodeStatus } from "../../src/wire/client-messages.ts";
import { servingLeader } from "../torture/failover.ts";
import { NodeCaller } from "../torture/node-caller.ts";
import { until } from "../until.ts";
import { withDirectory } from "./with-cluster.ts";

const WAIT_MS_MAX = 120_000;
const KEYS = 40;

/** Writes until every node has dropped the beginning of its log. */
async function writeUntilCut(client: Client, addresses: readonly Address[]): Promise<void> {
  await until("the logs are cut", async () => {
    for (let index = 0; index < KEYS; index++) await client.put(`key/${index}`, `value ${index}`);
    const all = await Promise.all(addresses.map((address) => client.status(address)));
    return all.every(({ firstKept }) => firstKept > 1);
  });
}

function loseState({ dir }: DevNode): void {
  for (const name of readdirSync(dir)) {
    if (/^(state|snapshot)-/.test(name)) rmSync(join(dir, name), { recursive: true });
  }
}

const essence = ({ applied, revision, keys, digest }: NodeStatus) => ({ applied, revision, keys, digest });

t.test(
  "a node whose state is lost for good starts, fetches another's, and is its equal",
  { timeout: 300_000 },
  async (t) => {
    await withDirectory(async (directory) => {
      const startArguments = ["--tail-slots", "20"];
      const cluster = await DevCluster.up({ dir: join(directory, "nodes"), nodes: 3, startArguments });
      const client = await openClient({ endpoints: cluster.addresses() });
      try {
        await writeUntilCut(client, cluster.addresses());
        const leader = await servingLeader(cluster);
        const index = cluster.list().findIndex(({ id }) => id !== leader);
        const [node, address] = [cluster.list()[index], cluster.addresses()[index]];
        if (node === undefined || address === undefined) throw new Error("there is no follower");
        await cluster.kill(node.id);
        loseState(node);
        await client.put("while it was away", "1");
        cluster.start(node.id);
        const statusOf = (at: Address) => client.status(at, { timeoutMs: 2000 }).catch(() => undefined);
        const equal = await until("it has caught up", async () => {
          const [mine, ...others] = await Promise.all([address, ...cluster.addresses()].map(statusOf));
          const isEqual = others.every((other) => other !== undefined && other.applied === mine?.applied);
          return isEqual && mine !== undefined && mine.revision > 0 ? [mine, ...others] : undefined;
        });
        const [mine, ...others] = equal.flatMap((status) => (status === undefined ? [] : [status]));
        if (mine === undefined) throw new Error("it has no status");
        for (const other of others) t.same(essence(mine), essence(other), other.name);
        t.same(mine.alarms, [], "the alarm is over");
        const caller = await NodeCaller.open(address);
        const records = await caller.allRecords(slot(0), WAIT_MS_MAX);
        caller.close();
        t.equal(records.size, KEYS + 1);
        const text = readFileSync(node.log, "utf8");
        t.match(text, /state_lost .*data\.mdb is missing/);
        t.match(text, /the state is lost: this node votes/);
      } finally {
        client.close();
        await cluster.down();
      }
    });
  },
);
