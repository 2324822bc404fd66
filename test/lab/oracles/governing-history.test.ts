import t from "tap";
import { slot } from "../../../src/base/ids.ts";
import { GoverningHistory } from "../../../src/lab/oracles/governing-history.ts";
import { withLearner, without, withVote } from "../../../src/paxos/membership-step.ts";
import { batch, entryFor, joining, membershipOf, n } from "../../paxos/fixtures.ts";

const GROWN = withLearner(membershipOf(3), joining(4));

t.test("an entry governs the slots above its own", async (t) => {
  const governing = new GoverningHistory(membershipOf(3));
  t.equal(governing.onChosen(slot(3), batch("x")), false);
  t.equal(governing.onChosen(slot(4), entryFor(GROWN)), true);
  t.equal(governing.onChosen(slot(9), entryFor(withVote(GROWN, n(4)))), true);
  t.same(
    [1, 4, 5, 9, 10].map((at) => governing.membershipAt(at).epoch),
    [1, 1, 2, 2, 3],
  );
  const isOf =
    (...ids: number[]) =>
    (node: number) =>
      ids.includes(node);
  t.equal(governing.isQuorumAt(5, isOf(1, 4)), false, "a learner does not count");
  t.equal(governing.isQuorumAt(9, isOf(1, 2)), true);
  t.equal(governing.isQuorumAt(10, isOf(1, 2)), false);
  t.equal(governing.isQuorumOf(3, isOf(1, 2, 4)), true);
  t.equal(
    governing.isQuorumOf(4, () => true),
    false,
    "nothing has brought it",
  );
});

t.test("what is no single step changes nothing", async (t) => {
  const bad = [
    entryFor(GROWN, 2),
    entryFor({ ...without(GROWN, n(3)), epoch: 2 }, 1),
    entryFor({ ...membershipOf(3), epoch: 2 }, 1),
    { kind: "membership", bytes: new Uint8Array(2) } as const,
  ];
  for (const value of bad) t.equal(new GoverningHistory(membershipOf(3)).onChosen(slot(4), value), false);
  const returning = new GoverningHistory(membershipOf(3));
  returning.onChosen(slot(4), entryFor(without(membershipOf(3), n(3))));
  t.equal(returning.onChosen(slot(5), entryFor({ ...membershipOf(3), epoch: 3 }, 2)), false, "an id returns");
});
