import t from "tap";
import type { Ballot, GroupId, Slot } from "../../src/base/ids.ts";
import type { Message } from "../../src/paxos/messages.ts";
import { decodePeer, encodePeer } from "../../src/wire/peer-codec.ts";

const GROUP = 0 as GroupId;
const BALLOT = 1025 as Ballot;
const at = (value: number): Slot => value as Slot;

t.test("an accept, its answer and a heartbeat that no member sends are refused with a reason", async (t) => {
  const accept = { kind: "accept", ballot: BALLOT, slot: at(3), chosen: at(2), value: NOOP() } as const;
  const heartbeat: Message = {
    kind: "heartbeat",
    ballot: BALLOT,
    round: 1,
    chosen: at(1),
    digest: 1,
    durableEverywhere: at(0),
    serving: true,
    leaseMs: 0,
    settled: 1,
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
  ];
  for (const [title, message, reason] of bad)
    t.match(decodePeer(encodePeer(GROUP, message, 0)), reason, title);
  t.match(decodePeer(encodePeer(GROUP, heartbeat, Number.NaN)), /cluster time/);
  t.match(decodePeer(encodePeer(GROUP, heartbeat, 0, { at: at(-1), hash: 1 })), /watermark -1/);
  t.match(decodePeer(encodePeer(GROUP, heartbeat, 0, { at: at(1), hash: 0.5 })), /state hash 0.5/);
});

function NOOP() {
  return { kind: "noop", bytes: new Uint8Array(0) } as const;
}

function accepted(slots: readonly number[], writeAgeMs = 0): Message {
  const progress = { learned: at(1), stateDurable: at(1), writeAgeMs, epoch: 1 };
  return { kind: "accepted", ballot: BALLOT, slots: slots as readonly Slot[], progress };
}

t.test(
  "the hash of a state goes with heartbeats and their acknowledgements, when there is one",
  async (t) => {
    const state = { at: at(7), hash: Number.MAX_SAFE_INTEGER };
    const progress = { learned: at(1), stateDurable: at(1), writeAgeMs: 0, epoch: 1 };
    const ack: Message = {
      ...{ kind: "heartbeat-ack", ballot: BALLOT, round: 1, digest: 2, granted: false },
      progress,
    };
    t.strictSame(decodePeer(encodePeer(GROUP, ack, 0, state)), {
      group: GROUP,
      message: ack,
      timeMs: 0,
      state,
    });
    const expected = { group: GROUP, message: ack, timeMs: 0, state: undefined };
    t.strictSame(decodePeer(encodePeer(GROUP, ack, 0)), expected);
  },
);
