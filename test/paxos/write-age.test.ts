import t from "tap";
import { WriteAge } from "../../src/paxos/write-age.ts";

t.test("the age is that of the oldest write that is not on disk", async (t) => {
  const age = new WriteAge();
  t.equal(age.ageMs(50), 0);
  age.onWrites(1, 100);
  age.onWrites(3, 120);
  t.equal(age.ageMs(150), 50);
  age.onDurable(2, 150);
  t.equal(age.ageMs(150), 30);
  age.onDurable(3, 150);
  t.equal(age.ageMs(150), 0);
});

t.test("a write that took long is told of for two seconds, unless a longer one is outstanding", async (t) => {
  const age = new WriteAge();
  age.onWrites(1, 0);
  age.onDurable(1, 90);
  age.onWrites(2, 100);
  age.onDurable(2, 130);
  t.equal(age.ageMs(140), 0);
  t.equal(age.latelyMs(140), 90, "a shorter one does not hide it");
  age.onWrites(3, 1000);
  t.equal(age.latelyMs(1095), 95);
  age.onDurable(3, 1010);
  t.equal(age.latelyMs(2089), 90);
  t.equal(age.latelyMs(2090), 0);
});

t.test("time in which the process did nothing is not the disk's", async (t) => {
  const age = new WriteAge();
  age.onWrites(1, 100);
  age.onStall(400);
  t.equal(age.ageMs(510), 10);
});
