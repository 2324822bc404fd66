import t from "tap";
import type { Ballot, GroupId, Slot } from "../../src/base/ids.ts";
import type { Message } from "../../src/paxos/messages.ts";
import { decodePeer, encodePeer } from "../../src/wire/peer-codec.ts";

const GROUP = 0 as GroupId;
const BALLOT = 1025 as Ballot;
const at = (value: number): Slot => value as Slot;

t.test("a promise, a reject or a vote that no member sends is refused with a reason", async (t) => {
  const reject = { kind: "reject", ballot: BALLOT, promised: BALLOT, of: "prepare" } as const;
  const vote = { kind: "pre-vote", ballot: BALLOT, learned: at(1) } as const;
  const prepare = { kind: "prepare", ballot: BALLOT, from: at(1), handOver: 0 as Ballot } as const;
  const bad: readonly [string, Message, RegExp][] = [
    ["a page that ends before it begins", promise(5, 4, []), /ends before/],
    ["a report below its page", promise(5, 9, [4]), /out of its place/],
    ["a report above its page", promise(5, 9, [9]), /out of its place/],
    ["reports out of order", promise(5, 9, [7, 6]), /out of its place/],
    ["a rejected nothing", { ...reject, of: "nothing" as "accept" }, /rejected 0/],
    ["a promise of nobody", { ...reject, promised: 2048 as Ballot }, /promised 2048/],
    ["a vote without a ballot", { ...vote, ballot: 0 as Ballot }, /ballot is missing/],
    ["a prepare from nowhere", { ...prepare, from: at(-1) }, /from -1/],
    ["a hand-over of nobody", { ...prepare, handOver: 7 as Ballot }, /hand-over ballot 7/],
    ["a hand-over without a ballot", { kind: "hand-over", ballot: 0 as Ballot, chosen: at(1) }, /missing/],
  ];
  for (const [title, message, reason] of bad)
    t.match(decodePeer(encodePeer(GROUP, message, 0)), reason, title);
});

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
