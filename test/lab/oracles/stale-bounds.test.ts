import t from "tap";
import { StaleBounds } from "../../../src/lab/oracles/stale-bounds.ts";

t.test("a bound counts by the clock of the member that answers", async (t) => {
  const clocks = new Map([
    ["fast", 1000],
    ["slow", 500],
  ]);
  const bounds = new StaleBounds(() => new Map(clocks));
  for (let slot = 1; slot <= 3; slot++) {
    bounds.onLearned();
    clocks.set("fast", 1000 + slot * 100);
    clocks.set("slow", 500 + slot * 10);
  }
  const asked = bounds.readings();
  t.equal(bounds.floorOf("fast", asked, 1000), 1, "nothing need be in it");
  t.equal(bounds.floorOf("fast", asked, 250), 2, "slot 1 was learned 300 ms ago");
  t.equal(bounds.floorOf("fast", asked, 50), 4);
  t.equal(bounds.floorOf("slow", asked, 50), 1);
  t.equal(bounds.floorOf("slow", asked, 15), 3);
  t.equal(bounds.floorOf("slow", asked, 10), 3, "what is exactly as old may be missing");
});
