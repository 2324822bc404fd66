import t from "tap";
import type { Change, Operation } from "../../src/kv/command.ts";
import { invalidReason } from "../../src/kv/invalid-reason.ts";
import { del, delRange, modify, put, putAll, text } from "./test-state.ts";

const KEY = Uint8Array.of(0);
const MIB = 1_048_576;

t.test("limits hold to the byte, and a refusal names limit, actual size and setting", async (t) => {
  for (const [length, isTooLarge] of [
    [0, false],
    [MIB, false],
    [MIB + 1, true],
  ] as const) {
    const reason = invalidReason({ kind: "put", key: KEY, value: new Uint8Array(length), previous: false });
    if (isTooLarge) t.match(reason, { code: "too_large", message: /1048577.*1048576.*value_bytes_max/ });
    else t.equal(reason, undefined);
  }
  t.match(invalidReason(del("")), { code: "bad_request" });
});

const LONG = new Uint8Array(MIB + 1);
const CASES: readonly (readonly [title: string, operation: Operation, reason: RegExp | undefined])[] = [
  [
    "a put under a long value",
    { ...put("a", ""), condition: { kind: "value", value: LONG } } as Operation,
    /value_bytes_max/,
  ],
  [
    "a delete under a long value",
    { ...del("a"), condition: { kind: "value", value: LONG } } as Operation,
    /value_bytes_max/,
  ],
  [
    "a range up to no key",
    delRange("a", "b", { kind: "up-to", keys: 0 }),
    /at most 10000 keys.*further requests/,
  ],
  ["a range up to 10,000", delRange("a", "b", { kind: "up-to", keys: 10_000 }), undefined],
  ["a range up to 10,001", delRange("a", "b", { kind: "up-to", keys: 10_001 }), /not 10001/],
  ["a range that must be empty", delRange("a", "b", { kind: "exactly", keys: 0 }), undefined],
  ["a range of exactly 10,001", delRange("a", "b", { kind: "exactly", keys: 10_001 }), /not 10001/],
  ["a range turned round", delRange("b", "a", { kind: "up-to", keys: 1 }), /exclusive/],
  ["nothing to put", putAll({}), /at least one key/],
  ["one entry", putAll({ a: "1" }), undefined],
  ["an empty key among others", putAll({ a: "1", "": "2" }), /empty/],
  [
    "a key twice",
    {
      kind: "put-all",
      entries: [
        { key: KEY, value: KEY },
        { key: KEY, value: KEY },
      ],
    },
    /twice/,
  ],
  ["10,000 entries", { kind: "put-all", entries: many(10_000, 1) }, undefined],
  ["10,001 entries", { kind: "put-all", entries: many(10_001, 1) }, /10001 keys.*10000/],
  [
    "4 MiB in four entries",
    { kind: "put-all", entries: many(4, MIB) },
    /request has.*4194304.*txn_bytes_max/,
  ],
  ["a little less", { kind: "put-all", entries: many(4, MIB - 36) }, undefined],
];

function many(count: number, valueBytes: number) {
  const value = new Uint8Array(valueBytes);
  return Array.from({ length: count }, (_, index) => ({ key: text(String(index).padStart(4, "0")), value }));
}

for (const [title, operation, reason] of CASES) {
  t.test(`${title} is ${reason === undefined ? "well formed" : "refused"}`, async (t) => {
    const found = invalidReason(operation);
    if (reason === undefined) t.equal(found, undefined);
    else t.match(found, { outcome: "not_applied", retryable: false, message: reason });
  });
}

t.test("the argument of a change must fit it", async (t) => {
  const changes: readonly (readonly [Change["kind"], string, boolean])[] = [
    ["incr", "-9223372036854775808", true],
    ["incr", "9223372036854775808", false],
    ["incr", "", false],
    ["max", "1.5", false],
    ["min", "x", false],
    ["append", "", true],
    ["prepend", "\u{1f600}", true],
    ["set-if-absent", "", true],
    ["json-merge", '{"a":null}', true],
    ["json-merge", '{"a":}', false],
    ["json-merge", "", false],
  ];
  for (const [kind, argument, isValid] of changes) {
    const found = invalidReason(modify("a", { kind, argument: text(argument) } as Change));
    t.equal(found?.code, isValid ? undefined : "bad_request", `${kind} ${argument}`);
  }
  t.match(invalidReason(modify("a", { kind: "append", argument: LONG })), { code: "too_large" });
  t.match(invalidReason(modify("a", { kind: "cas", expected: LONG, argument: KEY })), { code: "too_large" });
});
