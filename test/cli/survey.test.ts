import t from "tap";
import type { Surveyed } from "../../src/cli/survey.ts";
import { leaderOf, outageOf, votersOf } from "../../src/cli/survey.ts";
import type { NodeStatus } from "../../src/wire/client-messages.ts";

type Answer = Partial<NodeStatus> | undefined;

const LEADER: Answer = { role: "leader", serving: true, ballot: "3.1" };
const FOLLOWER: Answer = { role: "follower", serving: false, ballot: "3.1" };
const PREPARING: Answer = { role: "leader", serving: false, ballot: "4.2" };

/** Members n1, n2 and so on that answered so. */
function members(...answers: readonly Answer[]): readonly Surveyed[] {
  return answers.map((answer, index) => ({
    name: `n${index + 1}`,
    address: { host: "127.0.0.1", port: 7400 + index },
    endpoint: `127.0.0.1:${7400 + index}`,
    status: answer && ({ chosen: 9, voters: answers.map((_, at) => `n${at + 1}`), ...answer } as NodeStatus),
  }));
}

t.test("a cluster serves when a leader does and a majority answers", async (t) => {
  t.equal(outageOf(members(LEADER)), undefined);
  t.equal(outageOf(members(LEADER, FOLLOWER, undefined)), undefined);
  t.equal(outageOf(members(undefined, undefined, FOLLOWER, LEADER, FOLLOWER)), undefined);
});

t.test("a leader that cannot be confirmed by a majority does not serve", async (t) => {
  t.match(outageOf(members(LEADER, undefined, undefined)), /^no majority: 1 of 3 .* 2 are needed$/);
  t.match(outageOf(members(LEADER, undefined)), /^no majority: 1 of 2 .* 2 are needed$/);
  t.match(outageOf(members(LEADER, FOLLOWER, undefined, undefined)), /^no majority: 2 of 4 .* 3 are/);
});

t.test("who has no vote is not needed, and helps nobody", async (t) => {
  const alone: Answer = { ...LEADER, voters: ["n1"] };
  t.equal(outageOf(members(alone, undefined)), undefined);
  const two: Answer = { ...FOLLOWER, voters: ["n1", "n2"] };
  t.match(
    outageOf(members(two, undefined, two, two)),
    /^no majority: 1 of 2 voters answer, and 2 are needed$/,
  );
  const older: Answer = { ...FOLLOWER, chosen: 3 as NodeStatus["chosen"] };
  t.equal(votersOf(members(alone, older)).length, 1, "whoever has learned most is believed");
});

t.test("a majority without a serving leader does not serve", async (t) => {
  t.match(outageOf(members(FOLLOWER, FOLLOWER, undefined)), /^nobody leads: 2 of 3 voters answer/);
  t.match(outageOf(members(PREPARING, FOLLOWER, FOLLOWER)), /^nobody leads: 3 of 3 voters answer/);
});

t.test("of two that say they lead the later ballot counts", async (t) => {
  const later: Answer = { role: "leader", serving: true, ballot: "10.2" };
  t.equal(leaderOf(members(LEADER, later, FOLLOWER))?.name, "n2");
});
