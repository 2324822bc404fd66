import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import { KvdError } from "../../src/base/errors.ts";
import type { Client } from "../../src/client/client.ts";
import type { LockReply } from "../../src/client/replies.ts";
import { ChildLines } from "./child-lines.ts";
import { withCluster } from "./with-cluster.ts";

const PATIENT = { timeoutMs: 60_000 };

/** Asks who has the lock until the answer is the one that is wanted. */
async function whenLock(
  client: Client,
  name: string,
  isWanted: (reply: LockReply) => boolean,
): Promise<LockReply> {
  for (;;) {
    const reply = await client.lockHolder(name, PATIENT);
    if (isWanted(reply)) return reply;
    await sleep(20);
  }
}

t.test(
  "what holds a lock, or waits for one, lets go when it is told to end",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      const environment = { KVD_ENDPOINTS: cluster.endpoints().join(","), KVD_TIMEOUT: "30s" };
      const kvcli = (...args: string[]) => new ChildLines("bin/kvcli", args, environment);

      const holder = kvcli("lock", "job");
      const token = Number(await holder.until(""));
      const waiter = kvcli("lock", "job", "--", "true");
      t.match(await whenLock(client, "job", ({ waiters }) => waiters === 1), { holder: { token } });
      waiter.process.kill("SIGINT");
      t.equal(await waiter.ended, 130);
      t.match(await client.lockHolder("job", PATIENT), { holder: { token }, waiters: 0 });
      holder.process.kill("SIGINT");
      t.equal(await holder.ended, 130);
      t.match(await client.lockHolder("job", PATIENT), { holder: undefined });

      const closed = kvcli("lock", "job");
      await closed.until("");
      closed.process.stdin?.end();
      t.equal(await closed.ended, 0, "the end of its input");

      const told = kvcli(
        "lock",
        "job",
        "--",
        "sh",
        "-c",
        "trap 'exit 5' TERM; echo up; while :; do sleep 0.1; done",
      );
      await told.until("up");
      told.process.kill("SIGTERM");
      t.equal(await told.ended, 5, "the command is told, and decides");
      t.match(await client.lockHolder("job", PATIENT), { holder: undefined });

      const deaf = kvcli(
        "lock",
        "job",
        "--",
        "sh",
        "-c",
        "trap '' TERM; echo up; while :; do sleep 0.1; done",
      );
      await deaf.until("up");
      const { holder: last } = await client.lockHolder("job", PATIENT);
      await client.revokeLease(last?.leaseId ?? 0, PATIENT);
      t.equal(await deaf.ended, 10, "a command that does not end when its lock is lost is killed");

      const observer = kvcli("elect", "--observe", "office", "-o", "value");
      await observer.until("");
      const leadership = await client.campaign("office", "n1", PATIENT);
      await observer.until("n1");
      observer.process.kill("SIGINT");
      t.equal(await observer.ended, 130);
      await leadership.resign();
    }, 1);
  },
);

t.test("an election is observed from leader to leader", { timeout: 300_000 }, async (t) => {
  await withCluster(async (_cluster, client) => {
    const seen: (string | undefined)[] = [];
    const enough = new AbortController();
    const observing = (async () => {
      for await (const holder of client.observe("office", { signal: enough.signal })) {
        seen.push(holder === undefined ? undefined : Buffer.from(holder.value).toString());
        if (seen.length === 5) enough.abort();
      }
    })();
    while (seen.length === 0) await sleep(10);
    const first = await client.campaign("office", "n1", PATIENT);
    const second = client.campaign("office", "n2", PATIENT);
    await first.proclaim("n1, again");
    while (seen.length < 3) await sleep(10);
    await first.resign();
    const successor = await second;
    t.ok(successor.token > first.token);
    const late = await first.proclaim("still me?").catch((error: unknown) => error);
    t.ok(late instanceof KvdError && late.failure.code === "fenced");
    while (seen.length < 4) await sleep(10);
    await successor.resign();
    await observing;
    t.strictSame(seen, [undefined, "n1", "n1, again", "n2", undefined]);
  }, 1);
});
