import type protobuf from "protobufjs/minimal.js";
import { unreachable } from "../base/assert.ts";
import { LEASES_PAGE_MAX, PRINCIPALS_MAX } from "../base/limits.ts";
import type { Reply, Request } from "./client-messages.ts";
import { eventsBody, historyBody, readEvents, readHistoryReply } from "./event-fields.ts";
import { countField, malformed, refuseCrowded, slotField, textField } from "./fields.ts";
import { freshnessBody } from "./freshness-fields.ts";
import { hashBody, hashField } from "./hash-fields.ts";
import { NAME_CHARACTERS_MAX } from "./leader-hint.ts";
import { leaseBody, leaseField } from "./lease-fields.ts";
import { logBody, readLog } from "./log-fields.ts";
import { changeMembersBody, membersBody, membersField, readChangeMembers } from "./member-fields.ts";
import { decodeBytes, encodePayload, MESSAGE_TYPE } from "./payload.ts";
import { principalBody, principalField } from "./principal-fields.ts";
import {
  failureBody,
  failureField,
  itemBody,
  itemField,
  type ReplyHead,
  recordAnswerField,
  recordBody,
  withFreshness,
  withHead,
} from "./reply-fields.ts";
import {
  consistencyBody,
  intervalBody,
  readAge,
  readChunkRequest,
  readGet,
  readHandOver,
  readHistory,
  readLeases,
  readLogRequest,
  readMembersRequest,
  readMutate,
  readPrincipals,
  readRangeRequest,
  readRefetch,
  readShortenLog,
  readSnapshotRequest,
  readStand,
  readStateHash,
  readWatch,
  watchBody,
} from "./request-fields.ts";
import { resultBody, resultField } from "./result-fields.ts";
import { kvd } from "./schema.generated.js";
import { chunkBody, chunkField, snapshotBody, snapshotField } from "./snapshot-reply-fields.ts";
import { statusBody, statusField } from "./status-fields.ts";

/** Fields of a reply besides its items. */
const REPLY_FIELDS_MAX = 11;

/** The payload of a client's request, in memory of its own. */
export function encodeRequest(request: Request): Uint8Array {
  const { id } = request;
  switch (request.kind) {
    case "mutate":
      return encodePayload(MESSAGE_TYPE.mutateRequest, kvd.MutateRequest, request);
    case "get": {
      const { timeoutMs, key, revision = 0, consistency } = request;
      const body = { id, timeoutMs, key, revision, ...consistencyBody(consistency) };
      return encodePayload(MESSAGE_TYPE.getRequest, kvd.GetRequest, body);
    }
    case "range": {
      const { timeoutMs, limit, bytesMax, keysOnly, revision = 0, consistency } = request;
      const page = { ...intervalBody(request), limit, bytesMax, keysOnly, revision };
      const body = { id, timeoutMs, ...page, ...consistencyBody(consistency) };
      return encodePayload(MESSAGE_TYPE.rangeRequest, kvd.RangeRequest, body);
    }
    case "leases": {
      const { timeoutMs, from, limit, keysMax, consistency } = request;
      const body = { id, timeoutMs, from, limit, keysMax, ...consistencyBody(consistency) };
      return encodePayload(MESSAGE_TYPE.leasesRequest, kvd.LeasesRequest, body);
    }
    case "principals": {
      const body = { id, timeoutMs: request.timeoutMs, ...consistencyBody(request.consistency) };
      return encodePayload(MESSAGE_TYPE.principalsRequest, kvd.PrincipalsRequest, body);
    }
    case "watch":
      return encodePayload(MESSAGE_TYPE.watchRequest, kvd.WatchRequest, watchBody(request));
    case "history": {
      const { timeoutMs, key, before, limit, bytesMax, consistency } = request;
      const body = { id, timeoutMs, key, before, limit, bytesMax, ...consistencyBody(consistency) };
      return encodePayload(MESSAGE_TYPE.historyRequest, kvd.HistoryRequest, body);
    }
    case "status":
      return encodePayload(MESSAGE_TYPE.statusRequest, kvd.StatusRequest, { id });
    case "measure":
      return encodePayload(MESSAGE_TYPE.measureRequest, kvd.MeasureRequest, { id });
    case "ping":
      return encodePayload(MESSAGE_TYPE.pingRequest, kvd.PingRequest, { id });
    case "cancel":
      return encodePayload(MESSAGE_TYPE.cancelRequest, kvd.CancelRequest, { id });
    case "hand-over":
      return encodePayload(MESSAGE_TYPE.handOverRequest, kvd.HandOverRequest, request);
    case "members":
      return encodePayload(MESSAGE_TYPE.membersRequest, kvd.MembersRequest, request);
    case "change-members":
      return encodePayload(
        MESSAGE_TYPE.changeMembersRequest,
        kvd.ChangeMembersRequest,
        changeMembersBody(request),
      );
    case "stand":
      return encodePayload(MESSAGE_TYPE.standRequest, kvd.StandRequest, request);
    case "shorten-log":
      return encodePayload(MESSAGE_TYPE.shortenLogRequest, kvd.ShortenLogRequest, request);
    case "age":
      return encodePayload(MESSAGE_TYPE.ageRequest, kvd.AgeRequest, request);
    case "log":
      return encodePayload(MESSAGE_TYPE.logRequest, kvd.LogRequest, request);
    case "refetch":
      return encodePayload(MESSAGE_TYPE.refetchRequest, kvd.RefetchRequest, request);
    case "state-hash":
      return encodePayload(MESSAGE_TYPE.stateHashRequest, kvd.StateHashRequest, request);
    case "snapshot":
      return encodePayload(MESSAGE_TYPE.snapshotRequest, kvd.SnapshotRequest, request);
    case "chunk":
      return encodePayload(MESSAGE_TYPE.chunkRequest, kvd.ChunkRequest, request);
    default:
      return unreachable(request);
  }
}

/**
 * The request, whose arrays are views of `payload`, or the reason why it is none. Never throws. Sizes of
 * keys are left to the one who can answer with the limit's name.
 */
export function decodeRequest(payload: Uint8Array): Request | string {
  return decodeBytes(payload, readRequest);
}

function readRequest(reader: protobuf.Reader): Request {
  const type = reader.uint32();
  switch (type) {
    case MESSAGE_TYPE.mutateRequest:
      return readMutate(reader);
    case MESSAGE_TYPE.getRequest:
      return readGet(reader);
    case MESSAGE_TYPE.rangeRequest:
      return readRangeRequest(reader);
    case MESSAGE_TYPE.measureRequest:
      return { kind: "measure", id: countField(kvd.MeasureRequest.decode(reader).id, "id") };
    case MESSAGE_TYPE.statusRequest:
      return { kind: "status", id: countField(kvd.StatusRequest.decode(reader).id, "id") };
    case MESSAGE_TYPE.pingRequest:
      return { kind: "ping", id: countField(kvd.PingRequest.decode(reader).id, "id") };
    case MESSAGE_TYPE.cancelRequest:
      return { kind: "cancel", id: countField(kvd.CancelRequest.decode(reader).id, "id") };
    case MESSAGE_TYPE.handOverRequest:
      return readHandOver(reader);
    case MESSAGE_TYPE.membersRequest:
      return readMembersRequest(reader);
    case MESSAGE_TYPE.changeMembersRequest:
      return readChangeMembers(reader);
    case MESSAGE_TYPE.standRequest:
      return readStand(reader);
    case MESSAGE_TYPE.shortenLogRequest:
      return readShortenLog(reader);
    case MESSAGE_TYPE.ageRequest:
      return readAge(reader);
    case MESSAGE_TYPE.logRequest:
      return readLogRequest(reader);
    case MESSAGE_TYPE.refetchRequest:
      return readRefetch(reader);
    case MESSAGE_TYPE.stateHashRequest:
      return readStateHash(reader);
    case MESSAGE_TYPE.snapshotRequest:
      return readSnapshotRequest(reader);
    case MESSAGE_TYPE.chunkRequest:
      return readChunkRequest(reader);
    case MESSAGE_TYPE.leasesRequest:
      return readLeases(reader);
    case MESSAGE_TYPE.principalsRequest:
      return readPrincipals(reader);
    case MESSAGE_TYPE.watchRequest:
      return readWatch(reader);
    case MESSAGE_TYPE.historyRequest:
      return readHistory(reader);
    default:
      return malformed(`message type ${type} is no request`);
  }
}

/** The payload of a reply, in memory of its own. */
export function encodeReply(reply: Reply): Uint8Array {
  const { id, body, applied, revision, leader, servedBy } = reply;
  const head: ReplyHead = { id, applied, revision, servedBy, leader: leader ?? null };
  switch (body.kind) {
    case "result": {
      const fields = resultBody(head, body.result);
      // Set afterwards, since answers are hot and repeats are rare.
      if (body.repeated === true) fields.repeated = true;
      return encodePayload(MESSAGE_TYPE.resultReply, kvd.ResultReply, fields);
    }
    case "record":
      return encodePayload(
        MESSAGE_TYPE.recordReply,
        kvd.RecordReply,
        recordBody(head, body, freshnessBody(reply.freshness)),
      );
    case "range": {
      const { items, more } = body;
      return encodePayload(MESSAGE_TYPE.rangeReply, kvd.RangeReply, {
        ...head,
        ...freshnessBody(reply.freshness),
        more,
        items: items.map(itemBody),
      });
    }
    case "leases": {
      const { leases, more } = body;
      return encodePayload(MESSAGE_TYPE.leasesReply, kvd.LeasesReply, {
        ...head,
        ...freshnessBody(reply.freshness),
        more,
        leases: leases.map(leaseBody),
      });
    }
    case "principals": {
      const principals = body.principals.map(principalBody);
      return encodePayload(MESSAGE_TYPE.principalsReply, kvd.PrincipalsReply, {
        ...head,
        ...freshnessBody(reply.freshness),
        principals,
      });
    }
    case "events":
      return encodePayload(MESSAGE_TYPE.eventsReply, kvd.EventsReply, eventsBody(head, body));
    case "history":
      return encodePayload(MESSAGE_TYPE.historyReply, kvd.HistoryReply, historyBody(head, body));
    case "status":
      return encodePayload(MESSAGE_TYPE.statusReply, kvd.StatusReply, {
        ...head,
        ...statusBody(body.status),
      });
    case "pong":
      return encodePayload(MESSAGE_TYPE.pongReply, kvd.PongReply, head);
    case "handed-over":
      return encodePayload(MESSAGE_TYPE.handedOverReply, kvd.HandedOverReply, { ...head, to: body.to });
    case "shortening":
      return encodePayload(MESSAGE_TYPE.shorteningReply, kvd.ShorteningReply, { ...head, below: body.below });
    case "age":
      return encodePayload(MESSAGE_TYPE.ageReply, kvd.AgeReply, { ...head, last: body.last });
    case "log":
      return encodePayload(MESSAGE_TYPE.logReply, kvd.LogReply, logBody(head, body));
    case "state-hash":
      return encodePayload(MESSAGE_TYPE.stateHashReply, kvd.StateHashReply, hashBody(head, body));
    case "snapshot":
      return encodePayload(MESSAGE_TYPE.snapshotReply, kvd.SnapshotReply, snapshotBody(head, body));
    case "chunk":
      return encodePayload(MESSAGE_TYPE.chunkReply, kvd.ChunkReply, chunkBody(head, body));
    case "members":
      return encodePayload(MESSAGE_TYPE.membersReply, kvd.MembersReply, membersBody(head, body));
    case "failure":
      return encodePayload(MESSAGE_TYPE.failureReply, kvd.FailureReply, failureBody(head, body.failure));
    default:
      return unreachable(body);
  }
}

/** The reply, whose arrays are views of `payload`, or the reason why it is none. Never throws. */
export function decodeReply(payload: Uint8Array): Reply | string {
  return decodeBytes(payload, readReply);
}

function readReply(reader: protobuf.Reader): Reply {
  const type = reader.uint32();
  switch (type) {
    case MESSAGE_TYPE.resultReply: {
      const body = kvd.ResultReply.decode(reader);
      const result = resultField(body);
      return withHead(
        body,
        body.repeated ? { kind: "result", result, repeated: true } : { kind: "result", result },
      );
    }
    case MESSAGE_TYPE.recordReply: {
      const body = kvd.RecordReply.decode(reader);
      return withFreshness(body, recordAnswerField(body));
    }
    case MESSAGE_TYPE.rangeReply: {
      const body = kvd.RangeReply.decode(reader);
      return withFreshness(body, { kind: "range", items: body.items.map(itemField), more: body.more });
    }
    case MESSAGE_TYPE.statusReply: {
      const body = kvd.StatusReply.decode(reader);
      return withHead(body, { kind: "status", status: statusField(body) });
    }
    case MESSAGE_TYPE.pongReply:
      return withHead(kvd.PongReply.decode(reader), { kind: "pong" });
    case MESSAGE_TYPE.handedOverReply: {
      const body = kvd.HandedOverReply.decode(reader);
      return withHead(body, { kind: "handed-over", to: textField(body.to, NAME_CHARACTERS_MAX, "name") });
    }
    case MESSAGE_TYPE.failureReply: {
      const body = kvd.FailureReply.decode(reader);
      return withHead(body, { kind: "failure", failure: failureField(body) });
    }
    case MESSAGE_TYPE.leasesReply: {
      refuseCrowded(reader, LEASES_PAGE_MAX + REPLY_FIELDS_MAX);
      const body = kvd.LeasesReply.decode(reader);
      return withFreshness(body, { kind: "leases", leases: body.leases.map(leaseField), more: body.more });
    }
    case MESSAGE_TYPE.principalsReply: {
      refuseCrowded(reader, 2 * PRINCIPALS_MAX + REPLY_FIELDS_MAX);
      const body = kvd.PrincipalsReply.decode(reader);
      return withFreshness(body, { kind: "principals", principals: body.principals.map(principalField) });
    }
    case MESSAGE_TYPE.shorteningReply: {
      const body = kvd.ShorteningReply.decode(reader);
      return withHead(body, { kind: "shortening", below: slotField(body.below, "below") });
    }
    case MESSAGE_TYPE.ageReply: {
      const body = kvd.AgeReply.decode(reader);
      return withHead(body, { kind: "age", last: countField(body.last, "last") });
    }
    case MESSAGE_TYPE.logReply:
      return withHead(...readLog(reader));
    case MESSAGE_TYPE.stateHashReply: {
      const body = kvd.StateHashReply.decode(reader);
      return withHead(body, hashField(body));
    }
    case MESSAGE_TYPE.snapshotReply: {
      const body = kvd.SnapshotReply.decode(reader);
      return withHead(body, snapshotField(body));
    }
    case MESSAGE_TYPE.chunkReply: {
      const body = kvd.ChunkReply.decode(reader);
      return withHead(body, chunkField(body));
    }
    case MESSAGE_TYPE.membersReply: {
      const body = kvd.MembersReply.decode(reader);
      return withHead(body, membersField(body));
    }
    case MESSAGE_TYPE.eventsReply:
      return withHead(...readEvents(reader));
    case MESSAGE_TYPE.historyReply:
      return withHead(...readHistoryReply(reader));
    default:
      return malformed(`message type ${type} is no reply`);
  }
}
