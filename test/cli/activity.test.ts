import t from "tap";
import { bucketEndMs, bucketOf, TIME_BUCKETS } from "../../src/base/time-buckets.ts";
import { activityOf } from "../../src/cli/activity.ts";
import type { NodeStatus } from "../../src/wire/client-messages.ts";
import { surveyed } from "./surveyed.ts";

const slot = (value: number) => value as NodeStatus["chosen"];

/** So many that took so long. */
function took(...groups: readonly (readonly [count: number, ms: number])[]): readonly number[] {
  const counts: number[] = new Array(TIME_BUCKETS).fill(0);
  for (const [count, ms] of groups) counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + count;
  return counts;
}

type Timings = Readonly<Record<string, readonly number[]>>;

/** A node that has been up for so many ms, and has counted so much. */
function counted(
  uptimeMs: number,
  timings: Timings = {},
  figures: Readonly<Record<string, number>> = {},
): NonNullable<Parameters<typeof surveyed>[0][number]["measures"]> {
  return {
    figures: new Map(Object.entries({ uptime_ms: uptimeMs, ...figures })),
    timings: new Map(Object.entries(timings)),
  };
}

const SAME: Partial<NodeStatus> = {
  role: "follower",
  serving: false,
  voters: ["n1", "n2"],
  ballot: "7.1",
  startCount: 3,
  applied: slot(0),
  revision: 0,
  keys: 5,
  stateBytes: 0,
  alarms: [],
  counters: new Map(),
};
const LEADER: Partial<NodeStatus> = { ...SAME, role: "leader", serving: true };

t.test("what is shown is what came between two looks, by the node's own clock", async (t) => {
  const counters = (failed: number) =>
    new Map([
      ["request_failed_timeout", failed],
      ["request_failed_overloaded", failed],
      ["request_kind_mutate", failed * 1_000],
    ]);
  const before = surveyed([
    {
      status: { ...LEADER, chosen: slot(100), applied: slot(90), revision: 1_000, counters: counters(1) },
      measures: counted(
        5_000,
        { mutate: took([100, 900]), get: took([7, 900]) },
        { sent_bytes: 500, process_cpu_ms: 100 },
      ),
    },
  ]);
  const after = surveyed([
    {
      status: { ...LEADER, chosen: slot(140), applied: slot(138), revision: 1_400, counters: counters(3) },
      measures: counted(
        7_000,
        {
          mutate: took([100, 900], [98, 2], [2, 50]),
          get: took([7, 900], [20, 1]),
          range: took([20, 4]),
          log_commit: took([10, 3]),
        },
        { sent_bytes: 4_500, process_cpu_ms: 1_100, leader_age_ms: 6_000, process_rss_bytes: 77 },
      ),
    },
  ]);
  const activity = activityOf(before, after);
  t.match(activity, { leader: "n1", ledMs: 6_000, ballot: "7.1", chosen: 20, revisions: 200, keys: 5 });
  t.match(activity.nodes, [
    {
      name: "n1",
      role: "leader",
      lag: 2,
      memoryBytes: 77,
      rates: {
        writes: 50,
        reads: 20,
        failures: 2,
        applied: 24,
        sentBytes: 2_000,
        receivedBytes: 0,
        processor: 0.5,
        writeTimes: { p50Ms: bucketEndMs(bucketOf(2)), p99Ms: bucketEndMs(bucketOf(50)) },
        readTimes: { p50Ms: bucketEndMs(bucketOf(1)), p99Ms: bucketEndMs(bucketOf(4)) },
        syncTimes: { p99Ms: bucketEndMs(bucketOf(3)) },
      },
    },
  ]);
});

t.test("where there is nothing to compare with, nothing is told per second", async (t) => {
  const now = surveyed([{ status: LEADER, measures: counted(7_000) }]);
  const rates = (before: ReturnType<typeof surveyed>) => activityOf(before, now).nodes[0]?.rates;
  t.equal(rates([]), undefined, "a first look");
  t.equal(rates(surveyed([{ status: { ...LEADER, startCount: 2 }, measures: counted(6_000) }])), undefined);
  t.equal(rates(now), undefined, "no time has gone by");
  const older = now.map(({ status: { measures: _, ...status }, ...rest }) => ({ ...rest, status }));
  t.equal(rates(older), undefined, "an older version");
  t.match(activityOf([], now), { leader: "n1", chosen: undefined, revisions: undefined, ledMs: undefined });
  t.match(rates(surveyed([{ status: LEADER, measures: counted(6_000) }])), {
    writes: 0,
    writeTimes: { p50Ms: undefined, p99Ms: undefined },
  });
});

t.test("a member that does not answer is there with its path from the leader alone", async (t) => {
  const peers = [{ name: "n2", up: true, rttMs: 0.5, loss: 0.25 }];
  const [one, two] = surveyed([
    { status: { ...LEADER, peers, alarms: ["disk"] }, measures: counted(1) },
    { status: SAME },
  ]);
  if (one === undefined || two === undefined) throw new Error("there are two");
  const { nodes, outage } = activityOf([], [one, { ...two, status: undefined }]);
  t.match(outage, /^no majority/);
  t.match(nodes, [
    { name: "n1", alarms: ["disk"], rttMs: undefined },
    { name: "n2", role: "no answer", rates: undefined, lag: undefined, rttMs: 0.5, loss: 0.25, alarms: [] },
  ]);
});
