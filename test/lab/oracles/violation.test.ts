import t from "tap";
import { AssertionError } from "../../../src/base/assert.ts";
import { Violation, violatedBy } from "../../../src/lab/oracles/violation.ts";

t.test("a broken invariant is named by its number, whatever the slot it was broken at", async (t) => {
  const named = "AssertionError: I20: a sequence finishes once";
  t.equal(violatedBy(new AssertionError("I20: a sequence finishes once")), named);
  const at = (slot: number) => violatedBy(new AssertionError(`I4: slot ${slot} was chosen at 3.${slot}`));
  t.equal(at(17), "AssertionError: I4: slot N was chosen at N");
  t.equal(at(17), at(205));
  t.equal(violatedBy(new RangeError("12 of I20 values")), "RangeError: N of IN values");
});

t.test("a broken promise is named by its oracle, and anything else by what it says", async (t) => {
  t.equal(violatedBy(new Violation("reads", "slot 5 is missing")), "reads");
  t.equal(violatedBy("thrown"), "thrown");
});
