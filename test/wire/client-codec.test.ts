import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "../../src/wire/client-codec.ts";
import { payloadKind } from "../../src/wire/payload.ts";
import { reply, request } from "./arbitraries.ts";
import { survivesDamage } from "./hostile-bytes.ts";

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
  t.equal(seen.size, 22);
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
  t.equal(seen.size, 18);
});

t.test("damaged requests and replies are refused, not thrown over", async (t) => {
  survivesDamage(t, decodeRequest, fc.sample(request, { numRuns: 300, seed: 3 }).map(encodeRequest));
  survivesDamage(t, decodeReply, fc.sample(reply, { numRuns: 300, seed: 4 }).map(encodeReply));
});
