import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import protobuf from "protobufjs/minimal.js";
import t from "tap";
import type { Result } from "../../src/kv/command.ts";
import { encodeBody } from "../../src/wire/payload.ts";
import { resultBody, resultField } from "../../src/wire/result-fields.ts";
import { kvd } from "../../src/wire/schema.generated.js";
import { result } from "./arbitraries.ts";

const HEAD = { id: 1, applied: 2, revision: 3, servedBy: "n1", leader: null };
const roundTrip = (made: Result): Result =>
  resultField(
    kvd.ResultReply.decode(new protobuf.Reader(encodeBody(kvd.ResultReply, resultBody(HEAD, made)))),
  );

t.test("every result comes back as it was sent", async (t) => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(result, (result) => {
      seen.add(result.kind);
      deepStrictEqual(roundTrip(result), result);
    }),
    { numRuns: 500 },
  );
  t.equal(seen.size, 15);
});

t.test("an empty value and none are two things", async () => {
  const record = { createRevision: 1, modRevision: 1, version: 1 };
  const modified = { kind: "modify", revision: 1, changed: true, ...record, previous: undefined } as const;
  for (const value of [new Uint8Array(0), undefined])
    deepStrictEqual(roundTrip({ ...modified, value }), { ...modified, value });
});

t.test("a result that no node writes is refused with a reason", async (t) => {
  const record = { createRevision: 1, modRevision: 1, version: 1, value: undefined, previous: undefined };
  const bad: readonly (readonly [Result, RegExp])[] = [
    [{ kind: "put-all", revision: 1, count: -1 }, /count -1/],
    [{ kind: "delete-range", revision: 0.5, count: 1, more: false }, /revision 0.5/],
    [{ kind: "modify", revision: 1, changed: true, ...record, modRevision: 0 }, /mod revision 0/],
    [
      {
        kind: "txn",
        revision: 1,
        succeeded: true,
        answers: [{ kind: "put", createRevision: 0, version: 1, previous: undefined }],
      },
      /create revision 0/,
    ],
  ];
  for (const [made, reason] of bad) t.throws(() => roundTrip(made), reason);
});
