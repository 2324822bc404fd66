import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { NodeId } from "../../src/base/ids.ts";
import type { Hello, HelloReply, PeerHello, RefusalCode } from "../../src/wire/client-messages.ts";
import { decodeHello, decodeHelloReply, encodeHello, encodeHelloReply } from "../../src/wire/hello-codec.ts";
import { payloadKind } from "../../src/wire/payload.ts";
import { amount, ballot, bytes, hint, name, node, positive, shape, slot } from "./arbitraries.ts";
import { survivesDamage } from "./hostile-bytes.ts";

const clusterId = bytes({ minLength: 32, maxLength: 32 });
const peer: fc.Arbitrary<PeerHello> = shape({
  kind: fc.constant("peer" as const),
  clusterId,
  node,
  incarnation: bytes({ minLength: 16, maxLength: 16 }),
  startCount: positive,
  nonce: bytes({ minLength: 8, maxLength: 8 }),
  witnessPromised: ballot,
  witnessAccepted: ballot,
  witnessEnd: slot,
});
const hello: fc.Arbitrary<Hello> = fc.oneof(
  peer,
  shape({
    kind: fc.constant("client" as const),
    clusterId: fc.oneof(clusterId, fc.constant(new Uint8Array(0))),
  }),
);
const helloReply: fc.Arbitrary<HelloReply> = fc.oneof(
  peer,
  shape({
    kind: fc.constant("welcome" as const),
    clusterId,
    node: name,
    timeMs: amount,
    leader: fc.option(hint, { nil: undefined }),
    members: fc.array(hint, { maxLength: 5 }),
  }),
  shape({
    kind: fc.constant("refused" as const),
    code: fc.constantFrom<RefusalCode>(
      "foreign",
      "unknown_node",
      "amnesia",
      "clone",
      "stale_start",
      "version",
      "busy",
    ),
    message: name,
  }),
);

t.test("hellos and their answers come back as they were sent", async () => {
  fc.assert(
    fc.property(hello, (hello) => deepStrictEqual(decodeHello(encodeHello(hello)), hello)),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(helloReply, (reply) => deepStrictEqual(decodeHelloReply(encodeHelloReply(reply)), reply)),
    { numRuns: 300 },
  );
});

t.test("a hello is no payload of an open link", async (t) => {
  t.equal(payloadKind(encodeHello({ kind: "client", clusterId: new Uint8Array(0) })), undefined);
});

t.test("a member that does not say who it is is refused with a reason", async (t) => {
  const good: PeerHello = {
    kind: "peer",
    clusterId: new Uint8Array(32),
    node: 1 as NodeId,
    incarnation: new Uint8Array(16),
    startCount: 1,
    nonce: new Uint8Array(8),
    witnessPromised: 0,
    witnessAccepted: 0,
    witnessEnd: 0,
  };
  const bad: readonly [Partial<PeerHello>, RegExp][] = [
    [{ clusterId: new Uint8Array(31) }, /cluster id has 31/],
    [{ node: 0 as NodeId }, /node 0/],
    [{ node: 1024 as NodeId }, /node 1024/],
    [{ incarnation: new Uint8Array(17) }, /incarnation has 17/],
    [{ startCount: 0 }, /start count 0/],
    [{ nonce: new Uint8Array(0) }, /nonce has 0/],
    [{ witnessPromised: 1 }, /witnessed promise 1/],
    [{ witnessAccepted: 2048 }, /witnessed ballot 2048/],
  ];
  for (const [part, reason] of bad) {
    t.match(decodeHello(encodeHello({ ...good, ...part })), reason);
    t.match(decodeHelloReply(encodeHelloReply({ ...good, ...part })), reason);
  }
  t.match(decodeHello(encodeHelloReply({ kind: "refused", code: "busy", message: "" })), /no hello/);
  t.match(decodeHelloReply(encodeHello({ kind: "client", clusterId: new Uint8Array(0) })), /no answer/);
  t.match(decodeHello(encodeHello({ kind: "client", clusterId: new Uint8Array(3) })), /cluster id has 3/);
});

t.test("damaged hellos are refused, not thrown over", async (t) => {
  survivesDamage(t, decodeHello, fc.sample(hello, { numRuns: 200, seed: 1 }).map(encodeHello));
  survivesDamage(t, decodeHelloReply, fc.sample(helloReply, { numRuns: 200, seed: 2 }).map(encodeHelloReply));
});
