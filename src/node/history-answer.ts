import { compacted, type Failure, failure } from "../base/errors.ts";
import { EVENTS_PAGE_BYTES_MAX, EVENTS_PAGE_MAX } from "../base/limits.ts";
import type { KeyRecord } from "../kv/command.ts";
import type { EventReader, KeyEvent } from "../kv/event.ts";
import { badRequest } from "../kv/invalid-key-reason.ts";
import type { StateReader } from "../kv/state.ts";
import type { Consistency, EventItem, ReplyBody, Request } from "../wire/client-messages.ts";
import { eventBytes } from "./watch-page.ts";

type HistoryRequest = Extract<Request, { kind: "history" }>;

/** What the past is read from. */
export interface PastSource {
  readonly state: Pick<StateReader, "get">;
  readonly events: EventReader;
}

/** A page of a key's history, newest first. */
export function historyAnswer(request: HistoryRequest, events: EventReader): ReplyBody {
  const upTo = request.before === 0 ? events.revision : request.before - 1;
  if (upTo < events.compacted) return { kind: "failure", failure: compacted(upTo, events.compacted + 1) };
  const limit = Math.min(request.limit, EVENTS_PAGE_MAX);
  const bytesMax = Math.min(request.bytesMax, EVENTS_PAGE_BYTES_MAX);
  const page: EventItem[] = [];
  let bytes = 0;
  for (const event of events.history(request.key, upTo)) {
    bytes += eventBytes(event.key, event.record);
    const isFull = page.length >= limit || bytes > bytesMax;
    if (isFull && page.length > 0) return { kind: "history", events: page, more: true };
    const { key, revision, record, previousRevision } = event;
    page.push({ key, revision, record, previousRevision, previous: undefined });
  }
  return { kind: "history", events: page, more: false };
}

export interface PastRead {
  readonly key: Uint8Array;
  readonly revision: number;
  readonly consistency: Consistency;
}

/** A key's record as it was after a revision of the window. */
export function pastRecordAnswer({ key, revision, consistency }: PastRead, source: PastSource): ReplyBody {
  const { events } = source;
  if (revision > events.revision)
    return { kind: "failure", failure: aheadReason(revision, events, consistency) };
  if (revision <= events.compacted)
    return { kind: "failure", failure: compacted(revision, events.compacted + 1) };
  for (const event of events.history(key, revision)) return { kind: "record", record: event.record };
  return olderRecordAnswer(key, revision, source);
}

/** A replica that lags may get there yet; a linearizable read has seen the store's last revision. */
function aheadReason(revision: number, events: EventReader, { level }: Consistency): Failure {
  const message = `revision ${revision} is not reached; the store stands at ${events.revision}`;
  return level === "linearizable" ? badRequest(message) : failure("behind", "not_applied", message);
}

/** The key was changed last before the window began: what it was then is known only if it still is that. */
function olderRecordAnswer(key: Uint8Array, revision: number, { state, events }: PastSource): ReplyBody {
  const next = events.firstAfter(key, revision);
  if (next === undefined) return { kind: "record", record: state.get(key) };
  if (!wasThereBefore(next)) return { kind: "record", record: undefined };
  return { kind: "failure", failure: compacted(revision, next.revision) };
}

/** Whether there was a record that the change replaced or deleted. */
function wasThereBefore({ previousRevision, record, revision }: KeyEvent): boolean {
  return previousRevision > 0 && createdAt(record) !== revision;
}

function createdAt(record: KeyRecord | undefined): number {
  return record?.createRevision ?? 0;
}
