import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { KvdError } from "../../src/base/errors.ts";
import type { Client } from "../../src/client/client.ts";
import type { Lock } from "../../src/client/lock.ts";
import { openClient } from "../../src/client/open.ts";
import { servingLeader } from "../torture/failover.ts";
import { ChildLines } from "./child-lines.ts";
import { withCluster } from "./with-cluster.ts";

const PATIENT = { timeoutMs: 60_000 };

t.test(
  "a holder that was paused past its lease cannot write when it goes on",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      const child = new ChildLines("build/test/e2e/lock-child.js", cluster.endpoints());
      try {
        const token = Number((await child.until("held")).split(" ")[1]);
        await child.until("wrote");
        child.process.kill("SIGSTOP");
        const next = await client.lock("job", { value: "next", ...PATIENT });
        t.ok(next.token > token, `${next.token} is above ${token}`);
        await client.put("job/state", "next", { fence: next.fence, ...PATIENT });
        child.process.kill("SIGCONT");
        t.equal(await child.until("refused"), "refused fenced false", "and it knows that it holds nothing");
        const { record } = await client.get("job/state", PATIENT);
        t.equal(Buffer.from(record?.value ?? []).toString(), "next");
        t.match(await client.lockHolder("job"), { holder: { token: next.token }, waiters: 0 });
        await next.release();
        t.match(await client.lockHolder("job"), { holder: undefined });
      } finally {
        child.process.kill("SIGKILL");
      }
    });
  },
);

const CONTENDERS = 10;
const ROUNDS = 3;

/** Goes in and out, under the fence: only one at a time can be in. */
async function goThrough(client: Client, lock: Lock): Promise<"done" | "overlap" | "fenced"> {
  const { fence, leaseId } = lock;
  const me = `${lock.token}`;
  try {
    // The mark ends with the lease, so that one who lost the lock does not stand in the way of the next.
    const entered = await client.txn(
      { if: [{ key: "inside", exists: false }], do: [{ put: "inside", value: me, leaseId }] },
      { fence, ...PATIENT },
    );
    if (!entered.succeeded) return "overlap";
    await sleep(5);
    const left = await client.txn(
      {
        if: [{ key: "inside", value: me }],
        do: [{ delete: "inside" }, { put: `passed/${me.padStart(12, "0")}`, value: "" }],
      },
      { fence, ...PATIENT },
    );
    return left.succeeded ? "done" : "overlap";
  } catch (error) {
    if (error instanceof KvdError && error.failure.code === "fenced") return "fenced";
    throw error;
  }
}

t.test(
  "ten who want one lock never have it at the same time, when the leader is killed",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      const tokens: number[] = [];
      const outcomes: string[] = [];
      const contend = async (): Promise<void> => {
        const own = await openClient({ endpoints: cluster.addresses(), ...PATIENT });
        try {
          for (let round = 0; round < ROUNDS; round++) {
            const lock = await own.lock("gate", { ttlMs: 20_000 });
            tokens.push(lock.token);
            outcomes.push(await goThrough(own, lock));
            await lock.release();
            if (tokens.length === CONTENDERS) await killLeader();
          }
        } finally {
          own.close();
        }
      };
      const killLeader = async (): Promise<void> => {
        const leader = await servingLeader(cluster);
        await cluster.kill(leader);
        await sleep(300);
        await cluster.restart(leader);
      };
      await Promise.all(Array.from({ length: CONTENDERS }, contend));
      t.equal(tokens.length, CONTENDERS * ROUNDS);
      t.notOk(outcomes.includes("overlap"), "nobody met another inside");
      t.strictSame(
        tokens,
        [...tokens].sort((left, right) => left - right),
        "first come, first served",
      );
      const { items } = await client.range({ prefix: "passed/", ...PATIENT });
      t.equal(items.length, outcomes.filter((outcome) => outcome === "done").length);
      t.ok(items.length > 0);
      t.match(await client.lockHolder("gate"), { holder: undefined, waiters: 0 });
    });
  },
);
