import t from "tap";
import type { Ballot } from "../../src/base/ids.ts";
import { ClusterTimeEstimate, LeaderClock } from "../../src/kv/cluster-time.ts";

t.test("a leader's clock goes on from cluster time, drawn to the wall by at most 1 %", async (t) => {
  const behind = new LeaderClock(1_000_000, 0, 5_000_000);
  t.equal(behind.stamp(10_000, 5_010_000), 1_010_100);
  const ahead = new LeaderClock(1_000_000, 0, 0);
  t.equal(ahead.stamp(10_000, 10_000), 1_009_900);
  const near = new LeaderClock(1_000_000, 0, 1_000_050);
  t.equal(near.stamp(10_000, 1_010_050), 1_010_050, "what is within reach is reached");
  t.equal(near.stamp(20_000, 1_020_050), 1_020_050);
});

t.test("a wall clock that jumps moves no stamp", async (t) => {
  const clock = new LeaderClock(1_000_000, 0, 1_000_000);
  t.equal(clock.stamp(1000, 9e12), 1_001_010);
  t.equal(clock.stamp(1000, 0), 1_001_010, "nor does the same moment twice");
});

t.test("stamps are whole and never go down", async (t) => {
  const clock = new LeaderClock(1_000_000, 0.25, 500);
  let last = 0;
  for (let nowMs = 1; nowMs < 100; nowMs += 0.3) {
    const stamp = clock.stamp(nowMs, (nowMs * 7919) % 1000);
    t.ok(Number.isInteger(stamp) && stamp >= last);
    last = stamp;
  }
});

t.test("a monotonic clock that runs back is a bug", async (t) => {
  const clock = new LeaderClock(1, 100, 1);
  t.throws(() => clock.stamp(99, 1), /ran back/);
});

t.test("cluster time begins at the wall", async (t) => {
  t.equal(new LeaderClock(0, 50, 1_700_000_000_000).stamp(60, 1_700_000_000_010), 1_700_000_000_010);
  t.equal(new ClusterTimeEstimate(0, 0).at(5, 1_700_000_000_000.5), 1_700_000_000_000);
});

const ballot = (round: number): Ballot => (round * 1024 + 1) as Ballot;

t.test("an estimate goes on from what was heard last, not from what was only late", async (t) => {
  const estimate = new ClusterTimeEstimate(1000, 0);
  t.equal(estimate.at(500, 0), 1500);
  estimate.hear(2000, ballot(1), 600);
  t.equal(estimate.at(700, 0), 2100);
  estimate.hear(1900, ballot(1), 800);
  t.equal(estimate.at(800, 0), 2200);
});

t.test("a successor's clock counts, though its predecessor's was ahead", async (t) => {
  const estimate = new ClusterTimeEstimate(0, 0);
  estimate.hear(2000, ballot(1), 0);
  estimate.hear(1900, ballot(2), 100);
  t.equal(estimate.at(200, 0), 2000);
  estimate.hear(2500, ballot(1), 200);
  t.equal(estimate.at(200, 0), 2000, "an outlived leader's heartbeat is too late");
});

t.test("a new leader goes on from what it heard, if that was of whoever stamped last", async (t) => {
  const estimate = new ClusterTimeEstimate(1000, 0);
  t.equal(estimate.successionMs(50), 1050, "a restart knows the stamps alone");
  estimate.onApplied(1500, 100);
  t.equal(estimate.successionMs(150), 1550);
  estimate.hear(1700, ballot(1), 200);
  t.equal(estimate.successionMs(1200), 2700, "idle time counts");
  estimate.onApplied(2300, 1300);
  t.equal(estimate.at(1300, 0), 2800, "a node that catches up does not fall back");
  t.equal(estimate.successionMs(1400), 2400, "but the stamp may be of a clock that was behind");
  t.equal(
    new ClusterTimeEstimate(0, 0).successionMs(10),
    0,
    "before time begins there is nothing to go on from",
  );
});
