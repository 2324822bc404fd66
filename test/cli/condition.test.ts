import t from "tap";
import { holds, parseCondition } from "../../src/cli/condition.ts";

const record = {
  value: Buffer.from("on"),
  createRevision: 3,
  modRevision: 7,
  version: 2,
  leaseId: 0,
};

t.test("a condition holds of what it says, and an absent key has no value and zeros", async (t) => {
  const cases: readonly (readonly [text: string, present: boolean, absent: boolean])[] = [
    ["exists", true, false],
    ["absent", false, true],
    ["value=on", true, false],
    ["value!=on", false, true],
    ["value!=off", true, true],
    ["value>oa", true, false],
    ["value=", false, false],
    ["rev>6", true, false],
    ["rev>7", false, false],
    ["rev<8", true, true],
    ["rev=0", false, true],
    ["create=3", true, false],
    ["version!=2", false, true],
  ];
  for (const [text, present, absent] of cases) {
    t.equal(holds(parseCondition(text), { record }), present, `${text} of a record`);
    t.equal(holds(parseCondition(text), { record: undefined }), absent, `${text} of none`);
  }
});

t.test("anything else is a usage error", async (t) => {
  for (const text of ["", "exist", "rev", "rev>", "rev>x", "rev>-1", "value", "size>3", "rev>>3"])
    t.throws(() => parseCondition(text), /is not one of exists, absent/, text);
});
