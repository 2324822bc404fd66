import type protobuf from "protobufjs/minimal.js";
import { LOG_PAGE_SLOTS_MAX } from "../base/limits.ts";
import type { ReplyBody, SlotItem } from "./client-messages.ts";
import {
  ballotField,
  countField,
  malformed,
  positiveField,
  refuseCrowded,
  slotField,
  textField,
  wordField,
  wordNumber,
} from "./fields.ts";
import { NAME_CHARACTERS_MAX } from "./leader-hint.ts";
import type { ReplyHead } from "./reply-fields.ts";
import { kvd } from "./schema.generated.js";

type LogAnswer = Extract<ReplyBody, { kind: "log" }>;

const SLOT_KINDS: readonly SlotItem["kind"][] = ["noop", "batch", "membership", "genesis", "damaged"];
/** Fields of the reply besides its slots. */
const OTHER_FIELDS_MAX = 9;
/** More than there are. */
const OPERATION_NAMES_MAX = 64;

export function logBody(head: ReplyHead, body: LogAnswer): kvd.LogReply.$Properties {
  const { firstKept, chosen, end, next, slots } = body;
  return { ...head, firstKept, chosen, end, next, slots: slots.map(slotBody) };
}

/** Decodes a page of a log, unless it names more slots than a page may hold. */
export function readLog(reader: protobuf.Reader): readonly [kvd.LogReply, LogAnswer] {
  refuseCrowded(reader, LOG_PAGE_SLOTS_MAX + OTHER_FIELDS_MAX);
  const body = kvd.LogReply.decode(reader);
  const page: LogAnswer = {
    kind: "log",
    firstKept: slotField(body.firstKept, "first slot kept"),
    chosen: slotField(body.chosen, "chosen watermark"),
    end: slotField(body.end, "end"),
    next: slotField(body.next, "next slot"),
    slots: body.slots.map(slotItemField),
  };
  return [body, page];
}

function slotBody({ operations, kind, ...same }: SlotItem): kvd.SlotItem.$Properties {
  const counters = [...operations].map(([name, value]) => ({ name, value }));
  return { ...same, kind: wordNumber(SLOT_KINDS, kind), operations: counters };
}

function slotItemField(body: kvd.SlotItem.$Properties): SlotItem {
  const counted = body.operations ?? [];
  if (counted.length > OPERATION_NAMES_MAX) malformed(`${counted.length} operations of one slot`);
  const operations = new Map<string, number>();
  for (const { name, value } of counted) {
    operations.set(
      textField(name ?? "", NAME_CHARACTERS_MAX, "operation"),
      positiveField(value ?? 0, "count"),
    );
  }
  return {
    slot: slotField(body.slot ?? 0, "slot"),
    ballot: ballotField(body.ballot ?? 0, "ballot"),
    kind: wordField(SLOT_KINDS, body.kind ?? 0, "kind of slot"),
    bytes: countField(body.bytes ?? 0, "bytes"),
    commands: countField(body.commands ?? 0, "commands"),
    operations,
  };
}
