import t from "tap";
import type { Failure } from "../../src/base/errors.ts";
import { MemberChanges } from "../../src/node/member-changes.ts";
import type { Origin } from "../../src/node/proposals.ts";
import type { Membership } from "../../src/paxos/membership.ts";
import { withLearner, without } from "../../src/paxos/membership-step.ts";
import type { ReplyBody } from "../../src/wire/client-messages.ts";
import type { ChangeMembersRequest, MemberStep } from "../../src/wire/member-messages.ts";
import { joining, membershipOf, n } from "../paxos/fixtures.ts";
import { FakeLeader } from "./fake-leader.ts";

const THREE = membershipOf(3);
const ORIGIN = { link: 1, id: 7 } as unknown as Origin;
const REMOVE: MemberStep = { kind: "remove", name: "n3" };
const ADD: MemberStep = { kind: "add", name: "n4", address: { host: "127.0.0.1", port: 9 }, vote: true };

function harness(membership: Membership = THREE) {
  const leader = new FakeLeader(membership);
  const answers: ReplyBody[] = [];
  const changes = new MemberChanges({
    identity: { clusterId: new Uint8Array(32), genesis: THREE, node: leader.node },
    clock: { nowMs: () => leader.nowMs, wallMs: () => 0 },
    roster: leader.roster,
    group: () => leader,
    answer: (_origin, body) => answers.push(body),
  });
  const ask = (step: MemberStep, fields: Partial<ChangeMembersRequest> = {}): void =>
    changes.ask(ORIGIN, {
      kind: "change-members",
      id: 7,
      timeoutMs: 10_000,
      epoch: leader.roster.membership.epoch,
      step,
      dryRun: false,
      ...fields,
    });
  const tick = (ms = 10): void => {
    leader.nowMs += ms;
    changes.tick();
  };
  return { leader, answers, changes, ask, tick };
}

function failed(fields: Partial<Failure> | { message: RegExp }): object {
  return { kind: "failure", failure: fields };
}

t.test("a change is answered when it is settled, and not before", async (t) => {
  const { leader, answers, ask, tick } = harness();
  ask(REMOVE);
  t.match(leader.begun, { epoch: 2, members: { length: 2 } });
  tick();
  leader.choose(false);
  tick();
  t.same(answers, []);
  leader.choose(true);
  tick();
  t.match(answers, [{ kind: "members", view: { settled: true, membership: { epoch: 2 } } }]);
});

t.test("a dry run changes nothing and tells who would be", async (t) => {
  const { leader, answers, ask } = harness();
  ask(ADD, { dryRun: true });
  t.equal(leader.begun, undefined);
  t.match(answers, [{ kind: "members", view: { settled: false, membership: { members: { length: 4 } } } }]);
});

t.test("what was made already is answered, whoever made it, and made no second time", async (t) => {
  const grown = withLearner(THREE, { ...joining(4), address: { host: "127.0.0.1", port: 9 } });
  const { leader, answers, ask } = harness(grown);
  ask(ADD, { epoch: 1 });
  ask(ADD, { epoch: 2 });
  t.equal(leader.begun, undefined);
  t.match(answers, [{ kind: "members" }, { kind: "members" }]);
  const smaller = harness(without(THREE, n(3)));
  smaller.ask(REMOVE, { epoch: 1 });
  t.match(smaller.answers, [{ kind: "members" }]);
  smaller.ask(REMOVE, { epoch: 2 });
  t.match(smaller.answers[1], failed({ code: "bad_request" }));
});

t.test("under another membership than the asker saw nothing is changed", async (t) => {
  const { leader, answers, ask } = harness(withLearner(THREE, joining(4)));
  ask(REMOVE, { epoch: 1 });
  t.equal(leader.begun, undefined);
  t.match(answers, [failed({ code: "condition_failed", outcome: "not_applied" })]);
});

t.test("only who leads tells and changes", async (t) => {
  const { leader, answers, changes, ask, tick } = harness();
  leader.role = "follower";
  changes.tell(ORIGIN);
  ask(REMOVE);
  t.match(answers, [failed({ code: "not_leader" }), failed({ code: "not_leader", outcome: "not_applied" })]);
  leader.role = "leader";
  ask(REMOVE);
  leader.role = "follower";
  tick();
  t.match(answers[2], failed({ code: "not_leader", outcome: "unknown" }), "perhaps the next one finds it");
});

t.test("a leader hands over before it is removed", async (t) => {
  const { leader, answers, ask } = harness();
  leader.refusal = "removes-leader";
  ask({ kind: "remove", name: "n1" }, { dryRun: true });
  t.equal(leader.handedOver, 0);
  ask({ kind: "remove", name: "n1" });
  t.equal(leader.handedOver, 1);
  t.match(answers, [{ kind: "members" }, failed({ code: "not_leader", outcome: "not_applied" })]);
});

t.test("what passes by itself is waited for, and then refused with the reason", async (t) => {
  const reasons = [
    ["busy", "unavailable"],
    ["unsettled", "unavailable"],
    ["no-quorum", "unsafe"],
    ["behind", "unsafe"],
  ] as const;
  for (const [refusal, code] of reasons) {
    const { leader, answers, ask, tick } = harness();
    leader.refusal = refusal;
    ask(REMOVE);
    tick();
    t.same(answers, [], refusal);
    tick(5_000);
    t.match(answers, [failed({ code, outcome: "not_applied" })], refusal);
  }
  const { leader, answers, ask, tick } = harness();
  leader.refusal = "unsettled";
  ask(REMOVE);
  leader.refusal = undefined;
  tick();
  leader.choose(true);
  tick();
  t.match(answers, [{ kind: "members" }]);
});

t.test("a change that is under way is waited for to the asker's end", async (t) => {
  const { answers, ask, tick } = harness();
  ask(REMOVE);
  tick(9_000);
  t.same(answers, []);
  tick(2_000);
  t.match(answers, [failed({ code: "timeout", outcome: "unknown" })]);
});

t.test("the last voter is not removed, and nobody waits without bound", async (t) => {
  const alone = harness(membershipOf(1));
  alone.ask({ kind: "remove", name: "n1" });
  t.match(alone.answers, [failed({ code: "unsafe" })]);
  const { answers, ask } = harness();
  for (let count = 0; count < 65; count++) ask(REMOVE);
  t.match(answers, [failed({ code: "overloaded" })]);
});
