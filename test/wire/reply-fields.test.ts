import t from "tap";
import type { ErrorCode } from "../../src/base/errors.ts";
import type { Slot } from "../../src/base/ids.ts";
import { decodeReply, encodeReply, encodeRequest } from "../../src/wire/client-codec.ts";
import type { Reply, ReplyBody } from "../../src/wire/client-messages.ts";

const KEY = Uint8Array.of(1);

t.test("every error code comes through", async (t) => {
  const codes: readonly ErrorCode[] = [
    "bad_request",
    "overloaded",
    "unavailable",
    "result_too_large",
    "behind",
  ];
  for (const code of codes) {
    const failure = { code, outcome: "unknown", retryable: false, message: "why" } as const;
    t.strictSame(
      decodeReply(encodeReply(replied({ kind: "failure", failure }))),
      replied({ kind: "failure", failure }),
    );
  }
});

t.test("an empty value and no record are two things", async (t) => {
  const record = { value: new Uint8Array(0), createRevision: 1, modRevision: 1, version: 1, leaseId: 0 };
  for (const body of [
    { kind: "record", record },
    { kind: "record", record: undefined },
  ] as const) {
    t.strictSame(decodeReply(encodeReply(replied(body))), replied(body));
  }
});

t.test("a reply that no node writes is refused with a reason", async (t) => {
  const record = { value: KEY, createRevision: 2, modRevision: 2, version: 1, leaseId: 0 };
  const failure = { code: "expired", outcome: "unknown", retryable: false, message: "" } as const;
  const bad: readonly [Reply, RegExp][] = [
    [{ ...replied({ kind: "pong" }), applied: -1 as Slot }, /applied -1/],
    [{ ...replied({ kind: "pong" }), leader: { name: "n1", host: "h", port: 0 } }, /port 0/],
    [{ ...replied({ kind: "pong" }), leader: { name: "n1", host: "", port: 1 } }, /host is missing/],
    [replied({ kind: "record", record: { ...record, version: 0 } }), /version 0/],
    [replied({ kind: "record", record: { ...record, modRevision: 1 } }), /changed at 1, created at 2/],
    [{ ...replied({ kind: "record", record }), freshness: { level: "stale", ageMs: -1 } }, /age -1/],
    [replied({ kind: "failure", failure: { ...failure, code: "odd" as "expired" } }), /code is not known/],
    [replied({ kind: "failure", failure: { ...failure, outcome: "odd" as "unknown" } }), /outcome/],
  ];
  for (const [reply, reason] of bad) t.match(decodeReply(encodeReply(reply)), reason);
  t.match(decodeReply(encodeRequest({ kind: "ping", id: 1 })), /no reply/);
});

function replied(body: ReplyBody): Reply {
  return { id: 5, body, applied: 9 as Slot, revision: 8, leader: undefined, servedBy: "n1" };
}
