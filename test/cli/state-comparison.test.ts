import t from "tap";
import { compareStates } from "../../src/cli/state-comparison.ts";

const members = (...hashes: readonly (number | undefined)[]) =>
  hashes.map((hash, index) => ({ name: `n${index + 1}`, hash }));
const judged = (...hashes: readonly (number | undefined)[]) => {
  const { verdicts, differs, isComplete } = compareStates(members(...hashes));
  return [[...verdicts.values()].join(" "), differs, isComplete];
};

t.test("a member is held against what a majority of all members has", async (t) => {
  t.strictSame(judged(7), ["equal", false, true]);
  t.strictSame(judged(7, 7, 7), ["equal equal equal", false, true]);
  t.strictSame(judged(7, 8, 7), ["equal differs equal", true, true]);
  t.strictSame(judged(7, 7, 7, 8, 9), ["equal equal equal differs differs", true, true]);
});

t.test("without a majority nobody is right", async (t) => {
  t.strictSame(judged(7, 8), ["unconfirmed unconfirmed", true, false]);
  t.strictSame(judged(7, 8, 9), ["unconfirmed unconfirmed unconfirmed", true, false]);
  t.strictSame(judged(7, 7, 8, 8), ["unconfirmed unconfirmed unconfirmed unconfirmed", true, false]);
});

t.test("who says nothing is no part of a majority, and leaves the comparison open", async (t) => {
  t.strictSame(judged(7, 7, undefined), ["equal equal unknown", false, false]);
  t.strictSame(judged(7, undefined, undefined), ["unconfirmed unknown unknown", false, false]);
  t.strictSame(judged(undefined), ["unknown", false, false]);
});
