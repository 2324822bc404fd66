import t from "tap";
import type { DevCluster } from "../../src/dev/cluster.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import { readLogOffline } from "../../src/storage/offline-log.ts";
import { withCluster } from "./with-cluster.ts";

const ROUNDS = 5;

/** The names of the stopped nodes whose log, read on its own, has an entry with `text` in it. */
async function holdersOf(cluster: DevCluster, text: string): Promise<readonly string[]> {
  const holders: string[] = [];
  for (const { id, dir } of cluster.list()) {
    const log = await readLogOffline(dir, new SystemCrypto());
    try {
      for (const { value } of log.entries()) {
        if (Buffer.from(value.bytes).includes(text)) {
          holders.push(id);
          break;
        }
      }
    } finally {
      await log.close();
    }
  }
  return holders;
}

t.test(
  "an acknowledged write is in the logs of two nodes, wherever all are killed right after",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      const names = cluster.list().map(({ id }) => id);
      for (let round = 1; round <= ROUNDS; round++) {
        const marker = `marker-${round}-of-a-write`;
        await client.put(`durable/${round}`, marker);
        await Promise.all(names.map((name) => cluster.kill(name)));
        const holders = await holdersOf(cluster, marker);
        t.ok(holders.length >= 2, `round ${round}: found in ${holders.join(", ")}`);
        t.strictSame(
          await holdersOf(cluster, `never-written-${round}`),
          [],
          "what nobody wrote is found nowhere",
        );
        for (const name of names) cluster.start(name);
        await cluster.waitForLeader();
      }
      for (let round = 1; round <= ROUNDS; round++) {
        const { record } = await client.get(`durable/${round}`);
        t.equal(Buffer.from(record?.value ?? []).toString(), `marker-${round}-of-a-write`);
      }
    });
  },
);
