import type { Failure } from "../../base/errors.ts";
import { keyText } from "../../kv/key-text.ts";
import type { EventItem, Reply, Request } from "../../wire/client-messages.ts";
import { equalRecords, type Model } from "./model.ts";
import { demand } from "./violation.ts";

const HISTORY_RULE = "I22 a history tells each change once, newest first, and leaves none out";
const FORGOTTEN_RULE = "I22 only what is forgotten is refused";

type HistoryRequest = Extract<Request, { kind: "history" }>;

/** A page of a history, and the watermark that it must not be older than. */
export interface ToldHistory {
  readonly request: HistoryRequest;
  readonly floor: number;
  readonly events: readonly EventItem[];
  readonly more: boolean;
}

/** A page of a key's history has the model's changes, from the newest that it must know down to what is forgotten. */
export function checkHistory(
  model: Model,
  { request, floor, events, more }: ToldHistory,
  reply: Reply,
): void {
  const key = keyText(request.key);
  const below = request.before === 0 ? Number.POSITIVE_INFINITY : request.before;
  const known = model.metaAt(floor);
  const { compacted } = model.metaAt(model.watermark);
  // The first one may be any from that on; those behind it are each the next.
  let least = model.lastChangeOf(key, Math.min(known.revision, below - 1))?.revision ?? 0;
  let most = Math.min(reply.revision, below - 1);
  for (const event of events) {
    const { revision, record, previousRevision } = event;
    const right = model.changeOf(key, revision);
    demand(
      keyText(event.key) === key &&
        right !== undefined &&
        equalRecords(record, right.record) &&
        previousRevision === right.previousRevision &&
        revision >= least &&
        revision <= most &&
        revision > known.compacted,
      HISTORY_RULE,
      () => `${reply.servedBy} tells of ${key}@${revision}, wanted is one in [${least}, ${most}]`,
    );
    least = model.lastChangeOf(key, revision - 1)?.revision ?? 0;
    most = least;
  }
  demand(
    more ? events.length > 0 && least > 0 : least <= compacted || events.at(-1)?.previousRevision === 0,
    HISTORY_RULE,
    () => `${reply.servedBy} ends the history of ${key} before ${least}, ${more ? "with" : "without"} more`,
  );
}

/** A read of the past is refused only if the past that it asks for is forgotten, or had not come. */
export function checkPastRefusal(model: Model, request: Request, watermark: number, failure: Failure): void {
  if (failure.code === "compacted") return checkForgotten(model, request, failure);
  if (failure.code !== "bad_request" || !("revision" in request)) return;
  const { revision } = model.metaAt(watermark);
  demand(
    request.revision > revision,
    "I28 what was told of is reached",
    () => `revision ${request.revision} was called a later one, and the store was at ${revision}`,
  );
}

function checkForgotten(model: Model, request: Request, { oldest = 0 }: Failure): void {
  const revision = pastOf(request);
  if (revision === undefined) return;
  const { compacted } = model.metaAt(model.watermark);
  const isOutside = revision <= compacted && oldest > revision;
  demand(
    isOutside || keysOf(model, request).some((key) => isUnknown(model, key, { revision, compacted, oldest })),
    FORGOTTEN_RULE,
    () => `revision ${revision} was refused with ${oldest}, forgotten are those up to ${compacted}`,
  );
}

interface Refused {
  readonly revision: number;
  readonly compacted: number;
  readonly oldest: number;
}

/** Whether the key had a record that nobody knows any more, and what came after it is the oldest one known. */
function isUnknown(model: Model, key: string, { revision, compacted, oldest }: Refused): boolean {
  const then = model.lastChangeOf(key, revision);
  const isForgotten = then?.record !== undefined && then.revision <= compacted;
  return isForgotten && model.nextChangeOf(key, revision)?.revision === oldest;
}

function pastOf(request: Request): number | undefined {
  if (request.kind === "history") return request.before === 0 ? undefined : request.before - 1;
  return request.kind === "get" || request.kind === "range" ? request.revision : undefined;
}

function keysOf(model: Model, request: Request): readonly string[] {
  if (request.kind === "get") return [keyText(request.key)];
  if (request.kind !== "range") return [];
  const [start, end] = [keyText(request.start), request.end && keyText(request.end)];
  return [...model.keys()].filter((key) => key >= start && (end === undefined || key < end));
}
