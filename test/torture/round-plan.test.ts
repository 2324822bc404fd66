import t from "tap";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { chooseVictims, planRound, victimCount } from "./round-plan.ts";

const NAMES = ["n1", "n2", "n3", "n4", "n5"];

t.test("one seed decides every kill", async (t) => {
  const plans = (seed: number): readonly unknown[] => {
    const random = new SeededRandom(seed);
    return Array.from({ length: 20 }, () => {
      const plan = planRound(random);
      return [plan, chooseVictims(plan.kind, { names: NAMES, leader: "n2" }, random)];
    });
  };
  t.strictSame(plans(7), plans(7));
  t.notSame(plans(7), plans(8));
});

t.test("leaders, followers, majorities and whole clusters are killed, and leaders paused", async (t) => {
  const random = new SeededRandom(1);
  const kinds = new Set(Array.from({ length: 50 }, () => planRound(random).kind));
  t.strictSame([...kinds].sort(), ["all", "follower", "leader", "majority", "pause"]);
});

t.test("victims are as many and who the kind says", async (t) => {
  const random = new SeededRandom(1);
  const nodes = { names: NAMES, leader: "n4" };
  for (let draw = 0; draw < 50; draw++) {
    t.strictSame(chooseVictims("leader", nodes, random), ["n4"]);
    t.strictSame(chooseVictims("pause", nodes, random), ["n4"]);
    t.notOk(chooseVictims("follower", nodes, random).includes("n4"));
    t.equal(new Set(chooseVictims("majority", nodes, random)).size, 3);
    t.strictSame([...chooseVictims("all", nodes, random)].sort(), NAMES);
  }
  t.equal(victimCount("majority", 3), 2);
});
