import t from "tap";
import { slot } from "../../../src/base/ids.ts";
import { brokenRuleOf } from "../../../src/lab/explore/broken-rule.ts";
import type { Fact } from "../../../src/lab/explore/fact.ts";
import { checkGroup } from "../../../src/lab/explore/group-rules.ts";
import { b, batch, membershipOf } from "../../paxos/fixtures.ts";

const LOW = b(1, 1);
const HIGH = b(2, 2);
const promised = (ballot: typeof LOW): Fact => ({ kind: "promised", ballot });
const accepted = (ballot: typeof LOW, text: string): Fact => ({
  kind: "accepted",
  slot: slot(1),
  ballot,
  value: batch(text),
});
const proposed = (ballot: typeof LOW, text: string): Fact => ({
  kind: "proposed",
  slot: slot(1),
  ballot,
  value: batch(text),
});
const learned = (text: string): Fact => ({ kind: "learned", slot: slot(1), value: batch(text) });
const digest = (value: number): Fact => ({ kind: "digest", watermark: slot(2), digest: value });

/** n1 proposed x at the low ballot, and n1 and n2 accepted it. */
const SOUND: readonly (readonly Fact[])[] = [
  [promised(LOW), proposed(LOW, "x"), accepted(LOW, "x"), learned("x"), digest(7)],
  [promised(LOW), accepted(LOW, "x"), digest(7)],
  [],
];

/** SOUND with more facts, by member. */
function withFacts(...more: readonly (readonly Fact[])[]): readonly (readonly Fact[])[] {
  return SOUND.map((facts, index) => [...facts, ...(more[index] ?? [])]);
}

function ruleBrokenBy(facts: readonly (readonly Fact[])[], voters: number): string | undefined {
  try {
    checkGroup(facts, membershipOf(voters));
    return undefined;
  } catch (error) {
    return brokenRuleOf(error).rule;
  }
}

t.test("a sound history breaks nothing", async (t) => {
  checkGroup(SOUND, membershipOf(3));
  checkGroup(
    withFacts([], [promised(HIGH), proposed(HIGH, "x")], [promised(HIGH), accepted(HIGH, "x")]),
    membershipOf(3),
  );
  t.pass();
});

t.test("each rule is broken by the history that breaks it", async (t) => {
  const broken: readonly (readonly [string, readonly (readonly Fact[])[]])[] = [
    ["I3", withFacts([], [], [accepted(LOW, "y")])],
    ["I3", withFacts([], [], [accepted(HIGH, "x")])],
    ["I5", withFacts([], [proposed(LOW, "y")])],
    ["I9", withFacts([], [promised(HIGH), proposed(HIGH, "x")])],
    ["I7", withFacts([], [promised(HIGH), proposed(HIGH, "y")], [promised(HIGH)])],
    ["I1", withFacts([], [], [learned("y")])],
    ["I2", withFacts([], [], [digest(8)])],
  ];
  for (const [rule, facts] of broken) t.equal(ruleBrokenBy(facts, 3), rule);
});

t.test("what a member without a vote accepted makes nothing chosen", async (t) => {
  const two = [SOUND[0] ?? [], [promised(LOW)], SOUND[1] ?? []];
  t.equal(ruleBrokenBy(two, 2), "I1");
});
