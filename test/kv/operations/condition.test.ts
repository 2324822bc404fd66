import t from "tap";
import type { Condition } from "../../../src/kv/command.ts";
import { conditionFailure } from "../../../src/kv/operations/condition.ts";
import { text } from "../test-state.ts";

const RECORD = { value: text("on"), createRevision: 3, modRevision: 7, version: 2, leaseId: 0 };
const revision = (number: number): Condition => ({ kind: "revision", revision: number });
const value = (expected: string): Condition => ({ kind: "value", value: text(expected) });

t.test("a condition holds of exactly what it names", async (t) => {
  for (const condition of [revision(7), value("on")]) t.equal(conditionFailure(condition, RECORD), undefined);
  t.equal(conditionFailure(revision(0), undefined), undefined);
});

t.test("a condition that does not hold tells the revision that stands there", async (t) => {
  const cases: readonly (readonly [Condition, typeof RECORD | undefined, number, RegExp])[] = [
    [revision(0), RECORD, 7, /exists already, at revision 7/],
    [revision(6), RECORD, 7, /at revision 7, not 6/],
    [revision(3), RECORD, 7, /not 3/],
    [revision(7), undefined, 0, /absent, not at revision 7/],
    [value("off"), RECORD, 7, /another value, since revision 7/],
    [value(""), RECORD, 7, /another value/],
    [value(""), undefined, 0, /absent/],
  ];
  for (const [condition, record, present, message] of cases) {
    t.match(conditionFailure(condition, record), {
      code: "condition_failed",
      outcome: "not_applied",
      retryable: false,
      conflict: { kind: "revision", revision: present },
      message,
    });
  }
});
