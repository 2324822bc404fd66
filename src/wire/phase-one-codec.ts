import type protobuf from "protobufjs/minimal.js";
import { unreachable } from "../base/assert.ts";
import type { GroupId, Slot } from "../base/ids.ts";
import { PAGE_SLOTS_MAX } from "../base/limits.ts";
import type {
  HandOverMessage,
  PrepareMessage,
  PreVoteMessage,
  PreVoteReplyMessage,
  PromiseMessage,
  RejectMessage,
  SlotReport,
} from "../paxos/messages.ts";
import {
  ballotField,
  bytesField,
  malformed,
  slotField,
  usedBallotField,
  wordField,
  wordNumber,
} from "./fields.ts";
import { encodePayload, MESSAGE_TYPE } from "./payload.ts";
import { type Received, received } from "./received.ts";
import { kvd } from "./schema.generated.js";
import { valueField, valueKindNumber } from "./value-codec.ts";

const REPORT_KINDS: readonly SlotReport["kind"][] = ["accepted", "chosen", "damaged"];
const REJECTED: readonly RejectMessage["of"][] = ["prepare", "accept", "heartbeat"];

export function encodePrepare(group: GroupId, { ballot, from, handOver }: PrepareMessage): Uint8Array {
  return encodePayload(MESSAGE_TYPE.prepare, kvd.Prepare, { group, ballot, from, handOver });
}

export function decodePrepare(reader: protobuf.Reader): Received {
  const body = kvd.Prepare.decode(reader);
  return received(body.group, {
    kind: "prepare",
    ballot: usedBallotField(body.ballot, "ballot"),
    from: slotField(body.from, "from"),
    handOver: ballotField(body.handOver, "hand-over ballot"),
  });
}

export function encodePromise(group: GroupId, message: PromiseMessage): Uint8Array {
  const { ballot, from, next, end, learned, firstKept } = message;
  const reports = message.reports.map(reportBody);
  const body = { group, ballot, from, next, end, learned, firstKept, reports };
  return encodePayload(MESSAGE_TYPE.promise, kvd.Promise, body);
}

export function decodePromise(reader: protobuf.Reader): Received {
  const body = kvd.Promise.decode(reader);
  const from = slotField(body.from, "from");
  const next = slotField(body.next, "next");
  if (next < from) malformed("the page ends before it begins");
  return received(body.group, {
    kind: "promise",
    ballot: usedBallotField(body.ballot, "ballot"),
    from,
    next,
    end: slotField(body.end, "end"),
    learned: slotField(body.learned, "learned"),
    firstKept: slotField(body.firstKept, "first kept"),
    reports: reportsField(body.reports, from, next),
  });
}

export function encodeReject(group: GroupId, { ballot, promised, of }: RejectMessage): Uint8Array {
  const body = { group, ballot, promised, of: wordNumber(REJECTED, of) };
  return encodePayload(MESSAGE_TYPE.reject, kvd.Reject, body);
}

export function decodeReject(reader: protobuf.Reader): Received {
  const body = kvd.Reject.decode(reader);
  return received(body.group, {
    kind: "reject",
    ballot: usedBallotField(body.ballot, "ballot"),
    promised: ballotField(body.promised, "promised"),
    of: wordField(REJECTED, body.of, "rejected"),
  });
}

export function encodePreVote(group: GroupId, { ballot, learned }: PreVoteMessage): Uint8Array {
  return encodePayload(MESSAGE_TYPE["pre-vote"], kvd.PreVote, { group, ballot, learned });
}

export function decodePreVote(reader: protobuf.Reader): Received {
  const body = kvd.PreVote.decode(reader);
  return received(body.group, {
    kind: "pre-vote",
    ballot: usedBallotField(body.ballot, "ballot"),
    learned: slotField(body.learned, "learned"),
  });
}

export function encodePreVoteReply(group: GroupId, message: PreVoteReplyMessage): Uint8Array {
  const { ballot, granted, promised, learned } = message;
  const body = { group, ballot, granted, promised, learned };
  return encodePayload(MESSAGE_TYPE["pre-vote-reply"], kvd.PreVoteReply, body);
}

export function decodePreVoteReply(reader: protobuf.Reader): Received {
  const body = kvd.PreVoteReply.decode(reader);
  return received(body.group, {
    kind: "pre-vote-reply",
    ballot: usedBallotField(body.ballot, "ballot"),
    granted: body.granted,
    promised: ballotField(body.promised, "promised"),
    learned: slotField(body.learned, "learned"),
  });
}

export function encodeHandOver(group: GroupId, { ballot, chosen }: HandOverMessage): Uint8Array {
  return encodePayload(MESSAGE_TYPE["hand-over"], kvd.HandOver, { group, ballot, chosen });
}

export function decodeHandOver(reader: protobuf.Reader): Received {
  const body = kvd.HandOver.decode(reader);
  return received(body.group, {
    kind: "hand-over",
    ballot: usedBallotField(body.ballot, "ballot"),
    chosen: slotField(body.chosen, "chosen"),
  });
}

function reportBody(report: SlotReport): kvd.SlotReport.$Properties {
  const kind = wordNumber(REPORT_KINDS, report.kind);
  const { slot } = report;
  switch (report.kind) {
    case "accepted": {
      const { ballot, value } = report;
      return { kind, slot, ballot, valueKind: valueKindNumber(value), value: value.bytes };
    }
    case "chosen":
      return { kind, slot, valueKind: valueKindNumber(report.value), value: report.value.bytes };
    case "damaged":
      return { kind, slot };
    default:
      return unreachable(report);
  }
}

/** Ascending, within the page. */
function reportsField(bodies: readonly kvd.SlotReport.$Properties[], from: Slot, next: Slot): SlotReport[] {
  if (bodies.length > PAGE_SLOTS_MAX) malformed(`${bodies.length} reports in a page`);
  const reports: SlotReport[] = [];
  let lowest: number = from;
  for (const body of bodies) {
    const report = reportField(body);
    if (report.slot < lowest || report.slot >= next) malformed(`slot ${report.slot} is out of its place`);
    lowest = report.slot + 1;
    reports.push(report);
  }
  return reports;
}

function reportField(body: kvd.SlotReport.$Properties): SlotReport {
  const kind = wordField(REPORT_KINDS, body.kind ?? 0, "report");
  const slot = slotField(body.slot ?? 0, "slot");
  if (kind === "damaged") return { kind, slot };
  const value = valueField(body.valueKind ?? 0, bytesField(body.value));
  if (kind === "chosen") return { kind, slot, value };
  return { kind, slot, ballot: usedBallotField(body.ballot ?? 0, "accepted ballot"), value };
}
