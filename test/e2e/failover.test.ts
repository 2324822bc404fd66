import t from "tap";
import { measureFailover } from "../torture/failover.ts";
import { withCluster } from "./with-cluster.ts";

t.test("writes go on soon after the leader was killed", { timeout: 300_000 }, async (t) => {
  await withCluster(async (cluster) => {
    const trials = await measureFailover(cluster, 3, () => undefined);
    const gaps = trials.map(({ gapMs }) => Math.round(gapMs)).sort((left, right) => left - right);
    t.comment(`after ${gaps.join(", ")} ms`);
    t.ok(
      trials.every(({ failedWrites }) => failedWrites === 0),
      "no caller saw a failure",
    );
  });
});
