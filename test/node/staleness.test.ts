import t from "tap";
import { slot } from "../../src/base/ids.ts";
import { Staleness } from "../../src/node/staleness.ts";

t.test("nothing is known of the age before an index is confirmed and applied", async (t) => {
  const staleness = new Staleness();
  t.equal(staleness.ageMs(100), undefined);
  staleness.confirm(slot(5), 90);
  staleness.onApplied(slot(4));
  t.equal(staleness.ageMs(100), undefined);
  staleness.onApplied(slot(5));
  t.equal(staleness.ageMs(100), 10, "it counts from the asking, not from the answer");
});

t.test("applying half of what was confirmed makes the state as fresh as that half", async (t) => {
  const staleness = new Staleness();
  staleness.confirm(slot(5), 10);
  staleness.confirm(slot(9), 20);
  staleness.onApplied(slot(7));
  t.equal(staleness.ageMs(100), 90);
  staleness.onApplied(slot(9));
  t.equal(staleness.ageMs(100), 80);
});

t.test("an answer that was held up makes nothing younger, and nothing older", async (t) => {
  const staleness = new Staleness();
  staleness.confirm(slot(9), 20);
  staleness.onApplied(slot(9));
  staleness.confirm(slot(7), 10);
  staleness.onApplied(slot(9));
  t.equal(staleness.ageMs(100), 80);
  staleness.confirm(slot(12), 30);
  staleness.confirm(slot(11), 40);
  staleness.onApplied(slot(11));
  t.equal(staleness.ageMs(100), 60);
  staleness.confirm(slot(20), 50);
  staleness.confirm(slot(19), 35);
  staleness.onApplied(slot(20));
  t.equal(staleness.ageMs(100), 50);
});

t.test("however many indexes wait for a state that hangs, the first is not forgotten", async (t) => {
  const staleness = new Staleness();
  for (let at = 1; at <= 1_000; at++) staleness.confirm(slot(at), at);
  staleness.onApplied(slot(1));
  t.equal(staleness.ageMs(2_000), 1_999);
  staleness.onApplied(slot(1_000));
  t.equal(staleness.ageMs(2_000), 1_000);
});
