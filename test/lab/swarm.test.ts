import t from "tap";
import { PAST_FAILURES } from "./past-failures.ts";
import { runSeed } from "./swarm-run.ts";

/** SEEDS=a..b runs those instead. */
const ASKED = process.env["SEEDS"];
const [FIRST, LAST] = (ASKED ?? "1..50").split("..").map(Number) as [number, number];
/** Room for a machine that has other things to do. */
const MS_PER_SEED_MAX = 60_000;

const range = Array.from({ length: 1 + LAST - FIRST }, (_, index) => FIRST + index);
const past = ASKED === undefined ? PAST_FAILURES.map(({ seed }) => seed) : [];
const seeds = [...new Set([...range, ...past])];

t.setTimeout(seeds.length * MS_PER_SEED_MAX);

for (const seed of seeds) {
  t.test(`seed ${seed}: nothing acknowledged is lost, and the cluster recovers`, async (t) => {
    const { failure } = await runSeed(seed);
    t.equal(failure, undefined, failure ?? "clean");
  });
}
