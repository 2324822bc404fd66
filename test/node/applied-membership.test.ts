import t from "tap";
import { AppliedMembership } from "../../src/node/applied-membership.ts";
import { withLearner, without } from "../../src/paxos/membership-step.ts";
import { MEMBERSHIP_CODEC } from "../../src/wire/membership-codec.ts";
import { batch, entryFor, joining, membershipOf, n, s } from "../paxos/fixtures.ts";

const GROWN = withLearner(membershipOf(3), joining(4));

t.test("a slice ends with the membership that its slots made", async (t) => {
  const applied = new AppliedMembership(MEMBERSHIP_CODEC, s(5), membershipOf(3));
  applied.onApplied(s(5), batch("x"));
  applied.onApplied(s(6), entryFor(GROWN, 1));
  applied.onApplied(s(7), entryFor(without(GROWN, n(1)), 1));
  applied.onApplied(s(8), entryFor(without(GROWN, n(2)), 2));
  t.same(
    [5, 6, 7, 8, 9].map((at) => applied.at(s(at)).epoch),
    [1, 1, 2, 2, 3],
    "the entry in slot 7 was made for another membership",
  );
});

t.test("what no slice can end with any more is forgotten", async (t) => {
  const applied = new AppliedMembership(MEMBERSHIP_CODEC, s(5), membershipOf(3));
  applied.onApplied(s(6), entryFor(GROWN, 1));
  applied.forgetBelow(s(6));
  t.equal(applied.at(s(6)).epoch, 1);
  applied.forgetBelow(s(8));
  t.equal(applied.at(s(8)).epoch, 2);
  t.throws(() => applied.at(s(6)), /I11/);
});

t.test("a chosen entry that nobody can read stops the node", async (t) => {
  const applied = new AppliedMembership(MEMBERSHIP_CODEC, s(5), membershipOf(3));
  t.throws(() => applied.onApplied(s(5), { kind: "membership", bytes: new Uint8Array(2) }), /I3/);
});
