import t from "tap";
import { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import { drawPlan, FAULTS, isIncident, type SwarmPlan } from "../../../src/lab/world/swarm-plan.ts";

const SEEDS = 2000;

const plans: readonly SwarmPlan[] = Array.from({ length: SEEDS }, (_, seed) =>
  drawPlan(new SeededRandom(seed), 55_000),
);

t.test("every size from 1 to 7 and every fault is drawn, a quarter with real packets", async (t) => {
  t.strictSame([...new Set(plans.map(({ members }) => members))].sort(), [1, 2, 3, 4, 5, 6, 7]);
  const drawn = new Set(plans.flatMap(({ faults }) => faults));
  t.strictSame(
    FAULTS.filter((fault) => !drawn.has(fault)),
    [],
  );
  const packets = plans.filter(({ transport }) => transport === "packets").length;
  t.ok(Math.abs(packets / SEEDS - 0.25) < 0.05, `${packets} of ${SEEDS}`);
});

t.test("every seed has several kinds of incident, each with a weight", async (t) => {
  for (const { faults, weights } of plans) {
    const incidents = faults.filter(isIncident);
    t.ok(incidents.length >= 5, `${incidents.length}`);
    t.ok(incidents.every((incident) => (weights[incident] ?? 0) > 0));
  }
});

t.test("nothing is drawn that the world cannot stand", async (t) => {
  for (const { faults, members, transport, weather } of plans) {
    if (members < 3) t.notOk(faults.includes("damage"), "what a disk holds alone nobody can bring back");
    if (transport === "plain") t.equal(weather.garbleChance, 0, "without checksums nothing is garbled");
  }
});

t.test("nodes join where the members change, and each has a clock", async (t) => {
  for (const { faults, members, joiners, clockRates } of plans) {
    t.ok(joiners === 0 || faults.includes("change-members"));
    t.equal(clockRates.length, members + joiners);
  }
  t.ok(plans.some(({ joiners }) => joiners === 3));
});

t.test("a fault that is left out takes nothing else along", async (t) => {
  for (const [seed, plan] of plans.slice(0, 200).entries()) {
    const [left] = plan.faults;
    if (left === undefined || left === "drift") continue;
    const without = drawPlan(new SeededRandom(seed), 55_000, [left]);
    t.strictSame(
      { ...without, weather: 0 },
      { ...plan, weather: 0, faults: plan.faults.filter((fault) => fault !== left) },
    );
  }
});
