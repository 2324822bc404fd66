import t from "tap";
import { present } from "../../src/base/assert.ts";
import type { KvdError } from "../../src/base/errors.ts";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import type { ReadOptions } from "../../src/client/options.ts";
import type { GetReply } from "../../src/client/replies.ts";
import type { DevCluster } from "../../src/dev/cluster.ts";
import { servingLeader } from "../torture/failover.ts";
import { runProgram } from "./programs.ts";
import { withCluster } from "./with-cluster.ts";

const PATIENCE_MS = 800;

async function read(client: Client, options: ReadOptions): Promise<string | GetReply> {
  const asked = client.get("colour", { timeoutMs: PATIENCE_MS, ...options });
  return asked.catch((error: KvdError) => error.failure.code);
}

/** The node that goes on alone when all others are paused: the leader itself, or a follower. */
async function loneNode(cluster: DevCluster, which: "leader" | "follower"): Promise<string> {
  const leader = await servingLeader(cluster);
  const lone = cluster.list().find(({ id }) => (id === leader) === (which === "leader"));
  return present(lone, "there is such a node").id;
}

t.test(
  "without a majority a node shows old data only to those who allow it",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      await client.put("colour", "green");
      for (const which of ["leader", "follower"] as const) {
        const id = await loneNode(cluster, which);
        const index = cluster.list().findIndex((node) => node.id === id);
        const address = present(cluster.addresses()[index], "it has an address");
        const alone = await openClient({ endpoints: [address] });
        // It knows the value, and how fresh it is.
        const seen = await alone.get("colour", { timeoutMs: 20_000 });
        await alone.get("colour", { consistency: "stale", minRevision: seen.revision, timeoutMs: 20_000 });
        const others = cluster.list().filter((node) => node.id !== id);
        for (const other of others) cluster.pause(other.id);
        try {
          // Beyond what a read before the pause could vouch for.
          const bounded: ReadOptions = { consistency: "stale", maxStalenessMs: 1 };
          t.match(await read(alone, { consistency: "stale" }), { level: "stale", record: {} }, which);
          const refusals = ["no_leader", "timeout", "unavailable", "behind"];
          for (const options of [bounded, { consistency: "linearizable" } as const]) {
            const answer = await read(alone, options);
            t.ok(typeof answer === "string" && refusals.includes(answer), `${which}: ${String(answer)}`);
          }
          const old = await read(alone, { consistency: "stale" });
          t.ok(
            typeof old !== "string" && (old.stalenessMs ?? Number.POSITIVE_INFINITY) > 1,
            "it says its age",
          );
          const ahead = await read(alone, { consistency: "stale", minRevision: seen.revision + 1 });
          t.ok(typeof ahead === "string" && refusals.includes(ahead), `${which}: ${String(ahead)}`);
          const endpoint = `${address.host}:${address.port}`;
          const told = await runProgram("kvcli", [
            ...["get", "colour", "-E", endpoint, "--consistency", "stale", "-o", "json"],
          ]);
          t.match(JSON.parse(told.stdout), { value: "green", consistency: "stale" });
          const refused = await runProgram("kvcli", [
            ...["get", "colour", "-E", endpoint, "--consistency", "stale", "--max-staleness", "1ms"],
            ...["--timeout", "500ms"],
          ]);
          t.equal(refused.status, 3);
        } finally {
          for (const other of others) cluster.resume(other.id);
          alone.close();
        }
        await client.put("colour", "green", { timeoutMs: 30_000 });
      }
    });
  },
);

t.test("a session never sees less at another node than it has seen", { timeout: 300_000 }, async (t) => {
  await withCluster(async (cluster, client) => {
    for (let round = 1; round <= 8; round++) {
      const { revision } = await client.put("round", `${round}`);
      for (const consistency of ["sequential", "stale"] as const) {
        const minRevision = consistency === "stale" ? { minRevision: revision } : {};
        const reply = await client.get("round", { consistency, ...minRevision });
        t.equal(Buffer.from(reply.record?.value ?? []).toString(), `${round}`, consistency);
        t.equal(reply.level, consistency);
      }
    }
    t.ok(cluster.list().length === 3);
  });
});
