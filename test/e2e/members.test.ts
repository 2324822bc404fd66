import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { KVADM } from "../../src/cli/kvadm.ts";
import { type Client, openClient } from "../../src/client/open.ts";
import { DevCluster } from "../../src/dev/cluster.ts";
import { runAt } from "../cli/run-at.ts";
import { servingLeader } from "../torture/failover.ts";
import { Increments } from "../torture/increments.ts";
import { until } from "../until.ts";
import { runProgram } from "./programs.ts";
import { withDirectory } from "./with-cluster.ts";

const ENDING_MS_MAX = 120_000;
const PATIENCE = { timeoutMs: 60_000 };

async function voters(client: Client): Promise<readonly string[]> {
  const view = await client.operator.members(PATIENCE);
  const voting = view.membership.members.filter(({ role }) => role === "voter");
  return view.settled ? voting.map(({ name }) => name) : [];
}

async function grow(cluster: DevCluster, client: Client, name: string): Promise<void> {
  await cluster.join(name);
  await until(`${name} votes`, async () => (await voters(client)).includes(name));
}

const kvadm = (cluster: DevCluster, ...argv: string[]) => runAt(cluster, KVADM, ["member", ...argv], "60s");

function node(cluster: DevCluster, name: string) {
  const found = cluster.list().find(({ id }) => id === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

t.test(
  "a cluster grows from one node to five and shrinks to three under load, whoever leads or is killed",
  { timeout: 600_000 },
  async (t) => {
    await withDirectory(async (directory) => {
      const cluster = await DevCluster.up({ dir: join(directory, "nodes"), nodes: 1 });
      const client = await openClient({ endpoints: cluster.addresses() });
      const load = new Increments(client);
      try {
        await grow(cluster, client, "n2");
        await grow(cluster, client, "n3");
        t.same(await voters(client), ["n1", "n2", "n3"]);

        // Whoever leads dies while n4 is on its way to its vote, and n5 joins meanwhile.
        await cluster.join("n4");
        const killed = await servingLeader(cluster);
        await cluster.kill(killed);
        await cluster.join("n5");
        cluster.start(killed);
        await until("five vote", async () => (await voters(client)).length === 5);

        t.match(await kvadm(cluster, "add", "n6", "127.0.0.1:1", "-f", "-"), { status: 0 });
        t.match(await kvadm(cluster, "promote", "n6"), { status: 8, stderr: /n6 has not caught up/ });
        t.match(await kvadm(cluster, "remove", "n6"), { status: 0 });

        const leader = await servingLeader(cluster);
        t.match(await kvadm(cluster, "remove", leader), { status: 0 });
        await until(`${leader} ends`, async () => node(cluster, leader).state === "stopped");
        t.match(readFileSync(node(cluster, leader).log, "utf8"), /removed.*kvadm member add NAME/);

        // It is down when it is removed: it learns that when it comes back, and ends with a status of its own.
        const [absent = ""] = (await voters(client)).filter((name) => name !== "n1");
        await cluster.kill(absent);
        t.match(await kvadm(cluster, "remove", absent), { status: 0 });
        const { dir, endpoint } = node(cluster, absent);
        const start = [
          "start",
          "--data-dir",
          dir,
          "--listen",
          endpoint,
          "--security",
          "plain",
          "--http-listen",
          "off",
        ];
        const ended = await runProgram("kvd", start, { timeoutMs: ENDING_MS_MAX });
        t.match(ended, { status: 11, stderr: /was removed from the cluster/ });
        t.match(await runProgram("kvd", start, { timeoutMs: ENDING_MS_MAX }), {
          status: 7,
          stderr: /retired/,
        });

        t.equal((await voters(client)).length, 3);
        t.equal(await load.stop(), undefined, "each increment was made once, and in the order of time");
        t.ok(load.count > 0);
      } finally {
        await load.stop();
        client.close();
        await cluster.down();
      }
    });
  },
);
