import t from "tap";
import { CongestionWindow } from "../../src/transport/congestion.ts";

t.test("the window doubles per round trip until the first loss, then grows by a datagram", async (t) => {
  const congestion = new CongestionWindow(1000);
  t.equal(congestion.windowBytes, 10_000);
  for (let count = 0; count < 10; count++) congestion.onAcked(1000, 1);
  t.equal(congestion.windowBytes, 20_000);
  congestion.onLost(1, 5);
  t.equal(congestion.windowBytes, 14_000);
  for (let count = 0; count < 14; count++) congestion.onAcked(1000, 6);
  t.ok(congestion.windowBytes > 14_900 && congestion.windowBytes <= 15_000);
});

t.test("losses of one round trip reduce it once, and it never falls below four datagrams", async (t) => {
  const congestion = new CongestionWindow(1000);
  for (let count = 0; count < 10; count++) congestion.onLost(1, 5);
  t.equal(congestion.windowBytes, 7000);
  for (let nowMs = 10; nowMs < 100; nowMs++) congestion.onLost(nowMs, nowMs);
  t.equal(congestion.windowBytes, 4000);
  congestion.onPersistent();
  t.equal(congestion.windowBytes, 4000);
});
