import t from "tap";
import type { GroupId, Slot } from "../../src/base/ids.ts";
import type { Message } from "../../src/paxos/messages.ts";
import { decodePeer, encodePeer } from "../../src/wire/peer-codec.ts";

const GROUP = 0 as GroupId;
const at = (value: number): Slot => value as Slot;

t.test("a page of chosen values or a read index that no member sends is refused with a reason", async (t) => {
  const noop = { kind: "noop", bytes: new Uint8Array(0) } as const;
  const page = { kind: "chosen", from: at(1), values: [noop], learned: at(2), firstKept: at(1) } as const;
  const bad: readonly [string, Message, RegExp][] = [
    ["a fetch from nowhere", { kind: "fetch", from: at(1.5) }, /from 1.5/],
    ["a page from nowhere", { ...page, from: at(-2) }, /from -2/],
    ["too many values", { ...page, values: Array.from({ length: 1025 }, () => noop) }, /1025 values/],
    ["an unknown value", { ...page, values: [{ ...noop, kind: "odd" as "noop" }] }, /value kind 0/],
    ["no id", { kind: "read-index", id: Number.NaN }, /id NaN/],
    ["an index below zero", { kind: "read-index-reply", id: 1, index: at(-1) }, /index -1/],
  ];
  for (const [title, message, reason] of bad)
    t.match(decodePeer(encodePeer(GROUP, message, 0)), reason, title);
});

t.test("a refused read index has none", async (t) => {
  const refused: Message = { kind: "read-index-reply", id: 3, index: undefined };
  const granted: Message = { kind: "read-index-reply", id: 3, index: at(0) };
  for (const message of [refused, granted]) {
    const expected = { group: GROUP, message, timeMs: 0, state: undefined };
    t.strictSame(decodePeer(encodePeer(GROUP, message, 0)), expected);
  }
});

t.test("kinds and values of a page must match one to one", async (t) => {
  const page: Message = { kind: "chosen", from: at(1), values: [], learned: at(2), firstKept: at(1) };
  const payload = encodePeer(GROUP, page, 0);
  t.match(decodePeer(new Uint8Array([...payload, 0x2a, 1, 1])), /1 kinds for 0 values/);
});
