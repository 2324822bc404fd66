import fc from "fast-check";
import t from "tap";
import type { Operation } from "../../src/kv/command.ts";
import { changedKeysMax, keptBytes, needsSpace, txnBytes } from "../../src/kv/operation-size.ts";
import { encodeOperation } from "../../src/wire/operation-codec.ts";
import { operation } from "../wire/operation-arbitraries.ts";
import { del, delRange, modify, put, putAll, text, txn } from "./test-state.ts";

const value = text("12345");
const steps = [
  { kind: "put", key: text("ab"), value, previous: false },
  { kind: "get", key: text("abcdef") },
  { kind: "delete", key: text("abc"), previous: false },
] as const;
const range = { kind: "delete-range", start: text("a"), end: undefined } as const;

t.test("what may be kept and what may be changed is counted for every operation", async (t) => {
  const table: readonly (readonly [Operation, kept: number, changed: number])[] = [
    [put("ab", "12345"), 7, 1],
    [del("ab"), 2, 1],
    [delRange("a", "b", { kind: "up-to", keys: 50 }), 0, 50],
    [delRange("a", "b", { kind: "exactly", keys: 0 }), 0, 0],
    [putAll({ ab: "1", c: "2" }), 5, 2],
    [modify("ab", { kind: "append", argument: value }), 7, 1],
    [txn({ steps }), 10, 2],
    [txn({ steps, otherwise: [range] }), 10, 10_000],
  ];
  for (const [made, kept, changed] of table) {
    t.equal(keptBytes(made), kept, made.kind);
    t.equal(changedKeysMax(made), changed, made.kind);
  }
});

t.test("what takes away passes when room is short, what adds does not", async (t) => {
  const remove = { kind: "delete", key: text("a"), previous: false } as const;
  for (const made of [
    put("a", "1"),
    putAll({ a: "1" }),
    modify("a", { kind: "append", argument: value }),
    txn({ steps }),
  ])
    t.ok(needsSpace(made), made.kind);
  for (const made of [
    del("a"),
    delRange("a", "b", { kind: "up-to", keys: 1 }),
    txn({ steps: [remove], otherwise: [range] }),
  ])
    t.notOk(needsSpace(made), made.kind);
  t.ok(needsSpace(txn({ steps: [remove], otherwise: steps })), "either side may be done");
});

t.test(
  "a transaction counts at least what it takes on the wire, so that its limit is one of the message",
  async () => {
    const transaction = operation.filter((made) => made.kind === "txn");
    fc.assert(
      fc.property(transaction, (made) => encodeOperation(made).length <= txnBytes(made) + 1),
      { numRuns: 300 },
    );
  },
);
