import t from "tap";
import { BALLOT_ZERO, slot } from "../../src/base/ids.ts";
import { LOG_PAGE_SLOTS_MAX } from "../../src/base/limits.ts";
import { decodeReply, encodeReply } from "../../src/wire/client-codec.ts";
import type { SlotItem } from "../../src/wire/client-messages.ts";

const ITEM: SlotItem = {
  slot: slot(1),
  ballot: BALLOT_ZERO,
  kind: "noop",
  bytes: 0,
  commands: 0,
  operations: new Map(),
};

function passed(...slots: readonly SlotItem[]): unknown {
  const head = { id: 1, applied: slot(0), revision: 0, leader: undefined, servedBy: "n1" };
  const marks = { firstKept: slot(1), chosen: slot(2), end: slot(2), next: slot(2) };
  const reply = decodeReply(encodeReply({ ...head, body: { kind: "log", ...marks, slots } }));
  return typeof reply === "string" ? reply : reply.body;
}

t.test("a slot that no node tells of is refused", async (t) => {
  t.match(passed(ITEM), { kind: "log", slots: [ITEM] });
  t.match(passed({ ...ITEM, kind: "void" as "noop" }), /kind of slot/);
  t.match(passed({ ...ITEM, bytes: -1 }), /bytes -1/);
  t.match(passed({ ...ITEM, operations: new Map([["put", 0]]) }), /count 0/);
  const many = Array.from({ length: 65 }, (_, index) => [`${index}`, 1] as const);
  t.match(passed({ ...ITEM, operations: new Map(many) }), /65 operations of one slot/);
});

t.test("a page of more slots than a page may hold is refused before it is decoded", async (t) => {
  t.match(passed(...Array.from({ length: LOG_PAGE_SLOTS_MAX }, () => ITEM)), { kind: "log" });
  t.match(passed(...Array.from({ length: LOG_PAGE_SLOTS_MAX + 9 }, () => ITEM)), /fields/);
});
