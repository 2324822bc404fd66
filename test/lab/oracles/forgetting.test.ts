import t from "tap";
import { checkForgetting, LAB_WINDOW } from "../../../src/lab/oracles/forgetting.ts";
import { Model } from "../../../src/lab/oracles/model.ts";
import { apply } from "./commands.ts";

const { ageMs, revisions } = LAB_WINDOW;

t.test("a node may have the log forget what is older than its window, and no more", async (t) => {
  const model = new Model();
  for (let second = 1; second <= 30; second++) apply(model, second * 1000, { sequence: second, value: "v" });
  const atEnd = (revision: number) => () => checkForgetting(model, 30_000, revision);
  const oldest = (30_000 - ageMs) / 1000;
  t.doesNotThrow(atEnd(oldest));
  t.throws(atEnd(oldest + 1), /^I39.*16 was forgotten at 30000, when 15000 had revision 15 of 30/);
  t.throws(() => checkForgetting(model, 1000, 1), /^I39/);
});

t.test("however young, what is beyond the number that is kept may go", async (t) => {
  const model = new Model();
  const values = Array.from({ length: revisions + 5 }, (_, at) => ({ sequence: at + 1, value: "v" }));
  apply(model, 1000, ...values);
  t.doesNotThrow(() => checkForgetting(model, 1000, 5));
  t.throws(() => checkForgetting(model, 1000, 6), /^I39/);
});
