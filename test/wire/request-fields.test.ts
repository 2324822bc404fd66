import t from "tap";
import type { Slot } from "../../src/base/ids.ts";
import { decodeRequest, encodeReply, encodeRequest } from "../../src/wire/client-codec.ts";
import type { Reply, Request } from "../../src/wire/client-messages.ts";

const KEY = Uint8Array.of(1);
const LINEARIZABLE = { level: "linearizable" } as const;
const PONG: Reply = {
  id: 1,
  body: { kind: "pong" },
  applied: 1 as Slot,
  revision: 1,
  leader: undefined,
  servedBy: "n1",
};

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
    [{ ...get, consistency: { level: "linearizable", minRevision: -1 } }, /least revision -1/],
    [{ ...get, consistency: { level: "stale", maxStalenessMs: -1 } }, /staleness -1/],
    [{ ...range, limit: 0 }, /limit 0/],
    [{ ...range, bytesMax: 0 }, /limit in bytes 0/],
    [
      { kind: "mutate", id: 1, timeoutMs: 1, command: new Uint8Array(0), forwarded: false },
      /command is missing/,
    ],
    [{ kind: "hand-over", id: 1, timeoutMs: 1, to: "x".repeat(300) }, /name has 300/],
    [{ kind: "chunk", id: 1, timeoutMs: 1, hash: new Uint8Array(31), index: 0 }, /hash has 31 bytes/],
    [{ kind: "shorten-log", id: 1, timeoutMs: 1, keep: -1 }, /keep -1/],
    [{ kind: "log", id: 1, timeoutMs: 1, from: -1 as Slot, limit: 1 }, /first slot -1/],
    [{ kind: "log", id: 1, timeoutMs: 1, from: 1 as Slot, limit: 0 }, /limit 0/],
    [{ kind: "state-hash", id: 1, timeoutMs: 1, at: -1 as Slot }, /watermark -1/],
    [{ kind: "age", id: 1, timeoutMs: 1, ageMs: -1 }, /age -1/],
    [{ kind: "snapshot", id: 1, timeoutMs: 1, least: 0 as Slot, maxAgeMs: -1 }, /age -1/],
  ];
  for (const [request, reason] of bad) t.match(decodeRequest(encodeRequest(request)), reason);
  t.match(decodeRequest(new Uint8Array(0)), /not protobuf/);
  t.match(decodeRequest(encodeReply(PONG)), /no request/);
});

t.test("an interval without an end and one with an empty end are two things", async (t) => {
  const bounds = { start: KEY, limit: 1, bytesMax: 1, keysOnly: false, consistency: LINEARIZABLE };
  for (const end of [undefined, new Uint8Array(0)]) {
    const request: Request = { ...bounds, kind: "range", id: 1, timeoutMs: 1, end };
    t.strictSame(decodeRequest(encodeRequest(request)), request);
  }
});
