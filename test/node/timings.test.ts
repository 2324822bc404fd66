import t from "tap";
import { countOf, quantileMs } from "../../src/base/time-buckets.ts";
import { RecentTimes, Timings } from "../../src/node/timings.ts";

const MINUTE_MS = 60_000;

t.test("times are kept by name", async (t) => {
  const timings = new Timings();
  timings.add("get", 1);
  timings.add("get", 9);
  timings.add("mutate", 40);
  t.same([...timings.all.keys()], ["get", "mutate"]);
  t.equal(countOf(timings.all.get("get") ?? []), 2);
  t.ok((quantileMs(timings.all.get("mutate") ?? [], 1) ?? 0) >= 40);
});

t.test("what is lately is forgotten after ten minutes, and not before five", async (t) => {
  const recent = new RecentTimes();
  const countAt = (minutes: number): number => countOf(recent.counts(minutes * MINUTE_MS));
  recent.add(100, 0);
  recent.add(100, 4 * MINUTE_MS);
  t.equal(countAt(4.9), 2);
  recent.add(1, 6 * MINUTE_MS);
  t.equal(countAt(9), 3);
  t.equal(countAt(11), 1, "the third is five minutes old");
  t.equal(countAt(40), 0);
});
