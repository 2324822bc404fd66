import t from "tap";
import type { Activity, NodeActivity, Rates } from "../../src/cli/activity.ts";
import { activityText, COLUMN_HELP, SORT_TITLES } from "../../src/cli/activity-table.ts";

const NO_TIMES = { p50Ms: undefined, p99Ms: undefined };
const RATES: Rates = {
  writes: 0,
  reads: 0,
  failures: 0,
  applied: 0,
  chosen: 0,
  revisions: 0,
  sentBytes: 0,
  receivedBytes: 0,
  processor: 0,
  writeTimes: NO_TIMES,
  readTimes: NO_TIMES,
  syncTimes: NO_TIMES,
};
const SILENT: NodeActivity = {
  name: "n3",
  role: "no answer",
  rates: undefined,
  lag: undefined,
  logBytes: undefined,
  stateBytes: undefined,
  memoryBytes: undefined,
  rttMs: undefined,
  loss: undefined,
  alarms: [],
};
const BUSY: NodeActivity = {
  ...SILENT,
  name: "n1",
  role: "leader",
  lag: 0,
  logBytes: 2_048,
  stateBytes: 5 * 2 ** 20,
  memoryBytes: 90 * 2 ** 20,
  rates: {
    ...RATES,
    writes: 12_345,
    reads: 7.25,
    failures: 1_000_000,
    applied: 412,
    processor: 0.514,
    sentBytes: 3_000,
    receivedBytes: 10.2,
    writeTimes: { p50Ms: 1.19, p99Ms: 32.4 },
    readTimes: { p50Ms: 0.06, p99Ms: 2_500 },
    syncTimes: { p50Ms: 2, p99Ms: 999.9 },
  },
};
const IDLE: NodeActivity = {
  ...BUSY,
  name: "n2",
  role: "follower",
  rttMs: 0.42,
  loss: 0.012,
  lag: 3,
  rates: RATES,
};
const CLUSTER: Activity = {
  leader: "n1",
  ledMs: 11_520_000.25,
  ballot: "7.1",
  chosen: 412,
  revisions: 12_345,
  keys: 98_765,
  outage: undefined,
  nodes: [BUSY, IDLE, SILENT],
};

const lines = (activity: Activity, columns = Number.POSITIVE_INFINITY, sortedBy = "NODE") =>
  activityText(activity, { columns, sortedBy }).trimEnd().split("\n");
const cellsOf = (line = ""): readonly string[] => line.split(/ {2,}/);

t.test("a line tells of the cluster, and a row of each node", async (t) => {
  const [head, empty, header, ...rows] = lines(CLUSTER);
  t.equal(head, "n1 leads for 3h12m, ballot 7.1  412 slots/s chosen  12.3k changes/s  98765 keys");
  t.equal(empty, "");
  t.same(cellsOf(header).slice(2), SORT_TITLES.slice(1));
  t.same(
    cellsOf(rows[0]).slice(0, 2 + SORT_TITLES.length),
    // biome-ignore format: as a row
    ["n1", "leader", "12.3k", "1.2ms", "32ms", "7.3", "0.1ms", "2.5s", "412", "0", "51%", "1.0s", "2.0K", "5.0M", "-", "-", "90M", "2.9K", "10B", "1.0M"],
  );
  t.match(cellsOf(rows[1]), ["n2", "follower", "0", "-", "-"]);
  t.match(rows[1], / 0\.4ms +1\.2% /);
  t.same(new Set(cellsOf(rows[2]).slice(2)), new Set(["-"]));
});

t.test("numbers stand below each other, whatever they are", async (t) => {
  const [, , header = "", ...rows] = lines(CLUSTER);
  const end = header.indexOf("WRITE/S") + "WRITE/S".length;
  for (const row of rows) t.match(row.slice(0, end), /\S$/);
});

t.test("what does not fit is left out whole, and nothing is longer than the terminal is wide", async (t) => {
  for (let columns = 20; columns < 170; columns += 3) {
    const [, , header = "", ...rows] = lines(CLUSTER, columns);
    const widest = Math.max(...[header, ...rows].map((line) => line.length));
    if (widest >= columns) t.fail(`${columns}: ${widest}`);
    t.same(cellsOf(header).slice(2), SORT_TITLES.slice(1, cellsOf(header).length - 1));
  }
  t.match(lines(CLUSTER, 80)[2], /LAG$/, "80 columns show the most important");
});

t.test("rows are sorted by a column, the highest first, what is unknown last", async (t) => {
  const order = (sortedBy: string) =>
    lines(CLUSTER, 1_000, sortedBy)
      .slice(3)
      .map((row) => row.slice(0, 2));
  t.same(order("NODE"), ["n1", "n2", "n3"]);
  t.same(order("WRITE/S"), ["n1", "n2", "n3"]);
  t.same(order("LAG"), ["n2", "n1", "n3"]);
  t.same(order("RTT"), ["n2", "n1", "n3"]);
  t.match(lines(CLUSTER, 1_000, "LAG")[2], / LAG\* /);
});

t.test("alarms, and why a cluster serves nobody, are told above the table", async (t) => {
  const alarmed = { ...CLUSTER, nodes: [BUSY, { ...IDLE, alarms: ["disk is full", "quota"] }] };
  t.same(lines(alarmed).slice(1, 4), ["n2: disk is full", "n2: quota", ""]);
  const down = { ...CLUSTER, leader: undefined, outage: "nobody leads: 1 of 3 voters answer" };
  t.same(lines(down).slice(0, 2), ["nobody leads: 1 of 3 voters answer", ""]);
  t.match(lines({ ...CLUSTER, outage: "no majority" }).slice(0, 3), [/^n1 leads/, "no majority", ""]);
  const first = { ...CLUSTER, chosen: undefined, revisions: undefined, ledMs: undefined };
  t.equal(lines(first)[0], "n1 leads, ballot 7.1  98765 keys");
});

t.test("every column is explained", async (t) => {
  for (const title of SORT_TITLES.slice(1)) t.match(COLUMN_HELP, new RegExp(`^ {2}${title} +\\S`, "m"));
});
