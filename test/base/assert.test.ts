import t from "tap";
import { AssertionError, assert, present, unreachable } from "../../src/base/assert.ts";

t.test("a broken invariant stops the program and names itself", async (t) => {
  t.throws(() => assert(false, "I4: the promised ballot never falls"), {
    name: "AssertionError",
    message: "I4: the promised ballot never falls",
  });
  t.doesNotThrow(() => assert(true, "never seen"));
});

t.test("a member of a union that nobody handles is a broken invariant, and shows itself", async (t) => {
  t.throws(() => unreachable({ kind: "surprise" } as never), {
    name: "AssertionError",
    message: 'unreachable: {"kind":"surprise"}',
  });
});

t.test("present passes every value but undefined, falsy ones too", async (t) => {
  for (const value of [0, "", false, null]) t.equal(present(value, "it is there"), value);
  t.throws(() => present(undefined, "it is there"), new AssertionError("it is there"));
});
