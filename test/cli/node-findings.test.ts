import t from "tap";
import { bucketOf, TIME_BUCKETS } from "../../src/base/time-buckets.ts";
import { nodeFindings } from "../../src/cli/node-findings.ts";
import type { NodeMeasures, NodeStatus } from "../../src/wire/client-messages.ts";
import { surveyed } from "./surveyed.ts";

const slot = (value: number) => value as NodeStatus["chosen"];
const SETTINGS = new Map([
  ["snapshot.slots", "1000"],
  ["tail.slots", "10000"],
]);

function found(measures: Partial<NodeMeasures>, status: Partial<NodeStatus> = {}) {
  return surveyed([{ measures: { settings: SETTINGS, ...measures }, status }]).flatMap(nodeFindings);
}

function commits(quick: number, slow: number, slowMs: number): Partial<NodeMeasures> {
  const counts: number[] = new Array(TIME_BUCKETS).fill(0);
  counts[bucketOf(1)] = quick;
  counts[bucketOf(slowMs)] = slow;
  return { timings: new Map([["log_commit_lately", counts]]) };
}

const figures = (of: Readonly<Record<string, number>>): Partial<NodeMeasures> => ({
  figures: new Map(Object.entries(of)),
});

t.test("a node with nothing to complain of has no finding, nor has one that tells nothing", async (t) => {
  const roomy = { disk_free_bytes: 900, disk_reserve_bytes: 100, snapshot_slot: 50_000, loop_delay_ms: 20 };
  const even = { receive_buffer_bytes: 4, receive_buffer_wanted_bytes: 4 };
  const status = { chosen: slot(60_000), firstKept: slot(40_000), stateDurable: slot(59_000) };
  t.same(found({ ...figures({ ...roomy, ...even }), ...commits(1_000, 9, 200) }, status), []);
  t.same(found(commits(0, 19, 200)), [], "nineteen commits tell little");
  t.same(
    surveyed([{}]).map(({ status, ...rest }) => {
      const { measures: _, ...older } = status;
      return nodeFindings({ ...rest, status: older });
    }),
    [[]],
  );
});

t.test("each figure that is wrong is a finding with its evidence", async (t) => {
  const cases: readonly [Partial<NodeMeasures>, Partial<NodeStatus>, object][] = [
    [
      commits(100, 2, 90),
      {},
      { severity: "warning", evidence: /of the 102 commits .* half took 1.0 ms .* 99 % \d\d+ ms/ },
    ],
    [commits(100, 2, 30), {}, { severity: "advice" }],
    [
      figures({ loop_delay_ms: 400, host_load: 7, host_processors: 2 }),
      {},
      { severity: "advice", evidence: "it stood still for 400 ms lately (load 7.0, 2 processors)" },
    ],
    [
      figures({ receive_buffer_bytes: 212_992, receive_buffer_wanted_bytes: 4_194_304 }),
      {},
      {
        severity: "advice",
        evidence: /may receive 208K ahead, .* 4.0M/,
        remedy: /net.core.rmem_max=4194304/,
      },
    ],
    [
      figures({ send_buffer_bytes: 1, send_buffer_wanted_bytes: 1_048_576 }),
      {},
      { severity: "advice", remedy: /net.core.wmem_max=1048576/ },
    ],
    [
      figures({ disk_free_bytes: 150 * 2 ** 20, disk_reserve_bytes: 100 * 2 ** 20 }),
      {},
      { severity: "warning", evidence: /150M are free on its disk; at 100M/ },
    ],
    [
      figures({ snapshot_slot: 5_000 }),
      { stateDurable: slot(30_000) },
      { severity: "advice", evidence: "its last snapshot is 25000 slots old, 25 periods of 1000" },
    ],
    [
      { figures: new Map([["snapshot_slot", 50_000]]) },
      { chosen: slot(50_000), stateDurable: slot(50_000), firstKept: slot(10_000), logBytes: 2 ** 20 },
      { severity: "advice", evidence: /keeps 40000 slots \(1.0M\)/ },
    ],
  ];
  for (const [measures, status, expected] of cases) {
    const findings = found(measures, status);
    t.equal(findings.length, 1, JSON.stringify(expected));
    t.match(findings[0], { subject: "n1", ...expected });
  }
});

const GIB = 2 ** 30;
const HOUR_MS = 3_600_000;

/** A disk with so many GiB free now, and so many GiB so many hours ago. */
function disk(free: number, hour: readonly [number, number], day: readonly [number, number]) {
  return figures({
    disk_free_bytes: free * GIB,
    disk_reserve_bytes: GIB / 4,
    disk_free_hour_bytes: hour[0] * GIB,
    disk_free_hour_age_ms: hour[1] * HOUR_MS,
    disk_free_day_bytes: day[0] * GIB,
    disk_free_day_age_ms: day[1] * HOUR_MS,
  });
}

t.test("a disk that will be full at the present rate is told, with when", async (t) => {
  t.match(found(disk(10.25, [10.25, 1], [15.25, 24])), [
    {
      severity: "warning",
      subject: "n1",
      evidence: "within 24 hours what is free on its disk fell from 15G to 10G",
      consequence: /reserve of 256M in 2 days, and refuses writes/,
      remedy: /kvadm top/,
    },
  ]);
  t.match(found(disk(10.25, [11.25, 1], [11.25, 24])), [
    { severity: "warning", evidence: /^within 60 minutes/, consequence: / in 10 hours,/ },
  ]);
  t.match(found(disk(0.5, [1.5, 1], [1.5, 24])), [{ severity: "warning", consequence: / in 15 minutes,/ }]);
  t.match(found(disk(50.25, [50.25, 1], [55.25, 24])), [{ severity: "advice", consequence: / in 10 days,/ }]);
});

t.test("a disk that is not filling, or too slowly to say, is no finding", async (t) => {
  t.same(found(disk(10, [10, 1], [10, 24])), [], "nothing changes");
  t.same(found(disk(10, [8, 1], [9, 24])), [], "there is more than before");
  t.same(found(disk(100, [101, 1], [101, 24])), [], "the hour could tell of a day, and the day of 24");
  t.same(found(disk(10, [11, 0.1], [11, 0.1])), [], "six minutes tell nothing");
  t.same(found(disk(0.2, [1, 1], [1, 24])), [], "below its reserve the node says so by itself");
});
