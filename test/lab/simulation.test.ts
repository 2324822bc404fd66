import t from "tap";
import type { SimulationResult } from "../../src/lab/simulation.ts";
import { FAULTS } from "../../src/lab/world/swarm-plan.ts";
import { runSeed } from "./swarm-run.ts";

const SMALL = { faultsForMs: 5000 };
const TRANSPORTS = ["packets", "plain"] as const;

/** The first seed of each kind, twice, and one that differs. */
const runs = new Map<string, { first: SimulationResult; again: SimulationResult }>();

t.before(async () => {
  for (let seed = 1; runs.size < TRANSPORTS.length; seed++) {
    const first = await runSeed(seed, SMALL);
    if (!runs.has(first.plan.transport))
      runs.set(first.plan.transport, { first, again: await runSeed(seed, SMALL) });
  }
});

for (const transport of TRANSPORTS) {
  t.test(`the same seed gives the same run to the byte, over ${transport}`, async (t) => {
    const { first, again } = runs.get(transport) ?? {};
    t.ok(first !== undefined);
    t.equal(first?.failure, undefined, first?.failure ?? "clean");
    t.strictSame(again, first);
  });
}

t.test("another seed gives another run", async (t) => {
  t.not(runs.get("packets")?.first.digest, runs.get("plain")?.first.digest);
});

t.test(
  "a run of full size has its minute, its thousand answers, and faults that really occurred",
  async (t) => {
    const { failure, virtualMs, answered, counts } = await runSeed(3);
    t.equal(failure, undefined, failure ?? "clean");
    t.ok(virtualMs >= 60_000 && answered >= 1000, `${virtualMs} ms, ${answered} answers`);
    t.ok(FAULTS.filter((fault) => (counts.get(`fault:${fault}`) ?? 0) > 0).length >= 3);
    for (const name of ["message:accept", "message:promise", "request:mutate", "reply:result"]) {
      t.ok((counts.get(name) ?? 0) > 0, name);
    }
  },
);

t.test("a run in which too little happens has failed", async (t) => {
  const few = await runSeed(3, { faultsForMs: 1000, answersMin: 1, faultKindsMin: FAULTS.length + 1 });
  t.match(few.failure, /the lab makes enough go wrong/);
});
