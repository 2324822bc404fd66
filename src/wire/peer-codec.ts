import type protobuf from "protobufjs/minimal.js";
import { unreachable } from "../base/assert.ts";
import type { GroupId } from "../base/ids.ts";
import type { Message } from "../paxos/messages.ts";
import { malformed } from "./fields.ts";
import * as learning from "./learning-codec.ts";
import { decodeBytes, MESSAGE_TYPE } from "./payload.ts";
import * as one from "./phase-one-codec.ts";
import * as two from "./phase-two-codec.ts";
import type { Received, StatePoint } from "./received.ts";

/**
 * The payload of a member's message, in memory of its own. `timeMs`, the sender's cluster time, goes with heartbeats
 * only, `state` with them and their acknowledgements.
 */
export function encodePeer(group: GroupId, message: Message, timeMs: number, state?: StatePoint): Uint8Array {
  switch (message.kind) {
    case "accept":
      return two.encodeAccept(group, message);
    case "accepted":
      return two.encodeAccepted(group, message);
    case "heartbeat":
      return two.encodeHeartbeat(group, message, timeMs, state);
    case "heartbeat-ack":
      return two.encodeHeartbeatAck(group, message, state);
    case "prepare":
      return one.encodePrepare(group, message);
    case "promise":
      return one.encodePromise(group, message);
    case "reject":
      return one.encodeReject(group, message);
    case "pre-vote":
      return one.encodePreVote(group, message);
    case "pre-vote-reply":
      return one.encodePreVoteReply(group, message);
    case "hand-over":
      return one.encodeHandOver(group, message);
    case "fetch":
      return learning.encodeFetch(group, message);
    case "chosen":
      return learning.encodeChosen(group, message);
    case "read-index":
      return learning.encodeReadIndex(group, message);
    case "read-index-reply":
      return learning.encodeReadIndexReply(group, message);
    default:
      return unreachable(message);
  }
}

/** The message, whose values are views of `payload`, or the reason why it is none. Never throws. */
export function decodePeer(payload: Uint8Array): Received | string {
  return decodeBytes(payload, readPeer);
}

function readPeer(reader: protobuf.Reader): Received {
  const type = reader.uint32();
  switch (type) {
    case MESSAGE_TYPE.accept:
      return two.decodeAccept(reader);
    case MESSAGE_TYPE.accepted:
      return two.decodeAccepted(reader);
    case MESSAGE_TYPE.heartbeat:
      return two.decodeHeartbeat(reader);
    case MESSAGE_TYPE["heartbeat-ack"]:
      return two.decodeHeartbeatAck(reader);
    case MESSAGE_TYPE.prepare:
      return one.decodePrepare(reader);
    case MESSAGE_TYPE.promise:
      return one.decodePromise(reader);
    case MESSAGE_TYPE.reject:
      return one.decodeReject(reader);
    case MESSAGE_TYPE["pre-vote"]:
      return one.decodePreVote(reader);
    case MESSAGE_TYPE["pre-vote-reply"]:
      return one.decodePreVoteReply(reader);
    case MESSAGE_TYPE["hand-over"]:
      return one.decodeHandOver(reader);
    case MESSAGE_TYPE.fetch:
      return learning.decodeFetch(reader);
    case MESSAGE_TYPE.chosen:
      return learning.decodeChosen(reader);
    case MESSAGE_TYPE["read-index"]:
      return learning.decodeReadIndex(reader);
    case MESSAGE_TYPE["read-index-reply"]:
      return learning.decodeReadIndexReply(reader);
    default:
      return malformed(`message type ${type} is not known between members`);
  }
}
