import t from "tap";
import { measureCatchUp } from "../torture/catch-up.ts";
import { withCluster } from "./with-cluster.ts";

t.test(
  "a node that was down for many writes catches up while the others go on",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster) => {
      const { writes, beforePerSecond, duringPerSecond, catchUpMs, largestGapMs } = await measureCatchUp(
        cluster,
        20_000,
      );
      t.comment(
        `${writes} writes missed, caught up after ${Math.round(catchUpMs)} ms; ` +
          `${Math.round(beforePerSecond)} writes/s before, ${Math.round(duringPerSecond)} during, longest pause ${Math.round(largestGapMs)} ms`,
      );
      t.ok(writes >= 20_000, "many writes were missed");
      t.ok(duringPerSecond > beforePerSecond / 20, "the others were not slowed to a stop");
    });
  },
);
