import t from "tap";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { fireAtLeader } from "../torture/under-fire.ts";
import { withCluster } from "./with-cluster.ts";

const DATAGRAMS = 20_000;

t.test(
  "hostile datagrams at the leader's port under load change nothing",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster) => {
      const result = await fireAtLeader(cluster, DATAGRAMS, new SeededRandom(5));
      const { answers, answeredBytes, sentBytes, writes, risen } = result;
      t.comment(`${DATAGRAMS} hostile datagrams, ${answers} answers, ${writes} writes meanwhile`);
      t.comment([...risen].map(([name, count]) => `${name} ${count}`).join(", "));
      t.strictSame(result.faults, [], "no node met anything unexpected");
      t.ok(writes > 50, "the cluster went on");
      t.equal(result.version, writes, "every write was executed once");
      t.ok(answeredBytes <= sentBytes / 10, "hardly anything was answered");
      const reasons = [...risen.keys()].filter((name) => name.startsWith("dropped_"));
      t.ok(reasons.length >= 5, "drops are counted by reason");
      t.ok(result.garbledMessages > 1_000, `${result.garbledMessages} garbled messages were taken`);
      t.ok((risen.get("request_malformed") ?? 0) > 100, "garbled requests are counted");
    });
  },
);
