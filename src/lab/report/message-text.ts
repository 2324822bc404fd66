import type { JsonObject } from "../../node/trace-line.ts";
import { fieldText, items, part } from "./record-fields.ts";
import { valueText } from "./value-text.ts";

/** `#3`, or `#3..5 #9`: ascending slots with runs drawn together. */
export function slotsText(slots: readonly number[], more = 0): string {
  const runs: [first: number, last: number][] = [];
  for (const slot of slots) {
    const run = runs[runs.length - 1];
    if (run !== undefined && run[1] + 1 === slot) run[1] = slot;
    else runs.push([slot, slot]);
  }
  const texts = runs.map(([first, last]) => (first === last ? `#${first}` : `#${first}..${last}`));
  if (more > 0) texts.push(`and ${more} more`);
  return texts.join(" ");
}

/** The numbers of a list that may end with how many are missing. */
function slotList(record: JsonObject, field: string): string {
  const list = record[field];
  if (!Array.isArray(list)) return "?";
  const slots = list.filter((item): item is number => typeof item === "number");
  const more = items(record, field).find((item) => typeof item["more"] === "number");
  return slotsText(slots, Number(more?.["more"] ?? 0));
}

const TEXTS: Readonly<Record<string, (message: JsonObject, field: (name: string) => string) => string>> = {
  prepare: (message, field) => {
    const handOver = fieldText(message, "handOver");
    return `${field("ballot")} from #${field("from")}${handOver === "0.0" ? "" : ` after hand-over of ${handOver}`}`;
  },
  promise: (message, field) => {
    const reports = items(message, "reports");
    const damaged = reports.filter((report) => report["kind"] === "damaged").length;
    const known = reports.length === 0 ? "empty" : `${reports.length} known`;
    const lost = damaged === 0 ? "" : `, ${damaged} damaged`;
    return `${field("ballot")} #${field("from")}..<${field("next")} of ${field("end")}: ${known}${lost}`;
  },
  reject: (_, field) => `${field("of")} ${field("ballot")}: promised ${field("promised")}`,
  accept: (message, field) =>
    `${field("ballot")} #${field("slot")} ${valueText(part(message, "value"))}, chosen <${field("chosen")}`,
  accepted: (message, field) => `${field("ballot")} ${slotList(message, "slots")}`,
  heartbeat: (_, field) => `${field("ballot")} r${field("round")}, chosen <${field("chosen")}`,
  "heartbeat-ack": (message, field) =>
    `${field("ballot")} r${field("round")}, learned <${fieldText(part(message, "progress"), "learned")}`,
  "pre-vote": (_, field) => `${field("ballot")}, learned <${field("learned")}`,
  "pre-vote-reply": (message, field) =>
    `${field("ballot")} ${message["granted"] === true ? "yes" : `no, promised ${field("promised")}`}`,
  fetch: (_, field) => `from #${field("from")}`,
  chosen: (message, field) => {
    const count = items(message, "values").length;
    return count === 0
      ? `nothing from #${field("from")}, kept from #${field("firstKept")}`
      : `${count} from #${field("from")}`;
  },
  "hand-over": (_, field) => `${field("ballot")}, chosen <${field("chosen")}`,
  "read-index": (_, field) => `r${field("id")}`,
  "read-index-reply": (message, field) =>
    `r${field("id")} ${message["index"] === undefined ? "refused" : `=${field("index")}`}`,
};

/** A message's kind and main fields on a short line; slots have a `#`, ends of ranges that do not belong to them a `<`. */
export function messageText(message: JsonObject): string {
  const kind = fieldText(message, "kind");
  if (!Object.hasOwn(TEXTS, kind)) return kind;
  return `${kind} ${TEXTS[kind]?.(message, (name) => fieldText(message, name))}`;
}
