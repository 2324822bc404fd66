import type protobuf from "protobufjs/minimal.js";
import { unreachable } from "../base/assert.ts";
import { NODE_ID_MAX } from "../base/ids.ts";
import type { Hello, HelloReply, PeerHello, RefusalCode } from "./client-messages.ts";
import {
  amountField,
  ballotField,
  bytesField,
  isWord,
  malformed,
  nodeField,
  positiveField,
  sizedField,
  slotField,
  textField,
} from "./fields.ts";
import { leaderHintField, NAME_CHARACTERS_MAX, presentHint } from "./leader-hint.ts";
import { decodeBytes, encodePayload, MESSAGE_TYPE } from "./payload.ts";
import { kvd } from "./schema.generated.js";

const CLUSTER_ID_BYTES = 32;
const INCARNATION_BYTES = 16;
const NONCE_BYTES = 8;
const MESSAGE_CHARACTERS_MAX = 4096;
const REFUSAL_CODES = Object.keys({
  foreign: true,
  unknown_node: true,
  removed: true,
  amnesia: true,
  clone: true,
  stale_start: true,
  version: true,
  busy: true,
} satisfies Record<RefusalCode, true>) as readonly RefusalCode[];

/** The body that opens a link, in memory of its own. */
export function encodeHello(hello: Hello): Uint8Array {
  switch (hello.kind) {
    case "peer":
      return encodePayload(MESSAGE_TYPE.peerHello, kvd.PeerHello, hello);
    case "client":
      return encodePayload(MESSAGE_TYPE.clientHello, kvd.ClientHello, hello);
    default:
      return unreachable(hello);
  }
}

/** The hello, whose arrays are views of `body`, or the reason why it is none. Never throws. */
export function decodeHello(body: Uint8Array): Hello | string {
  return decodeBytes(body, readHello);
}

/** The answer to a hello, in memory of its own. */
export function encodeHelloReply(reply: HelloReply): Uint8Array {
  switch (reply.kind) {
    case "peer":
      return encodeHello(reply);
    case "welcome": {
      const { clusterId, node, timeMs, leader, members } = reply;
      const body = { clusterId, node, timeMs, leader: leader ?? null, members: [...members] };
      return encodePayload(MESSAGE_TYPE.welcome, kvd.Welcome, body);
    }
    case "refused":
      return encodePayload(MESSAGE_TYPE.refused, kvd.Refused, reply);
    default:
      return unreachable(reply);
  }
}

/** The answer, whose arrays are views of `body`, or the reason why it is none. Never throws. */
export function decodeHelloReply(body: Uint8Array): HelloReply | string {
  return decodeBytes(body, readHelloReply);
}

function readHello(reader: protobuf.Reader): Hello {
  const type = reader.uint32();
  if (type === MESSAGE_TYPE.peerHello) return readPeerHello(reader);
  if (type !== MESSAGE_TYPE.clientHello) return malformed(`message type ${type} is no hello`);
  const { clusterId } = kvd.ClientHello.decode(reader);
  if (clusterId.length > 0) sizedField(clusterId, CLUSTER_ID_BYTES, "cluster id");
  return { kind: "client", clusterId: bytesField(clusterId) };
}

function readHelloReply(reader: protobuf.Reader): HelloReply {
  const type = reader.uint32();
  switch (type) {
    case MESSAGE_TYPE.peerHello:
      return readPeerHello(reader);
    case MESSAGE_TYPE.welcome:
      return readWelcome(reader);
    case MESSAGE_TYPE.refused: {
      const { code, message } = kvd.Refused.decode(reader);
      if (!isWord(REFUSAL_CODES, code)) return malformed("the refusal's code is not known");
      return { kind: "refused", code, message: textField(message, MESSAGE_CHARACTERS_MAX, "message") };
    }
    default:
      return malformed(`message type ${type} is no answer to a hello`);
  }
}

function readPeerHello(reader: protobuf.Reader): PeerHello {
  const body = kvd.PeerHello.decode(reader);
  return {
    kind: "peer",
    clusterId: sizedField(body.clusterId, CLUSTER_ID_BYTES, "cluster id"),
    node: nodeField(body.node, "node"),
    incarnation: sizedField(body.incarnation, INCARNATION_BYTES, "incarnation"),
    startCount: positiveField(body.startCount, "start count"),
    nonce: sizedField(body.nonce, NONCE_BYTES, "nonce"),
    witnessPromised: ballotField(body.witnessPromised, "witnessed promise"),
    witnessAccepted: ballotField(body.witnessAccepted, "witnessed ballot"),
    witnessEnd: slotField(body.witnessEnd, "witnessed end"),
  };
}

function readWelcome(reader: protobuf.Reader): HelloReply {
  const body = kvd.Welcome.decode(reader);
  if (body.members.length > NODE_ID_MAX) malformed(`${body.members.length} members`);
  return {
    kind: "welcome",
    clusterId: sizedField(body.clusterId, CLUSTER_ID_BYTES, "cluster id"),
    node: textField(body.node, NAME_CHARACTERS_MAX, "name"),
    timeMs: amountField(body.timeMs, "cluster time"),
    leader: leaderHintField(body.leader),
    members: body.members.map(presentHint),
  };
}
