import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { ErrorCode } from "../../src/base/errors.ts";
import type { Slot } from "../../src/base/ids.ts";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "../../src/wire/client-codec.ts";
import type { Reply, ReplyBody, Request } from "../../src/wire/client-messages.ts";
import { payloadKind } from "../../src/wire/payload.ts";
import { reply, request } from "./arbitraries.ts";
import { survivesDamage } from "./hostile-bytes.ts";

const KEY = Uint8Array.of(1);
const LINEARIZABLE = { level: "linearizable" } as const;

t.test("every request comes back as it was sent", async (t) => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(request, (request) => {
      seen.add(request.kind);
      const payload = encodeRequest(request);
      deepStrictEqual(payloadKind(payload), "request");
      deepStrictEqual(decodeRequest(payload), request);
    }),
    { numRuns: 800 },
  );
  t.equal(seen.size, 6);
});

t.test("every reply comes back as it was sent", async (t) => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(reply, (reply) => {
      seen.add(reply.body.kind);
      const payload = encodeReply(reply);
      deepStrictEqual(payloadKind(payload), "reply");
      deepStrictEqual(decodeReply(payload), reply);
    }),
    { numRuns: 800 },
  );
  t.equal(seen.size, 7);
});

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

t.test("a request that no client writes is refused with a reason", async (t) => {
  const get = { kind: "get", id: 1, timeoutMs: 1, key: KEY, consistency: LINEARIZABLE } as const;
  const bounds = { start: KEY, end: undefined, limit: 1, bytesMax: 1, keysOnly: false };
  const range = { ...bounds, kind: "range", id: 1, timeoutMs: 1, consistency: LINEARIZABLE } as const;
  const bad: readonly [Request, RegExp][] = [
    [{ ...get, id: -1 }, /id -1/],
    [{ ...get, id: 0.5 }, /id 0.5/],
    [{ ...get, timeoutMs: -1 }, /time-out -1/],
    [{ ...get, timeoutMs: Number.POSITIVE_INFINITY }, /time-out Infinity/],
    [{ ...get, consistency: { level: "eventual" as "linearizable" } }, /consistency/],
    [{ ...get, consistency: { level: "sequential", token: -1 as Slot } }, /token -1/],
    [{ ...range, limit: 0 }, /limit 0/],
    [{ ...range, bytesMax: 0 }, /limit in bytes 0/],
    [
      { kind: "mutate", id: 1, timeoutMs: 1, command: new Uint8Array(0), forwarded: false },
      /command is missing/,
    ],
    [{ kind: "hand-over", id: 1, timeoutMs: 1, to: "x".repeat(300) }, /name has 300/],
  ];
  for (const [request, reason] of bad) t.match(decodeRequest(encodeRequest(request)), reason);
  t.match(decodeRequest(new Uint8Array(0)), /not protobuf/);
  t.match(decodeRequest(encodeReply(replied({ kind: "pong" }))), /no request/);
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
    [replied({ kind: "failure", failure: { ...failure, code: "odd" as "expired" } }), /code is not known/],
    [replied({ kind: "failure", failure: { ...failure, outcome: "odd" as "unknown" } }), /outcome/],
  ];
  for (const [reply, reason] of bad) t.match(decodeReply(encodeReply(reply)), reason);
  t.match(decodeReply(encodeRequest({ kind: "ping", id: 1 })), /no reply/);
});

t.test("damaged requests and replies are refused, not thrown over", async (t) => {
  survivesDamage(t, decodeRequest, fc.sample(request, { numRuns: 300, seed: 3 }).map(encodeRequest));
  survivesDamage(t, decodeReply, fc.sample(reply, { numRuns: 300, seed: 4 }).map(encodeReply));
});

function replied(body: ReplyBody): Reply {
  return { id: 5, body, applied: 9 as Slot, revision: 8, leader: undefined, servedBy: "n1" };
}
