import t from "tap";
import { ACK_DELAY_MS_MAX, PROBE_MS_MAX, PROBE_MS_MIN, RttEstimator } from "../../src/transport/rtt.ts";

t.test("the first sample counts whole, later ones by an eighth", async (t) => {
  const rtt = new RttEstimator();
  rtt.sample(8, 0);
  t.equal(rtt.smoothedMs, 8);
  rtt.sample(16, 0);
  t.equal(rtt.smoothedMs, 9);
  t.equal(rtt.lossDelayMs, 18, "the latest counts when it is larger");
});

t.test("the peer's delay is taken off, but believed only so far", async (t) => {
  const rtt = new RttEstimator();
  rtt.sample(10, 0);
  rtt.sample(20, 10);
  t.equal(rtt.smoothedMs, 10);
  rtt.sample(10 + ACK_DELAY_MS_MAX, 1000);
  t.equal(rtt.smoothedMs, 10);
  rtt.sample(12, 10);
  t.ok(rtt.smoothedMs > 10, "never below the smallest seen");
});

t.test("probes back off up to a cap, and wait at least the round trip", async (t) => {
  const fast = new RttEstimator();
  for (let count = 0; count < 20; count++) fast.sample(0.2, 0);
  t.equal(fast.probeMs(0), PROBE_MS_MIN);
  t.equal(fast.probeMs(1), 2 * PROBE_MS_MIN);
  t.equal(fast.probeMs(100), PROBE_MS_MAX);
  const slow = new RttEstimator();
  slow.sample(500, 0);
  t.ok(slow.probeMs(0) > 500);
  t.ok(slow.probeMs(9) > 500);
});
