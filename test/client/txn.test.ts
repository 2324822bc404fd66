import t from "tap";
import { txnOperation } from "../../src/client/txn.ts";

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const key = text("k");

t.test("compares are = unless they say otherwise", async (t) => {
  const { compares } = txnOperation({
    if: [
      { key: "k", exists: false },
      { key: "k", value: "v" },
      { key: "k", version: 1, is: ">" },
      { key: "k", revision: 2, is: "!=" },
      { key: "k", createRevision: 3, is: "<" },
    ],
  });
  t.same(compares, [
    { target: "exists", key, exists: false },
    { target: "value", key, relation: "=", value: text("v") },
    { target: "version", key, relation: ">", number: 1 },
    { target: "mod-revision", key, relation: "!=", number: 2 },
    { target: "create-revision", key, relation: "<", number: 3 },
  ]);
  for (const version of [-1, 0.5]) t.throws(() => txnOperation({ if: [{ key, version }] }), /whole number/);
});

t.test("both lists keep their order, and what is left out is empty", async (t) => {
  const made = txnOperation({
    do: [{ put: "k", value: "v", previous: true }, { delete: "k" }, { get: "k" }],
    else: [
      { deletePrefix: "a" },
      { deletePrefix: "" },
      { deleteRange: { start: "a", end: "b" } },
      { deleteRange: { start: "a" } },
    ],
  });
  t.same(made, {
    kind: "txn",
    compares: [],
    steps: [
      { kind: "put", key, value: text("v"), previous: true },
      { kind: "delete", key, previous: false },
      { kind: "get", key },
    ],
    otherwise: [
      { kind: "delete-range", start: text("a"), end: text("b") },
      { kind: "delete-range", start: text(""), end: undefined },
      { kind: "delete-range", start: text("a"), end: text("b") },
      { kind: "delete-range", start: text("a"), end: undefined },
    ],
  });
});
