import { unreachable } from "../base/assert.ts";
import { compacted, type Failure, failure } from "../base/errors.ts";
import {
  EVENTS_PAGE_BYTES_MAX,
  EVENTS_PAGE_MAX,
  RANGE_PAGE_BYTES_MAX,
  RANGE_PAGE_KEYS_MAX,
} from "../base/limits.ts";
import type { Effort } from "../kv/effort.ts";
import type { EventReader, KeyEvent } from "../kv/event.ts";
import { badRequest } from "../kv/invalid-key-reason.ts";
import { PastChanges } from "../kv/past-changes.ts";
import { type KnownKeys, PastRange } from "../kv/past-range.ts";
import { PastRecord, type PastSource } from "../kv/past-record.ts";
import type { Consistency, EventItem, ReplyBody } from "../wire/client-messages.ts";
import type { ReadRequest } from "./waiting-reads.ts";
import { eventBytes } from "./watch-page.ts";

/** A read of what was, which is worked out over turns: the past does not change meanwhile. */
export interface PastAnswer {
  /** The answer; undefined while the effort did not suffice. */
  run(effort: Effort): ReplyBody | undefined;
}

/** What such a read is answered from. */
export type PastAnswerSource = PastSource<KnownKeys>;

type GetRequest = Extract<ReadRequest, { kind: "get" }> & { readonly revision: number };
type RangeRequest = Extract<ReadRequest, { kind: "range" }> & { readonly revision: number };
type HistoryRequest = Extract<ReadRequest, { kind: "history" }>;

export type PastRequest = GetRequest | RangeRequest | HistoryRequest;

/** Whether a read asks for what was, and not for what is now. */
export function isPast(request: ReadRequest): request is PastRequest {
  if (request.kind === "get" || request.kind === "range") return request.revision !== undefined;
  return request.kind === "history";
}

/** How to answer a read of the past. */
export function pastAnswer(request: PastRequest, source: PastAnswerSource): PastAnswer {
  switch (request.kind) {
    case "get":
      return recordAnswer(request, source);
    case "range":
      return rangeAnswer(request, source);
    case "history":
      return historyAnswer(request, source.events);
    default:
      return unreachable(request);
  }
}

function recordAnswer({ key, revision, consistency }: GetRequest, source: PastAnswerSource): PastAnswer {
  const search = new PastRecord(source, key, revision);
  return {
    run: (effort) => {
      const refused = outsideReason(revision, source.events, consistency);
      if (refused !== undefined) return failed(refused);
      const found = search.run(effort);
      if (found === undefined) return undefined;
      if (found.kind === "forgotten") return failed(compacted(revision, found.since));
      return { kind: "record", record: found.record };
    },
  };
}

function rangeAnswer(request: RangeRequest, source: PastAnswerSource): PastAnswer {
  const limit = Math.min(request.limit, RANGE_PAGE_KEYS_MAX);
  const bytesMax = Math.min(request.bytesMax, RANGE_PAGE_BYTES_MAX);
  const { revision, consistency } = request;
  const search = new PastRange(source, { ...request, limit, bytesMax });
  return {
    run: (effort) => {
      const refused = outsideReason(revision, source.events, consistency);
      if (refused !== undefined) return failed(refused);
      const found = search.run(effort);
      if (found === undefined) return undefined;
      if (found.kind === "forgotten") return failed(compacted(revision, found.since));
      return { kind: "range", items: found.items, more: found.more };
    },
  };
}

/** A page of a key's history, newest first. */
function historyAnswer(request: HistoryRequest, events: EventReader): PastAnswer {
  const upTo = request.before === 0 ? events.revision : request.before - 1;
  const search = new PastChanges(events, request.key, upTo);
  const page = new HistoryPage(request);
  return {
    run: (effort) => {
      if (upTo < events.compacted) return failed(compacted(upTo, events.compacted + 1));
      return search.run(effort, (event) => page.offer(event)) ? page.answer() : undefined;
    },
  };
}

class HistoryPage {
  readonly #limit: number;
  readonly #bytesMax: number;
  readonly #events: EventItem[] = [];
  #bytes = 0;
  #more = false;

  constructor({ limit, bytesMax }: HistoryRequest) {
    this.#limit = Math.min(limit, EVENTS_PAGE_MAX);
    this.#bytesMax = Math.min(bytesMax, EVENTS_PAGE_BYTES_MAX);
  }

  /** Takes the next change in; false when there is no room, which there is for a first one of any size. */
  offer({ key, revision, record, previousRevision }: KeyEvent): boolean {
    this.#bytes += eventBytes(key, record);
    const isFull = this.#events.length >= this.#limit || this.#bytes > this.#bytesMax;
    this.#more = isFull && this.#events.length > 0;
    if (!this.#more) this.#events.push({ key, revision, record, previousRevision, previous: undefined });
    return !this.#more;
  }

  answer(): ReplyBody {
    return { kind: "history", events: this.#events, more: this.#more };
  }
}

/** Why the store as it was after a revision cannot be told. */
function outsideReason(revision: number, events: EventReader, consistency: Consistency): Failure | undefined {
  if (revision > events.revision) return aheadReason(revision, events, consistency);
  return revision <= events.compacted ? compacted(revision, events.compacted + 1) : undefined;
}

/** A replica that lags may get there yet; a linearizable read has seen the store's last revision. */
function aheadReason(revision: number, events: EventReader, { level }: Consistency): Failure {
  const message = `revision ${revision} is not reached; the store stands at ${events.revision}`;
  return level === "linearizable" ? badRequest(message) : failure("behind", "not_applied", message);
}

function failed(reason: Failure): ReplyBody {
  return { kind: "failure", failure: reason };
}
