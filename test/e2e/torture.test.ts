import { join } from "node:path";
import t from "tap";
import { DevCluster } from "../../src/dev/cluster.ts";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { Torture } from "../torture/torture.ts";
import { withDirectory } from "./with-cluster.ts";

t.test("ten rounds of killed and paused nodes break no promise", { timeout: 300_000 }, async (t) => {
  await withDirectory(async (directory) => {
    const cluster = await DevCluster.up({ dir: join(directory, "nodes"), nodes: 3 });
    try {
      const run = new Torture(
        cluster,
        { rounds: 10, clients: 12, storeClients: 9, thinkMsMax: 40 },
        { random: new SeededRandom(20), report: (line) => t.comment(line) },
      );
      const summary = await run.run();
      const { violation } = summary;
      if (violation !== undefined) for (const line of run.linesOf(violation)) t.comment(line);
      t.equal(violation?.message, undefined);
      t.equal(summary.rounds, 10);
      t.ok(summary.acknowledgedWrites > 100, `${summary.acknowledgedWrites} writes were acknowledged`);
      t.ok(summary.reads > 100, `${summary.reads} reads were answered`);
      const { store, groups } = summary;
      t.ok(store.changes > 100, `${groups} groups of shared keys saw ${store.changes} changes`);
      t.ok(store.refusals > 10, `${store.refusals} were refused by their conditions`);
      t.ok(store.sequentialReads > 20, `${store.sequentialReads} sequential reads were answered`);
    } finally {
      await cluster.down();
    }
  });
});
