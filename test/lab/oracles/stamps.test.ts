import t from "tap";
import { Stamps } from "../../../src/lab/oracles/stamps.ts";

t.test("stamps may rise as fast as the fastest clock that is being steered", async (t) => {
  const stamps = new Stamps(1.1);
  stamps.onServing(0, 0);
  stamps.onProposed(0, 5000, 100);
  t.doesNotThrow(() => stamps.onProposed(0, 6110, 1100));
  t.doesNotThrow(() => stamps.onProposed(0, 5500, 1100), "slower is no harm");
  t.throws(() => stamps.onProposed(1, 9000, 1100), /^I25/);
});

t.test("who leads when time is yet to begin may begin anywhere, who follows on may not", async (t) => {
  const stamps = new Stamps(1);
  stamps.onServing(0, 0);
  stamps.onProposed(0, 5000, 100);
  stamps.onServing(1, 0);
  t.doesNotThrow(() => stamps.onProposed(1, 90_000, 200), "it does not know of the first");
  stamps.onDeposed(1);
  stamps.onServing(1, 5000);
  t.throws(() => stamps.onProposed(1, 190_000, 300), /^I25/);
});
