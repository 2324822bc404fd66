import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import t from "tap";
import type { Ballot, GroupId, Slot } from "../../src/base/ids.ts";
import type { Message } from "../../src/paxos/messages.ts";
import { payloadKind } from "../../src/wire/payload.ts";
import { decodePeer, encodePeer } from "../../src/wire/peer-codec.ts";
import { amount, group, message } from "./arbitraries.ts";
import { survivesDamage } from "./hostile-bytes.ts";

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
      const expected = { group, message, timeMs: message.kind === "heartbeat" ? timeMs : 0 };
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

t.test("a field that no member writes is refused with a reason", async (t) => {
  const accept = { kind: "accept", ballot: BALLOT, slot: at(3), chosen: at(2), value: NOOP() } as const;
  const heartbeat: Message = {
    kind: "heartbeat",
    ballot: BALLOT,
    round: 1,
    chosen: at(1),
    digest: 1,
    durableEverywhere: at(0),
    serving: true,
  };
  const bad: readonly [string, Message, RegExp][] = [
    ["no ballot", { ...accept, ballot: 0 as Ballot }, /ballot is missing/],
    ["a ballot of nobody", { ...accept, ballot: 2048 as Ballot }, /is not a ballot/],
    ["a ballot below round 1", { ...accept, ballot: 5 as Ballot }, /is not a ballot/],
    ["a ballot above 2^53", { ...accept, ballot: (2 ** 54) as Ballot }, /is not a ballot/],
    ["a negative slot", { ...accept, slot: at(-1) }, /slot -1 is not a slot/],
    ["half a slot", { ...accept, slot: at(1.5) }, /is not a slot/],
    ["no number", { ...accept, chosen: at(Number.NaN) }, /is not a slot/],
    ["an infinite slot", { ...accept, chosen: at(Number.POSITIVE_INFINITY) }, /is not a slot/],
    ["a noop with a value", { ...accept, value: { kind: "noop", bytes: new Uint8Array(1) } }, /noop/],
    [
      "an unknown value",
      { ...accept, value: { kind: "junk" as "batch", bytes: new Uint8Array(1) } },
      /value kind/,
    ],
    ["no slots", accepted([]), /0 slots/],
    ["slots out of order", accepted([2, 1]), /slot 1 after slot 2/],
    ["a slot twice", accepted([2, 2]), /slot 2 after slot 2/],
    ["too many slots", accepted(Array.from({ length: 1025 }, (_, index) => index)), /1025 slots/],
    ["an age below zero", accepted([1], -1), /write age/],
    ["a round below zero", { ...heartbeat, round: -1 }, /round/],
    ["a page that ends before it begins", promise(5, 4, []), /ends before/],
    ["a report below its page", promise(5, 9, [4]), /out of its place/],
    ["a report above its page", promise(5, 9, [9]), /out of its place/],
    ["reports out of order", promise(5, 9, [7, 6]), /out of its place/],
  ];
  for (const [title, message, reason] of bad)
    t.match(decodePeer(encodePeer(GROUP, message, 0)), reason, title);
  t.match(decodePeer(encodePeer(GROUP, heartbeat, Number.NaN)), /cluster time/);
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
  t.strictSame(decodePeer(newer), { group: GROUP, message: { kind: "fetch", from: 9 }, timeMs: 0 });
});

t.test("damaged payloads are refused, not thrown over", async (t) => {
  const samples = fc.sample(message, { numRuns: 400, seed: 7 }).map((sample) => encodePeer(GROUP, sample, 1));
  survivesDamage(t, decodePeer, samples);
});

function NOOP() {
  return { kind: "noop", bytes: new Uint8Array(0) } as const;
}

function accepted(slots: readonly number[], writeAgeMs = 0): Message {
  const progress = { learned: at(1), stateDurable: at(1), writeAgeMs };
  return { kind: "accepted", ballot: BALLOT, slots: slots as readonly Slot[], progress };
}

function promise(from: number, next: number, slots: readonly number[]): Message {
  return {
    kind: "promise",
    ballot: BALLOT,
    from: at(from),
    next: at(next),
    end: at(9),
    learned: at(1),
    firstKept: at(1),
    reports: slots.map((slot) => ({ kind: "damaged", slot: at(slot) })),
  };
}
