import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { Ballot, GroupId, Slot } from "../../src/base/ids.ts";
import type { Message } from "../../src/paxos/messages.ts";
import { payloadKind } from "../../src/wire/payload.ts";
import { decodePeer, encodePeer } from "../../src/wire/peer-codec.ts";
import { amount, group } from "./arbitraries.ts";
import { survivesDamage } from "./hostile-bytes.ts";
import { message } from "./message-arbitraries.ts";

const GROUP = 0 as GroupId;
const BALLOT = 1025 as Ballot;
const at = (value: number): Slot => value as Slot;

t.test("every message comes back as it was sent", async (t) => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(group, message, amount, (group, message, timeMs) => {
      seen.add(message.kind);
      const payload = encodePeer(group as GroupId, message, timeMs);
      deepStrictEqual(payloadKind(payload), "peer");
      const expected = {
        group,
        message,
        timeMs: message.kind === "heartbeat" ? timeMs : 0,
        state: undefined,
      };
      const decoded = decodePeer(payload);
      deepStrictEqual(decoded, expected);
    }),
    { numRuns: 1500 },
  );
  t.equal(seen.size, 14);
});

t.test("a value travels byte for byte, and is a view of the payload", async (t) => {
  for (const length of [0, 1, 127, 128, 1199, 1200, 1201, 65_536, 1_048_576]) {
    const bytes = new Uint8Array(length).map((_, index) => index % 251);
    const accept: Message = {
      kind: "accept",
      ballot: BALLOT,
      slot: at(7),
      chosen: at(6),
      value: { kind: "batch", bytes },
    };
    const payload = encodePeer(GROUP, accept, 0);
    const decoded = decodePeer(payload);
    if (typeof decoded === "string" || decoded.message.kind !== "accept") throw new Error("not an accept");
    t.same(Buffer.from(decoded.message.value.bytes), Buffer.from(bytes));
    if (length > 0) t.equal(decoded.message.value.bytes.buffer, payload.buffer, "not copied");
    t.ok(payload.length <= length + 42, `${payload.length - length} bytes around ${length}`);
  }
});

t.test("payloads made one after the other do not share memory", async (t) => {
  const first = encodePeer(GROUP, { kind: "fetch", from: at(1) }, 0);
  const copy = new Uint8Array(first);
  encodePeer(GROUP, { kind: "fetch", from: at(2) }, 0);
  t.same(first, copy);
});

t.test("a minus zero does not get in", async (t) => {
  const decoded = decodePeer(encodePeer(GROUP, { kind: "fetch", from: at(-0) }, 0));
  t.ok(typeof decoded !== "string" && decoded.message.kind === "fetch" && Object.is(decoded.message.from, 0));
});

t.test("what is no member's message is refused", async (t) => {
  t.match(decodePeer(new Uint8Array(0)), /not protobuf/);
  t.match(decodePeer(Uint8Array.of(0)), /type 0 is not known/);
  t.match(decodePeer(Uint8Array.of(32)), /type 32 is not known/);
  t.match(decodePeer(new Uint8Array(5 * 1024 * 1024)), /bytes are more than/);
});

t.test("a field of a newer version is passed over", async (t) => {
  const payload = encodePeer(GROUP, { kind: "fetch", from: at(9) }, 0);
  const newer = new Uint8Array([...payload, 0xf8, 0x7f, 1]);
  const message = { kind: "fetch", from: 9 };
  t.strictSame(decodePeer(newer), { group: GROUP, message, timeMs: 0, state: undefined });
});

t.test("damaged payloads are refused, not thrown over", async (t) => {
  const samples = fc.sample(message, { numRuns: 400, seed: 7 }).map((sample) => encodePeer(GROUP, sample, 1));
  survivesDamage(t, decodePeer, samples);
});
