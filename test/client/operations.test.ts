import t from "tap";
import { KvdError } from "../../src/base/errors.ts";
import type { Modification } from "../../src/client/operations.ts";
import {
  deleteOperation,
  modifyOperation,
  putAllOperation,
  putOperation,
} from "../../src/client/operations.ts";

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

t.test("a condition becomes one of the two that the store knows", async (t) => {
  t.same(putOperation("k", "v", {}), { kind: "put", key: text("k"), value: text("v"), previous: false });
  const cases = [
    [{ ifAbsent: true }, { kind: "revision", revision: 0 }],
    [{ ifAbsent: false }, undefined],
    [{ ifRevision: 7 }, { kind: "revision", revision: 7 }],
    [{ ifValue: "old" }, { kind: "value", value: text("old") }],
    [{ ifValue: "" }, { kind: "value", value: text("") }],
  ] as const;
  for (const [options, condition] of cases) {
    t.same(putOperation("k", "v", options).condition, condition);
    t.same(deleteOperation("k", options).condition, condition);
  }
});

t.test("conditions that contradict each other, and numbers that are none, are refused", async (t) => {
  for (const options of [
    { ifAbsent: true, ifRevision: 1 },
    { ifRevision: 0, ifValue: "" },
  ]) {
    t.throws(() => putOperation("k", "v", options), /exclude each other/);
  }
  for (const ifRevision of [-1, 1.5, Number.NaN, 2 ** 53])
    t.throws(() => deleteOperation("k", { ifRevision }), /whole number/);
});

t.test("numbers go as decimal text, exactly", async (t) => {
  const argumentOf = (modification: Modification): string =>
    Buffer.from(modifyOperation("k", modification, {}).change.argument).toString();
  t.equal(argumentOf({ op: "incr" }), "1");
  t.equal(argumentOf({ op: "incr", argument: -5 }), "-5");
  t.equal(argumentOf({ op: "incr", argument: -0 }), "0");
  t.equal(argumentOf({ op: "max", argument: 9007199254740993n }), "9007199254740993");
  for (const argument of [0.5, 2 ** 53, Number.NaN])
    t.throws(() => argumentOf({ op: "min", argument }), KvdError);
});

t.test("every change and every entry comes through", async (t) => {
  for (const op of ["append", "prepend", "set-if-absent", "json-merge"] as const) {
    t.same(modifyOperation("k", { op, argument: "{}" }, { value: false, previous: true }), {
      kind: "modify",
      key: text("k"),
      change: { kind: op, argument: text("{}") },
      returnsValue: false,
      previous: true,
    });
  }
  t.same(modifyOperation("k", { op: "cas", expected: "a", argument: "b" }, {}).change, {
    kind: "cas",
    expected: text("a"),
    argument: text("b"),
  });
  t.same(putAllOperation(new Map([["k", "v"]])).entries, [{ key: text("k"), value: text("v") }]);
});
