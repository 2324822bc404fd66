import t from "tap";
import { knownMembers, memberLines, memberRows } from "../../src/cli/member-table.ts";
import type { Surveyed } from "../../src/cli/survey.ts";
import { withLearner } from "../../src/paxos/membership-step.ts";
import type { NodeStatus } from "../../src/wire/client-messages.ts";
import { joining, membershipOf } from "../paxos/fixtures.ts";

const VIEW = {
  clusterId: new Uint8Array(32),
  genesis: membershipOf(2),
  membership: withLearner(membershipOf(2), joining(3), "joining"),
  settled: true,
};

function surveyed(name: string, status: Partial<NodeStatus> | undefined): Surveyed {
  const address = { host: "127.0.0.1", port: 1 };
  return { name, address, endpoint: "127.0.0.1:1", status: status as NodeStatus | undefined };
}

t.test("each member is told with its role, and how far it is if it answers", async (t) => {
  const rows = memberRows(VIEW, [
    surveyed("n1", { role: "leader", serving: true, chosen: 90, applied: 90 } as never),
    surveyed("n3", { role: "follower", serving: false, chosen: 50, applied: 40 } as never),
  ]);
  t.match(rows, [
    { node: "n1", id: 1, role: "voter", leads: true, lag: 0 },
    { node: "n2", id: 2, role: "voter", answers: false, lag: undefined },
    { node: "n3", id: 3, role: "joining", leads: false, answers: true, lag: 50 },
  ]);
  t.match(memberLines(rows), /^NODE +ID +ADDR +ROLE +STATE +LAG\nn1 +1 +\S+ +voter +leads +0\n/);
  t.match(memberLines(rows), /n2 +2 +\S+ +voter +no answer +-\nn3 +3 +\S+ +joining +follows +50\n$/);
});

t.test("without a leader the members are told as whoever has learned most knows them", async (t) => {
  const peers = ["n10", "n2", "n4"].map((name) => ({ name, up: false, rttMs: 0, loss: 0 }));
  const known = knownMembers([
    surveyed("n1", {
      name: "n1",
      id: 1,
      chosen: 90,
      applied: 80,
      voters: ["n1", "n2", "n10"],
      peers,
    } as never),
    surveyed("n2", { name: "n2", id: 2, chosen: 60, applied: 60, voters: ["n2", "n3"], peers: [] } as never),
    surveyed("n3", undefined),
    surveyed("n10", undefined),
  ]);
  t.match(known, {
    knownBy: "n1",
    rows: [
      { node: "n1", id: 1, role: "voter", leads: false, answers: true, lag: 10 },
      { node: "n2", id: 2, role: "voter", answers: true, lag: 30 },
      { node: "n4", id: undefined, endpoint: undefined, role: "learner", answers: false },
      { node: "n10", id: undefined, endpoint: "127.0.0.1:1", role: "voter", lag: undefined },
    ],
  });
  t.match(
    memberLines(known?.rows ?? []),
    /\nn2 +2 +\S+ +voter +answers +30\nn4 +- +- +learner +no answer +-\n/,
  );
  t.equal(knownMembers([surveyed("n1", undefined)]), undefined);
});
