import { unreachable } from "../../base/assert.ts";
import { formatBallot } from "../../base/ids.ts";
import type { Write } from "../../paxos/effects.ts";
import type { Message, SlotReport } from "../../paxos/messages.ts";
import type { Value } from "../../paxos/value.ts";

/** A value as people read it. */
export function valueText(value: Value): string {
  return value.kind === "batch" ? new TextDecoder().decode(value.bytes) : value.kind;
}

/** A message in one short line. */
export function messageText(message: Message): string {
  switch (message.kind) {
    case "prepare":
      return `prepare ${formatBallot(message.ballot)} from slot ${message.from}`;
    case "promise":
      return `promise ${formatBallot(message.ballot)}: ${message.reports.map(reportText).join(", ") || "nothing"}`;
    case "reject":
      return `reject ${formatBallot(message.ballot)}: promised ${formatBallot(message.promised)}`;
    case "accept":
      return `accept ${formatBallot(message.ballot)} s${message.slot}=${valueText(message.value)} chosen<${message.chosen}`;
    case "accepted":
      return `accepted ${formatBallot(message.ballot)} s${message.slots.join(",")}`;
    case "heartbeat":
      return `heartbeat ${formatBallot(message.ballot)} #${message.round} chosen<${message.chosen}`;
    case "heartbeat-ack":
      return `heartbeat-ack ${formatBallot(message.ballot)} #${message.round} learned<${message.progress.learned}`;
    case "pre-vote":
      return `pre-vote ${formatBallot(message.ballot)}`;
    case "pre-vote-reply":
      return `pre-vote ${formatBallot(message.ballot)} ${message.granted ? "granted" : "refused"}`;
    case "fetch":
      return `fetch from slot ${message.from}`;
    case "chosen":
      return `chosen from s${message.from}: ${message.values.map(valueText).join(", ") || "nothing"}`;
    case "hand-over":
      return `hand-over ${formatBallot(message.ballot)} chosen<${message.chosen}`;
    case "read-index":
      return `read-index ${message.id}`;
    case "read-index-reply":
      return `read-index ${message.id}: ${message.index ?? "refused"}`;
    default:
      return unreachable(message);
  }
}

/** A write in one short line. */
export function writeText(write: Write): string {
  switch (write.kind) {
    case "promised":
      return `promised ${formatBallot(write.ballot)}`;
    case "entry": {
      const { slot, ballot, value, chosen } = write.entry;
      return `s${slot}=${valueText(value)} ${chosen ? "chosen" : `at ${formatBallot(ballot)}`}`;
    }
    case "learned":
      return `learned<${write.watermark}`;
    case "install":
      return `install<${write.watermark}`;
    case "membership":
      return `membership ${write.membership.epoch} from slot ${write.since} on`;
    case "truncate":
      return `truncated<${write.below}`;
    default:
      return unreachable(write);
  }
}

function reportText(report: SlotReport): string {
  if (report.kind === "damaged") return `s${report.slot} damaged`;
  const at = report.kind === "chosen" ? "chosen" : formatBallot(report.ballot);
  return `s${report.slot}=${valueText(report.value)} (${at})`;
}
