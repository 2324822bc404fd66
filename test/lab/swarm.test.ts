import t from "tap";
import { runSeed } from "./swarm-run.ts";

/** SEEDS=a..b runs those instead. */
const [FIRST, LAST] = (process.env["SEEDS"] ?? "1..50").split("..").map(Number) as [number, number];
/** Room for a machine that has other things to do. */
const MS_PER_SEED_MAX = 10_000;

t.setTimeout((1 + LAST - FIRST) * MS_PER_SEED_MAX);

for (let seed = FIRST; seed <= LAST; seed++) {
  t.test(`seed ${seed}: nothing acknowledged is lost, and the cluster recovers`, async (t) => {
    const { failure } = await runSeed(seed);
    t.equal(failure, undefined, failure ?? "clean");
  });
}
