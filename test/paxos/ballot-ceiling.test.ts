import t from "tap";
import { BALLOT_ZERO } from "../../src/base/ids.ts";
import { ROUND_JUMP_MAX } from "../../src/base/limits.ts";
import { BallotCeiling } from "../../src/paxos/ballot-ceiling.ts";
import { b, n } from "./fixtures.ts";

t.test("the next own ballot is above everything heard of", async (t) => {
  const ceiling = new BallotCeiling(BALLOT_ZERO);
  t.equal(ceiling.next(n(2)), b(1, 2));
  ceiling.raise(b(7, 3));
  ceiling.raise(b(6, 1));
  t.equal(ceiling.highest, b(7, 3));
  t.equal(ceiling.next(n(2)), b(8, 2));
});

t.test("a round too far above is a jump, and news once", async (t) => {
  const ceiling = new BallotCeiling(b(5, 1));
  t.equal(ceiling.isJump(b(5 + ROUND_JUMP_MAX, 1)), false);
  const jump = b(6 + ROUND_JUMP_MAX, 1);
  t.equal(ceiling.isJump(jump), true);
  t.equal(ceiling.shouldAlarm(jump), true);
  t.equal(ceiling.shouldAlarm(jump), false);
});
