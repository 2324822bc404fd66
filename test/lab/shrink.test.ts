import t from "tap";
import { type ShrinkableRun, shrink } from "../../src/lab/shrink.ts";
import type { Fault } from "../../src/lab/world/swarm-plan.ts";

const FAULTS: readonly Fault[] = ["kill", "pause", "partition", "damage"];

/** A seed that breaks `rule` while `needed` are all there, and another rule with anything else. */
function seed(needed: readonly Fault[]) {
  const runs: (readonly Fault[])[] = [];
  const again = async (without: readonly Fault[]): Promise<ShrinkableRun> => {
    runs.push(without);
    const faults = FAULTS.filter((fault) => !without.includes(fault));
    const isBroken = needed.every((fault) => faults.includes(fault));
    const violated = isBroken ? "the rule" : faults.length > 0 ? "another" : undefined;
    return { without, faults, failure: violated === undefined ? undefined : { violated } };
  };
  return { runs, again };
}

t.test("only the faults that the failure needs are left", async (t) => {
  for (const needed of [["pause"], ["kill", "damage"], [...FAULTS], []] as const) {
    const { runs, again } = seed(needed);
    const failed = await again([]);
    const { faults, failure } = await shrink(failed, again);
    t.strictSame(faults, needed);
    t.equal(failure?.violated, "the rule");
    t.ok(runs.length <= FAULTS.length + 2, "few runs");
  }
});

t.test("what the run was told to leave out stays out", async (t) => {
  const { again } = seed(["kill"]);
  const { without } = await shrink(await again(["damage"]), again);
  t.strictSame([...without].sort(), ["damage", "partition", "pause"]);
});
