import protobuf from "protobufjs/minimal.js";
import { MESSAGE_BYTES_MAX } from "../base/limits.ts";
import { MalformedError } from "./fields.ts";

/** The first byte of a payload, as the table at the head of kvd.proto lists them. */
export const MESSAGE_TYPE = {
  prepare: 1,
  promise: 2,
  reject: 3,
  accept: 4,
  accepted: 5,
  heartbeat: 6,
  "heartbeat-ack": 7,
  "pre-vote": 8,
  "pre-vote-reply": 9,
  fetch: 10,
  chosen: 11,
  "hand-over": 12,
  "read-index": 13,
  "read-index-reply": 14,
  "snapshot-ask": 20,
  "snapshot-offer": 21,
  "chunk-ask": 22,
  chunk: 23,
  mutateRequest: 32,
  getRequest: 33,
  rangeRequest: 34,
  statusRequest: 35,
  pingRequest: 36,
  handOverRequest: 37,
  leasesRequest: 38,
  watchRequest: 39,
  historyRequest: 40,
  cancelRequest: 41,
  measureRequest: 46,
  standRequest: 47,
  principalsRequest: 48,
  snapshotRequest: 49,
  chunkRequest: 50,
  shortenLogRequest: 51,
  ageRequest: 52,
  membersRequest: 56,
  changeMembersRequest: 57,
  logRequest: 58,
  stateHashRequest: 59,
  refetchRequest: 60,
  resultReply: 64,
  recordReply: 65,
  rangeReply: 66,
  statusReply: 67,
  pongReply: 68,
  handedOverReply: 69,
  failureReply: 70,
  leasesReply: 71,
  eventsReply: 72,
  historyReply: 73,
  principalsReply: 80,
  snapshotReply: 81,
  chunkReply: 82,
  shorteningReply: 83,
  ageReply: 84,
  membersReply: 88,
  logReply: 90,
  stateHashReply: 91,
  peerHello: 96,
  clientHello: 97,
  welcome: 98,
  refused: 99,
} as const;

export type PayloadKind = "peer" | "snapshot" | "request" | "reply";

/** Whose codec a payload belongs to, by its first byte alone; undefined when nobody's. */
export function payloadKind(payload: Uint8Array): PayloadKind | undefined {
  const type = payload[0] ?? 0;
  if (type >= MESSAGE_TYPE.prepare && type <= MESSAGE_TYPE["read-index-reply"]) return "peer";
  if (type >= MESSAGE_TYPE["snapshot-ask"] && type <= MESSAGE_TYPE.chunk) return "snapshot";
  if (type >= MESSAGE_TYPE.mutateRequest && type <= MESSAGE_TYPE.refetchRequest) return "request";
  if (type >= MESSAGE_TYPE.resultReply && type <= MESSAGE_TYPE.stateHashReply) return "reply";
  return undefined;
}

/** What the generated schema offers for each message, as far as it is used. */
export interface Body<Properties> {
  encode(message: Properties, writer?: protobuf.Writer): protobuf.Writer;
}

// One for all: it stays at the size of the largest message so far, and `finish` gives away a copy.
const writer = new protobuf.Writer();

/** The message after its type byte, in memory of its own. */
export function encodePayload<Properties>(
  type: number,
  body: Body<Properties>,
  message: Properties,
): Uint8Array {
  writer.reset();
  writer.uint32(type);
  return body.encode(message, writer).finish();
}

/** The message alone, in memory of its own. */
export function encodeBody<Properties>(body: Body<Properties>, message: Properties): Uint8Array {
  writer.reset();
  return body.encode(message, writer).finish();
}

/**
 * Runs a decoder over bytes from outside: its value, whose arrays may be views of `bytes`, or a reason in
 * a few words. Nothing is thrown, whatever the bytes are.
 */
export function decodeBytes<T extends object>(
  bytes: Uint8Array,
  decode: (reader: protobuf.Reader) => T,
): T | string {
  if (bytes.length > MESSAGE_BYTES_MAX) return `${bytes.length} bytes are more than ${MESSAGE_BYTES_MAX}`;
  try {
    return decode(new protobuf.Reader(bytes));
  } catch (error) {
    // What the protobuf reader throws is not told apart by type: cut short, bad tag, bad text.
    return error instanceof MalformedError ? error.message : `not protobuf: ${String(error)}`;
  }
}
