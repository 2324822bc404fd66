import fc from "fast-check";
import type { Operation } from "../../src/kv/command.ts";
import { del, delRange, put, putAll } from "./test-state.ts";

const someKey = fc.constantFrom("a", "b", "c", "d");
const someOperation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(someKey, fc.nat(9)).map(([key, value]) => put(key, `${value}`)) },
  { weight: 2, arbitrary: someKey.map((key) => del(key)) },
  fc
    .uniqueArray(someKey, { minLength: 1 })
    .map((keys) => putAll(Object.fromEntries(keys.map((key) => [key, "y"])))),
  someKey.map((start) => delRange(start, undefined, { kind: "up-to", keys: 3 })),
);

/** What happens in a slot, and to what is not flushed yet afterwards. */
export const someSlot = fc.record({
  operations: fc.array(someOperation, { maxLength: 4 }),
  seals: fc.boolean(),
  flushes: fc.boolean(),
});
