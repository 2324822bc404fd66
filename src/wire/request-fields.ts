import type protobuf from "protobufjs/minimal.js";
import { unreachable } from "../base/assert.ts";
import { SNAPSHOT_HASH_BYTES } from "../base/limits.ts";
import type { KeyInterval } from "../kv/command.ts";
import type { Consistency, Request, WatchRequest } from "./client-messages.ts";
import {
  amountField,
  bytesField,
  countField,
  malformed,
  positiveField,
  sizedField,
  slotField,
  textField,
  wordField,
  wordNumber,
} from "./fields.ts";
import { READ_LEVELS } from "./freshness-fields.ts";
import { NAME_CHARACTERS_MAX } from "./leader-hint.ts";
import { kvd } from "./schema.generated.js";

export function readMutate(reader: protobuf.Reader): Request {
  const body = kvd.MutateRequest.decode(reader);
  if (body.command.length === 0) malformed("the command is missing");
  return {
    kind: "mutate",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    command: body.command,
    forwarded: body.forwarded,
  };
}

export function readGet(reader: protobuf.Reader): Request {
  const body = kvd.GetRequest.decode(reader);
  return {
    kind: "get",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    key: bytesField(body.key),
    consistency: consistencyField(body),
    ...(body.revision === 0 ? {} : { revision: positiveField(body.revision, "revision") }),
  };
}

export function readRangeRequest(reader: protobuf.Reader): Request {
  const body = kvd.RangeRequest.decode(reader);
  return {
    kind: "range",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    start: bytesField(body.start),
    end: body.bounded ? bytesField(body.end) : undefined,
    limit: positiveField(body.limit, "limit"),
    bytesMax: positiveField(body.bytesMax, "limit in bytes"),
    keysOnly: body.keysOnly,
    consistency: consistencyField(body),
    ...(body.revision === 0 ? {} : { revision: positiveField(body.revision, "revision") }),
  };
}

export function readLeases(reader: protobuf.Reader): Request {
  const body = kvd.LeasesRequest.decode(reader);
  return {
    kind: "leases",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    from: countField(body.from, "first lease"),
    limit: positiveField(body.limit, "limit"),
    keysMax: countField(body.keysMax, "limit of keys"),
    consistency: consistencyField(body),
  };
}

export function readWatch(reader: protobuf.Reader): Request {
  const body = kvd.WatchRequest.decode(reader);
  return {
    kind: "watch",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    start: bytesField(body.start),
    end: body.bounded ? bytesField(body.end) : undefined,
    from: countField(body.from, "first revision"),
    skip: countField(body.skip, "skip"),
    previous: body.previous,
    limit: positiveField(body.limit, "limit"),
    bytesMax: positiveField(body.bytesMax, "limit in bytes"),
    waitMs: amountField(body.waitMs, "wait"),
    consistency: consistencyField(body),
  };
}

export function readHistory(reader: protobuf.Reader): Request {
  const body = kvd.HistoryRequest.decode(reader);
  return {
    kind: "history",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    key: bytesField(body.key),
    before: countField(body.before, "upper bound"),
    limit: positiveField(body.limit, "limit"),
    bytesMax: positiveField(body.bytesMax, "limit in bytes"),
    consistency: consistencyField(body),
  };
}

export function readPrincipals(reader: protobuf.Reader): Request {
  const body = kvd.PrincipalsRequest.decode(reader);
  return {
    kind: "principals",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    consistency: consistencyField(body),
  };
}

export function readHandOver(reader: protobuf.Reader): Request {
  const body = kvd.HandOverRequest.decode(reader);
  return {
    kind: "hand-over",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    to: textField(body.to, NAME_CHARACTERS_MAX, "name"),
  };
}

export function readMembersRequest(reader: protobuf.Reader): Request {
  const body = kvd.MembersRequest.decode(reader);
  return {
    kind: "members",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
  };
}

export function readStand(reader: protobuf.Reader): Request {
  const body = kvd.StandRequest.decode(reader);
  return {
    kind: "stand",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
  };
}

export function readShortenLog(reader: protobuf.Reader): Request {
  const body = kvd.ShortenLogRequest.decode(reader);
  return {
    kind: "shorten-log",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    keep: countField(body.keep, "keep"),
  };
}

export function readAge(reader: protobuf.Reader): Request {
  const body = kvd.AgeRequest.decode(reader);
  return {
    kind: "age",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    ageMs: amountField(body.ageMs, "age"),
  };
}

export function readLogRequest(reader: protobuf.Reader): Request {
  const body = kvd.LogRequest.decode(reader);
  return {
    kind: "log",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    from: slotField(body.from, "first slot"),
    limit: positiveField(body.limit, "limit"),
  };
}

export function readRefetch(reader: protobuf.Reader): Request {
  const body = kvd.RefetchRequest.decode(reader);
  return {
    kind: "refetch",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
  };
}

export function readStateHash(reader: protobuf.Reader): Request {
  const body = kvd.StateHashRequest.decode(reader);
  return {
    kind: "state-hash",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    at: slotField(body.at, "watermark"),
  };
}

export function readSnapshotRequest(reader: protobuf.Reader): Request {
  const body = kvd.SnapshotRequest.decode(reader);
  return {
    kind: "snapshot",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    least: slotField(body.least, "least"),
    maxAgeMs: amountField(body.maxAgeMs, "age"),
  };
}

export function readChunkRequest(reader: protobuf.Reader): Request {
  const body = kvd.ChunkRequest.decode(reader);
  return {
    kind: "chunk",
    id: countField(body.id, "id"),
    timeoutMs: amountField(body.timeoutMs, "time-out"),
    hash: sizedField(body.hash, SNAPSHOT_HASH_BYTES, "hash"),
    index: body.index,
  };
}

export function intervalBody({ start, end }: KeyInterval): {
  readonly start: Uint8Array;
  readonly bounded: boolean;
  readonly end?: Uint8Array;
} {
  return end === undefined ? { start, bounded: false } : { start, bounded: true, end };
}

export function watchBody(request: WatchRequest): kvd.WatchRequest.$Properties {
  const { id, timeoutMs, from, skip, previous, limit, bytesMax, waitMs, consistency } = request;
  const page = { from, skip, previous, limit, bytesMax, waitMs };
  return { id, timeoutMs, ...consistencyBody(consistency), ...intervalBody(request), ...page };
}

interface ConsistencyBody {
  readonly level: number;
  readonly token: number;
  readonly minRevision: number;
  readonly staleBounded: boolean;
  readonly maxStalenessMs: number;
}

/** The fields of every read. */
export function consistencyBody(consistency: Consistency): ConsistencyBody {
  const maxStalenessMs = consistency.level === "stale" ? consistency.maxStalenessMs : undefined;
  return {
    level: wordNumber(READ_LEVELS, consistency.level),
    token: consistency.level === "sequential" ? consistency.token : 0,
    minRevision: consistency.minRevision ?? 0,
    staleBounded: maxStalenessMs !== undefined,
    maxStalenessMs: maxStalenessMs ?? 0,
  };
}

export function consistencyField(body: ConsistencyBody): Consistency {
  const level = levelField(body);
  const minRevision = countField(body.minRevision, "least revision");
  return minRevision === 0 ? level : { ...level, minRevision };
}

function levelField({ token, staleBounded, maxStalenessMs, ...body }: ConsistencyBody): Consistency {
  const level = wordField(READ_LEVELS, body.level, "consistency");
  switch (level) {
    case "linearizable":
      return { level };
    case "sequential":
      return { level, token: slotField(token, "token") };
    case "stale":
      return staleBounded ? { level, maxStalenessMs: amountField(maxStalenessMs, "staleness") } : { level };
    default:
      return unreachable(level);
  }
}
