import t from "tap";
import { slot } from "../../src/base/ids.ts";
import { DuePace } from "../../src/node/due-pace.ts";

t.test("the next empty batch waits for the last one, and a tenth of a second", async (t) => {
  const pace = new DuePace();
  t.equal(pace.isTime(0, slot(5)), true);
  pace.proposed(slot(5), 0);
  t.equal(pace.isTime(500, slot(5)), false, "not applied yet");
  t.equal(pace.isTime(99, slot(6)), false, "too soon");
  t.equal(pace.isTime(100, slot(6)), true);
  pace.proposed(slot(6), 100);
  pace.forget();
  t.equal(pace.isTime(200, slot(6)), true, "in a later office");
});
