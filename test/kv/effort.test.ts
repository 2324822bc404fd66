import t from "tap";
import { Effort } from "../../src/kv/effort.ts";

t.test("effort is spent once as much is done, the last of it whole", async (t) => {
  const effort = new Effort(10);
  effort.spend(9);
  t.notOk(effort.isSpent);
  effort.spend(5);
  t.ok(effort.isSpent);
  t.equal(effort.spent, 14);
});
