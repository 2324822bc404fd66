import t from "tap";
import { WriteAge } from "../../src/paxos/write-age.ts";

t.test("the age is that of the oldest write that is not on disk", async (t) => {
  const age = new WriteAge();
  t.equal(age.ageMs(50), 0);
  age.onWrites(1, 100);
  age.onWrites(3, 120);
  t.equal(age.ageMs(150), 50);
  age.onDurable(2);
  t.equal(age.ageMs(150), 30);
  age.onDurable(3);
  t.equal(age.ageMs(150), 0);
});
