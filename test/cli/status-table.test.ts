import t from "tap";
import { statusTable } from "../../src/cli/status-table.ts";
import type { NodeStatus } from "../../src/wire/client-messages.ts";
import { surveyed } from "./surveyed.ts";

const slot = (value: number) => value as NodeStatus["chosen"];
const SAME: Partial<NodeStatus> = {
  role: "follower",
  serving: false,
  voters: ["n1", "n2"],
  leader: { name: "n1", host: "127.0.0.1", port: 7400 },
  ballot: "7.1",
  chosen: slot(100),
  applied: slot(100),
  leaderLeaseMs: 250,
  leased: false,
  keys: 12,
  logBytes: 2_048,
  stateBytes: 5 * 2 ** 20,
  version: "1.2.3",
  alarms: [],
};
const LEADER: Partial<NodeStatus> = { ...SAME, role: "leader", serving: true, leased: true };

/** The cells of each row by the title of their column. */
function cells(...all: readonly Partial<NodeStatus>[]): readonly Readonly<Record<string, string>>[] {
  const [header = "", ...rows] = statusTable(surveyed(all.map((status) => ({ status }))))
    .trimEnd()
    .split("\n");
  const titles = [...header.matchAll(/\S+ */g)].map(({ 0: title, index }) => ({
    title: title.trim(),
    index,
  }));
  return rows.map((row) =>
    Object.fromEntries(
      titles.map(({ title, index }, at) => [title, row.slice(index, titles[at + 1]?.index).trim()]),
    ),
  );
}

t.test("each thing that an operator looks for has its column", async (t) => {
  const peers = [{ name: "n2", up: true, rttMs: 0.34, loss: 0.012 }];
  const [one, two] = cells(
    { ...LEADER, peers, alarms: ["disk", "quota"] },
    { ...SAME, applied: slot(97), voters: ["n1"] },
  );
  t.same(one, {
    NODE: "n1",
    ADDR: "127.0.0.1:7400",
    ROLE: "leader",
    LEADER: "n1",
    BALLOT: "7.1",
    CHOSEN: "100",
    APPLIED: "100",
    LAG: "0",
    LEASE: "250ms",
    KEYS: "12",
    LOG: "2.0K",
    STATE: "5.0M",
    RTT: "-",
    LOSS: "-",
    VERSION: "1.2.3",
    ALARMS: "disk,quota",
  });
  t.match(two, {
    ROLE: "learner",
    LEADER: "n1",
    LAG: "3",
    LEASE: "-",
    RTT: "0.3ms",
    LOSS: "1.2%",
    ALARMS: "-",
  });
});

t.test("a leader has a lease, has none where it should, or needs none", async (t) => {
  const lease = (status: Partial<NodeStatus>) => cells(status)[0]?.["LEASE"];
  t.equal(lease(LEADER), "250ms");
  t.equal(lease({ ...LEADER, leased: false }), "none");
  t.equal(lease({ ...LEADER, leased: false, leaderLeaseMs: 0 }), "-");
  t.equal(lease({ ...SAME, leased: true }), "-");
});

t.test("a member that knows no leader, or leads without a quorum, is shown as such", async (t) => {
  t.match(cells({ ...SAME, role: "candidate", leader: undefined })[0], { ROLE: "candidate", LEADER: "-" });
  t.match(cells({ ...LEADER, serving: false })[0], { ROLE: "leader?" });
});

t.test("a member that does not answer has a row all the same", async (t) => {
  const address = { host: "127.0.0.1", port: 1 };
  const table = statusTable([{ name: "n9", address, endpoint: "127.0.0.1:1", status: undefined }]);
  const [header = "", row = ""] = table.trimEnd().split("\n");
  t.match(row, /^n9 +127\.0\.0\.1:1 +no answer +-/);
  t.equal(row.split(/ {2,}/).length, header.split(/ {2,}/).length);
});
