import t from "tap";
import type { TxnOperation, TxnStep } from "../../src/kv/command.ts";
import { invalidTxnReason } from "../../src/kv/invalid-txn-reason.ts";
import { text, txn } from "./test-state.ts";

const putStep = (key: string, value = ""): TxnStep => ({
  kind: "put",
  key: text(key),
  value: text(value),
  previous: false,
});
const delStep = (key: string): TxnStep => ({ kind: "delete", key: text(key), previous: false });
const getStep = (key: string): TxnStep => ({ kind: "get", key: text(key) });
const rangeStep = (start: string, end: string): TxnStep => ({
  kind: "delete-range",
  start: text(start),
  end: text(end),
});
const gets = (count: number): TxnStep[] => Array.from({ length: count }, () => getStep("a"));
const exists = (key: string) => ({ target: "exists", key: text(key), exists: true }) as const;
const big = "x".repeat(1_048_576);

const CASES: readonly (readonly [title: string, txn: TxnOperation, reason: RegExp | undefined])[] = [
  ["an empty one", txn({}), /empty/],
  ["compares alone", txn({ compares: [exists("a")] }), undefined],
  ["1,000 operations", txn({ compares: [exists("a")], steps: gets(500), otherwise: gets(499) }), undefined],
  [
    "1,001 operations",
    txn({ compares: [exists("a")], steps: gets(500), otherwise: gets(500) }),
    /1001.*1000/,
  ],
  ["an empty key in a compare", txn({ compares: [exists("")] }), /empty/],
  ["an empty key in a step", txn({ otherwise: [getStep("")] }), /empty/],
  [
    "a long value to compare",
    txn({ compares: [{ target: "value", key: text("a"), relation: "=", value: text(`${big}x`) }] }),
    /value_bytes_max/,
  ],
  ["a long value to put", txn({ steps: [putStep("a", `${big}x`)] }), /value_bytes_max/],
  ["a range turned round", txn({ steps: [rangeStep("b", "a")] }), /exclusive/],
  ["a key put and deleted", txn({ steps: [putStep("a"), delStep("a")] }), /twice/],
  ["a key put in a deleted range", txn({ otherwise: [rangeStep("a", "c"), putStep("b")] }), /twice/],
  ["a key at the range's end", txn({ steps: [rangeStep("a", "c"), putStep("c")] }), undefined],
  [
    "the same key in both lists, and read",
    txn({ steps: [putStep("a"), getStep("a")], otherwise: [putStep("a")] }),
    undefined,
  ],
  ["ranges that overlap", txn({ steps: [rangeStep("a", "c"), rangeStep("b", "d")] }), undefined],
  [
    "4 MiB",
    txn({
      steps: ["a", "b"].map((key) => putStep(key, big)),
      otherwise: ["a", "b"].map((key) => putStep(key, big)),
    }),
    /transaction has.*txn_bytes_max/,
  ],
  ["3 MiB", txn({ steps: ["a", "b", "c"].map((key) => putStep(key, big)) }), undefined],
];

for (const [title, operation, reason] of CASES) {
  t.test(`${title}: ${reason === undefined ? "well formed" : "refused"}`, async (t) => {
    const found = invalidTxnReason(operation);
    if (reason === undefined) t.equal(found, undefined);
    else t.match(found, { outcome: "not_applied", message: reason });
  });
}
