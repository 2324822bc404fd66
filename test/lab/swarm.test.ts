import t from "tap";
import { runSeed } from "./swarm-run.ts";

/** SEEDS=a..b runs those instead. */
const [FIRST, LAST] = (process.env["SEEDS"] ?? "1..20").split("..").map(Number) as [number, number];

for (let seed = FIRST; seed <= LAST; seed++) {
  t.test(`seed ${seed}: nothing acknowledged is lost, and the cluster recovers`, async (t) => {
    const { failure } = await runSeed(seed);
    t.equal(failure, undefined, failure ?? "clean");
  });
}
