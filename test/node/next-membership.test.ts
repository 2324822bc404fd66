import t from "tap";
import { MEMBERS_MAX } from "../../src/base/limits.ts";
import { isAsWanted, nextMembership } from "../../src/node/next-membership.ts";
import { isStep, withLearner } from "../../src/paxos/membership-step.ts";
import type { MemberStep } from "../../src/wire/member-messages.ts";
import { joining, membershipOf } from "../paxos/fixtures.ts";

const THREE = membershipOf(3);
const ADD: MemberStep = {
  kind: "add",
  name: "n4",
  address: { host: "127.0.0.1", port: 9999 },
  vote: true,
};

t.test("each change that is made is one step", async (t) => {
  const grown = nextMembership(THREE, ADD);
  if ("code" in grown) throw new Error(grown.message);
  t.equal(isStep(THREE, { replaces: THREE.epoch, membership: grown }), true);
  t.match(grown.members.at(-1), { id: 4, name: "n4", role: "joining", address: { port: 9999 } });
  t.match(nextMembership(THREE, { ...ADD, vote: false }), {
    members: { 3: { role: "learner" } },
  });
  const promoted = nextMembership(grown, { kind: "promote", name: "n4" });
  if ("code" in promoted) throw new Error(promoted.message);
  t.equal(isStep(grown, { replaces: grown.epoch, membership: promoted }), true);
  const smaller = nextMembership(grown, { kind: "remove", name: "n1" });
  if ("code" in smaller) throw new Error(smaller.message);
  t.equal(isStep(grown, { replaces: grown.epoch, membership: smaller }), true);
});

t.test("names and addresses are one member's, and a name can be typed", async (t) => {
  t.match(nextMembership(THREE, { ...ADD, name: "n2" }), {
    code: "bad_request",
    message: /called n2 already/,
  });
  const [, second] = THREE.members;
  const taken = { ...ADD, address: second?.address ?? ADD.address };
  t.match(nextMembership(THREE, taken), { code: "bad_request", message: /is the address of n2/ });
  t.match(nextMembership(THREE, { ...ADD, name: "4" }), { code: "bad_request", message: /no node name/ });
  t.match(nextMembership(THREE, { kind: "remove", name: "n9" }), { message: /'n9': there are n1, n2, n3/ });
  t.match(nextMembership(THREE, { kind: "promote", name: "n9" }), { code: "bad_request" });
});

t.test("the last voter stays, a learner may go", async (t) => {
  const watched = withLearner(membershipOf(1), joining(2));
  t.match(nextMembership(watched, { kind: "remove", name: "n1" }), { code: "unsafe" });
  t.match(nextMembership(watched, { kind: "remove", name: "n2" }), { epoch: 3, members: { length: 1 } });
});

t.test("members and ids come to an end", async (t) => {
  const many = membershipOf(MEMBERS_MAX);
  t.match(nextMembership(many, { ...ADD, name: "more" }), { message: /at most 30 members/ });
  t.match(nextMembership({ ...THREE, nextNodeId: 1024 }, ADD), { message: /given away once/ });
});

t.test("what is there already is told from what is to be made", async (t) => {
  const grown = nextMembership(THREE, ADD);
  if ("code" in grown) throw new Error(grown.message);
  t.equal(isAsWanted(THREE, ADD), false);
  t.equal(isAsWanted(grown, ADD), true);
  t.equal(isAsWanted(grown, { ...ADD, address: { host: "127.0.0.1", port: 1 } }), false);
  t.equal(isAsWanted(grown, { kind: "promote", name: "n4" }), false);
  t.equal(isAsWanted(grown, { kind: "promote", name: "n1" }), true);
  t.equal(isAsWanted(grown, { kind: "remove", name: "n4" }), false);
  t.equal(isAsWanted(THREE, { kind: "remove", name: "n4" }), true);
});
