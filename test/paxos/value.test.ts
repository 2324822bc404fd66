import t from "tap";
import { equalValues, NOOP } from "../../src/paxos/value.ts";
import { batch } from "./fixtures.ts";

t.test("values are equal by kind and bytes", async (t) => {
  t.ok(equalValues(batch("a"), batch("a")));
  t.notOk(equalValues(batch("a"), batch("b")));
  t.notOk(equalValues(NOOP, { kind: "batch", bytes: NOOP.bytes }));
});
