import type protobuf from "protobufjs/minimal.js";
import { EVENTS_PAGE_MAX } from "../base/limits.ts";
import type { EventItem, ReplyBody } from "./client-messages.ts";
import { bytesField, countField, malformed, positiveField, refuseCrowded } from "./fields.ts";
import { recordField } from "./record-fields.ts";
import type { ReplyHead } from "./reply-fields.ts";
import { kvd } from "./schema.generated.js";

type EventsAnswer = Extract<ReplyBody, { kind: "events" }>;
type HistoryAnswer = Extract<ReplyBody, { kind: "history" }>;

/** Fields of either reply besides its events. */
const OTHER_FIELDS_MAX = 8;

export function eventsBody(head: ReplyHead, body: EventsAnswer): kvd.EventsReply.$Properties {
  return { ...head, next: body.next, skip: body.skip, events: body.events.map(eventBody) };
}

export function historyBody(head: ReplyHead, body: HistoryAnswer): kvd.HistoryReply.$Properties {
  return { ...head, more: body.more, events: body.events.map(eventBody) };
}

/** Decodes a page of events, unless it names more than a page may hold. */
export function readEvents(reader: protobuf.Reader): readonly [kvd.EventsReply, EventsAnswer] {
  refuseCrowded(reader, EVENTS_PAGE_MAX + OTHER_FIELDS_MAX);
  const body = kvd.EventsReply.decode(reader);
  const next = positiveField(body.next, "next revision");
  const skip = countField(body.skip, "skip");
  return [body, { kind: "events", events: body.events.map(eventField), next, skip }];
}

/** The same for a page of a key's history. */
export function readHistoryReply(reader: protobuf.Reader): readonly [kvd.HistoryReply, HistoryAnswer] {
  refuseCrowded(reader, EVENTS_PAGE_MAX + OTHER_FIELDS_MAX);
  const body = kvd.HistoryReply.decode(reader);
  return [body, { kind: "history", events: body.events.map(eventField), more: body.more }];
}

function eventBody({ key, revision, record, previousRevision, previous }: EventItem): kvd.Event.$Properties {
  return { key, revision, previousRevision, record: record ?? null, previous: previous ?? null };
}

function eventField(body: kvd.Event.$Properties): EventItem {
  const key = bytesField(body.key);
  if (key.length === 0) malformed("an event without a key");
  const revision = positiveField(body.revision ?? 0, "revision");
  const previousRevision = countField(body.previousRevision ?? 0, "previous revision");
  if (previousRevision >= revision) malformed(`changed at ${revision}, and before at ${previousRevision}`);
  const record = recordField(body.record);
  return { key, revision, record, previousRevision, previous: recordField(body.previous) };
}
