import { deepStrictEqual } from "node:assert/strict";
import t from "tap";
import type { Compare, TxnOperation, TxnStep } from "../../src/kv/command.ts";
import { decodeBytes, encodeBody } from "../../src/wire/payload.ts";
import { kvd } from "../../src/wire/schema.generated.js";
import { readTxn, txnBody } from "../../src/wire/txn-codec.ts";

const KEY = Uint8Array.of(1);
const txn = (parts: Partial<TxnOperation>): TxnOperation => ({
  kind: "txn",
  compares: [],
  steps: [],
  otherwise: [],
  ...parts,
});
const roundTrip = (made: TxnOperation) => decodeBytes(encodeBody(kvd.TxnOperation, txnBody(made)), readTxn);

t.test("an open range and one that ends before every key are two things", async () => {
  for (const end of [undefined, new Uint8Array(0)]) {
    const made = txn({ steps: [{ kind: "delete-range", start: KEY, end }] });
    deepStrictEqual(roundTrip(made), made);
  }
});

t.test("the lists keep their order and their sides", async () => {
  const steps: TxnStep[] = ["a", "b", "c"].map((key) => ({
    kind: "get",
    key: new TextEncoder().encode(key),
  }));
  const made = txn({ steps, otherwise: [...steps].reverse() });
  deepStrictEqual(roundTrip(made), made);
});

t.test("a compare that no client writes is refused with a reason", async (t) => {
  const bad: readonly (readonly [Compare, RegExp])[] = [
    [{ target: "version", key: KEY, relation: "=", number: -1 }, /number -1/],
    [{ target: "version", key: KEY, relation: "=", number: 0.5 }, /number 0.5/],
    [{ target: "version", key: KEY, relation: ">=" as "=", number: 1 }, /relation 0/],
    [{ target: "value", key: KEY, relation: "~" as "=", value: KEY }, /relation 0/],
  ];
  for (const [compare, reason] of bad) t.match(roundTrip(txn({ compares: [compare] })), reason);
  const body = encodeBody(kvd.TxnOperation, { compares: [{ key: KEY, target: 1, number: 2 }] });
  t.match(decodeBytes(body, readTxn), /exists is 2/);
});
