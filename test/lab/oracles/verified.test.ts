import t from "tap";
import { present } from "../../../src/base/assert.ts";
import { Model } from "../../../src/lab/oracles/model.ts";
import { Verified } from "../../../src/lab/oracles/verified.ts";
import { apply } from "./commands.ts";

t.test("a row is known only with the very thing that it was held against", async (t) => {
  const verified = new Verified();
  const [row, right] = [{ of: "disk" }, { of: "model" }];
  t.notOk(verified.has(row, right));
  verified.add(row, right);
  t.ok(verified.has(row, right));
  t.notOk(verified.has(row, { ...right }));
  t.notOk(verified.has({ ...row }, right));
});

t.test("a request has one payload, whoever stores its hash", async (t) => {
  const verified = new Verified();
  const model = new Model();
  apply(model, 10, { sequence: 1, value: "a" }, { sequence: 2, value: "b" });
  const [first, second] = [...model.executions.values()].flat();
  t.ok(verified.isHashOf(present(first, "one"), 7));
  t.ok(verified.isHashOf(present(second, "another"), 8));
  t.ok(verified.isHashOf(present(first, "one"), 7));
  t.notOk(verified.isHashOf(present(first, "one"), 8));
});

t.test("at one watermark all states keep the same rows", async (t) => {
  const verified = new Verified();
  t.ok(verified.isKeptAt(5, [1, 2, 4]));
  t.ok(verified.isKeptAt(6, [2, 4]));
  t.ok(verified.isKeptAt(5, [1, 2, 4]));
  t.notOk(verified.isKeptAt(5, [1, 2]));
  t.notOk(verified.isKeptAt(5, [1, 3, 4]));
  t.notOk(verified.isKeptAt(6, [1, 5]));
});
