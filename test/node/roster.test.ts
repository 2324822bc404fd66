import t from "tap";
import { ownMember, Roster } from "../../src/node/roster.ts";
import { withLearner, without } from "../../src/paxos/membership-step.ts";
import { joining, membershipOf, n } from "../paxos/fixtures.ts";

const GENESIS = membershipOf(1);
const JOINED = withLearner(withLearner(GENESIS, joining(2)), joining(3), "joining");

t.test("a node that joins looks for those whom it was told of, until its own log knows more", async (t) => {
  const roster = new Roster({ joined: JOINED }, GENESIS);
  t.same(
    roster.members.map(({ name }) => name),
    ["n1", "n2", "n3"],
  );
  t.equal(roster.update(withLearner(GENESIS, joining(2)), true), false, "its log is still behind that");
  t.equal(roster.nameOf(n(3)), "n3");
  t.equal(roster.isRemoved(n(2)), false);
  const later = without(JOINED, n(2));
  t.equal(roster.update(later, true), true);
  t.equal(roster.isRemoved(n(2)), true);
  t.same(
    roster.hints.map(({ name }) => name),
    ["n1", "n3"],
  );
});

t.test("a log that knows more than the file is believed at once", async (t) => {
  const later = without(JOINED, n(2));
  t.equal(new Roster({ joined: JOINED }, later).membership, later);
});

t.test("a node knows its name and address from what it was made from", async (t) => {
  const identity = { clusterId: new Uint8Array(32), incarnation: new Uint8Array(16), genesis: GENESIS };
  t.match(ownMember({ ...identity, node: n(1) }), { name: "n1" });
  t.match(ownMember({ ...identity, node: n(3), joined: JOINED }), { name: "n3" });
  t.throws(() => ownMember({ ...identity, node: n(3) }), /I35/);
});
