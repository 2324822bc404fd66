import t from "tap";
import { Promotions } from "../../src/node/promotions.ts";
import type { Membership } from "../../src/paxos/membership.ts";
import { withLearner } from "../../src/paxos/membership-step.ts";
import { joining, membershipOf } from "../paxos/fixtures.ts";
import { FakeLeader } from "./fake-leader.ts";

const JOINING = withLearner(membershipOf(3), joining(4), "joining");

function harness(membership: Membership = JOINING) {
  const leader = new FakeLeader(membership);
  const promotions = new Promotions({
    clock: { nowMs: () => leader.nowMs, wallMs: () => 0 },
    roster: leader.roster,
    group: () => leader,
  });
  const run = (ms: number): void => {
    for (const endMs = leader.nowMs + ms; leader.nowMs < endMs; ) {
      leader.nowMs += 10;
      promotions.tick();
    }
  };
  return { leader, run };
}

t.test("who joins gets its vote once it has kept up for a while", async (t) => {
  const { leader, run } = harness();
  leader.refusal = "behind";
  run(5_000);
  t.equal(leader.begun, undefined);
  leader.refusal = undefined;
  run(900);
  t.equal(leader.begun, undefined, "it was met at a good moment, perhaps");
  run(200);
  t.match(leader.begun, { members: { 3: { name: "n4", role: "voter" } } });
});

t.test("who falls behind meanwhile begins anew", async (t) => {
  const { leader, run } = harness();
  run(900);
  leader.refusal = "behind";
  run(20);
  leader.refusal = undefined;
  run(900);
  t.equal(leader.begun, undefined);
});

t.test("a learner stays one, and only who leads gives votes", async (t) => {
  const learner = harness(withLearner(membershipOf(3), joining(4)));
  learner.run(5_000);
  t.equal(learner.leader.begun, undefined);
  const follower = harness();
  follower.leader.role = "follower";
  follower.run(5_000);
  t.equal(follower.leader.begun, undefined);
});

t.test("of two that join one votes first", async (t) => {
  const { leader, run } = harness(withLearner(JOINING, joining(5), "joining"));
  run(1_100);
  t.match(
    leader.begun?.members.map(({ role }) => role),
    ["voter", "voter", "voter", "voter", "joining"],
  );
  leader.choose(true);
  run(900);
  t.equal(leader.begun, undefined, "the other waits its own while");
  run(200);
  t.match(leader.begun?.members.at(-1), { name: "n5", role: "voter" });
});
