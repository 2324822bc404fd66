import fc from "fast-check";
import t from "tap";
import {
  BALLOT_ZERO,
  ballot,
  formatBallot,
  isBallot,
  isNodeId,
  isSlot,
  NOBODY,
  NODE_ID_MAX,
  nodeId,
  nodeOf,
  offsetSlot,
  ROUND_LIMIT,
  roundOf,
  slot,
} from "../../src/base/ids.ts";

const someNode = fc.integer({ min: 1, max: NODE_ID_MAX }).map(nodeId);
const someRound = fc.oneof(
  fc.integer({ min: 1, max: 5 }),
  fc.maxSafeInteger().map((value) => 1 + (Math.abs(value) % (ROUND_LIMIT - 1))),
  fc.constant(ROUND_LIMIT - 1),
);

t.test("a ballot comes apart into the round and node that it was made of", async () => {
  fc.assert(
    fc.property(someRound, someNode, (round, node) => {
      const made = ballot(round, node);
      return Number.isSafeInteger(made) && isBallot(made) && roundOf(made) === round && nodeOf(made) === node;
    }),
  );
});

t.test("ballots are ordered by round, then by node, and no two nodes share one", async () => {
  fc.assert(
    fc.property(someRound, someNode, someRound, someNode, (leftRound, leftNode, rightRound, rightNode) => {
      const expected = leftRound - rightRound || leftNode - rightNode;
      return Math.sign(ballot(leftRound, leftNode) - ballot(rightRound, rightNode)) === Math.sign(expected);
    }),
  );
});

t.test("every ballot that a node can use is above the zero ballot, which belongs to nobody", async (t) => {
  t.ok(ballot(1, nodeId(1)) > BALLOT_ZERO);
  t.equal(nodeOf(BALLOT_ZERO), NOBODY);
  t.ok(isBallot(BALLOT_ZERO));
});

t.test("a ballot of round zero, of nobody, or beyond the safe integers is refused at the door", async (t) => {
  const outside = [1, NODE_ID_MAX, 1024, 2048, -1025, 1025.5, ROUND_LIMIT * 1024 + 1, Number.NaN, Infinity];
  for (const value of outside) t.notOk(isBallot(value), String(value));
  t.throws(() => ballot(0, nodeId(1)), { name: "AssertionError" });
  t.throws(() => ballot(ROUND_LIMIT, nodeId(1)), { name: "AssertionError" });
  t.throws(() => ballot(1.5, nodeId(1)), { name: "AssertionError" });
});

t.test("people and scripts see a ballot as ROUND.NODE, at every size", async (t) => {
  t.equal(formatBallot(ballot(12, nodeId(3))), "12.3");
  t.equal(formatBallot(ballot(ROUND_LIMIT - 1, nodeId(NODE_ID_MAX))), `${ROUND_LIMIT - 1}.${NODE_ID_MAX}`);
});

t.test("node ids are 1 to 1,023, and nothing else", async (t) => {
  for (const value of [1, NODE_ID_MAX]) t.ok(isNodeId(value));
  for (const value of [0, -1, NODE_ID_MAX + 1, 1.5, Number.NaN, Infinity]) {
    t.notOk(isNodeId(value), String(value));
    t.throws(() => nodeId(value), { name: "AssertionError" });
  }
});

t.test("slots are safe integers from 0, and never wrap", async (t) => {
  for (const value of [0, 1, Number.MAX_SAFE_INTEGER]) t.ok(isSlot(value));
  for (const value of [-1, 0.5, Number.MAX_SAFE_INTEGER + 1, Number.NaN]) {
    t.notOk(isSlot(value), String(value));
    t.throws(() => slot(value), { name: "AssertionError" });
  }
  t.equal(offsetSlot(slot(7), -7), 0);
  t.throws(() => offsetSlot(slot(7), -8), { name: "AssertionError" });
  t.throws(() => offsetSlot(slot(Number.MAX_SAFE_INTEGER), 1), { name: "AssertionError" });
});
