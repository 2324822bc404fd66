import { assert } from "../base/assert.ts";
import { copyBytes } from "../base/bytes.ts";
import { readU16, readU32, writeU16, writeU32 } from "./octets.ts";
import {
  DATAGRAM_BYTES_MAX,
  DATAGRAM_BYTES_SAFE,
  PACKET_OFFSET,
  PACKET_TYPE,
  TAG_BYTES,
  writeHeader,
} from "./packet.ts";
import { windowMin } from "./path.ts";
import type { Protection } from "./protection.ts";

/**
 * The payload of hello, reply and refusal:
 *
 * ```
 * 12 sender         u32  the connection id that the other side is to write into its packets; 0 in a refusal
 * 16 window         u32  charged bytes (path.ts) that may be in flight towards the sender
 * 20 datagramBytes  u16  the largest datagram that the sender takes
 * 22 messageBytes   u32  the longest message that the sender puts together
 * 26 length         u16
 * 28 body
 * ```
 *
 * A hello is filled up with zeros to 1,200 bytes and a reply is never longer, so that a forged hello makes
 * nobody send more than its author did. Source: RFC 9000, 8.1.
 */
const OFFSET = { sender: 12, window: 16, datagramBytes: 20, messageBytes: 22, length: 26, body: 28 } as const;

export const HELLO_BYTES = DATAGRAM_BYTES_SAFE;
export const HELLO_BODY_BYTES_MAX = HELLO_BYTES - OFFSET.body - TAG_BYTES;

/** A hello is repeated after this long, then twice that, and so on... */
export const HELLO_REPEAT_MS = 100;
/** ...until this much has passed without an answer. */
export const HANDSHAKE_TIMEOUT_MS = 3000;

/** What each side tells the other about itself. */
export interface Greeting {
  readonly sender: number;
  readonly windowBytes: number;
  readonly datagramBytesMax: number;
  readonly messageBytesMax: number;
  readonly body: Uint8Array;
}

/** A sealed hello, in memory of its own. */
export function encodeHello(greeting: Greeting, protection: Protection): Uint8Array {
  return encode(greeting, { type: PACKET_TYPE.hello, receiver: 0, number: 0 }, protection);
}

/** A sealed reply to the hello of connection `receiver`, in memory of its own. */
export function encodeReply(greeting: Greeting, receiver: number, protection: Protection): Uint8Array {
  return encode(greeting, { type: PACKET_TYPE.reply, receiver, number: 0 }, protection);
}

export function encodeRefusal(body: Uint8Array, receiver: number, protection: Protection): Uint8Array {
  const greeting = { sender: 0, windowBytes: 0, datagramBytesMax: 0, messageBytesMax: 0, body };
  return encode(greeting, { type: PACKET_TYPE.refusal, receiver, number: 0 }, protection);
}

/** Reads an opened hello, reply or refusal; undefined when anything about it is out of place. */
export function decodeGreeting(packet: Uint8Array): Greeting | undefined {
  if (packet.length < OFFSET.body) return undefined;
  const end = OFFSET.body + readU16(packet, OFFSET.length);
  if (end > packet.length || packet.length > HELLO_BYTES - TAG_BYTES) return undefined;
  for (let index = end; index < packet.length; index++) if (packet[index] !== 0) return undefined;
  return {
    sender: readU32(packet, OFFSET.sender),
    windowBytes: Math.max(windowMin(), readU32(packet, OFFSET.window)),
    datagramBytesMax: Math.max(DATAGRAM_BYTES_SAFE, readU16(packet, OFFSET.datagramBytes)),
    messageBytesMax: readU32(packet, OFFSET.messageBytes),
    body: copyBytes(packet.subarray(OFFSET.body, end)),
  };
}

function encode(
  greeting: Greeting,
  header: Parameters<typeof writeHeader>[1],
  protection: Protection,
): Uint8Array {
  const { body } = greeting;
  assert(body.length <= HELLO_BODY_BYTES_MAX, `a handshake body of ${body.length} bytes is too long`);
  assert(greeting.datagramBytesMax <= DATAGRAM_BYTES_MAX, "the datagram size fits 16 bits");
  const isHello = header.type === PACKET_TYPE.hello;
  const length = isHello ? HELLO_BYTES - TAG_BYTES : OFFSET.body + body.length;
  const bytes = new Uint8Array(length + TAG_BYTES);
  writeHeader(bytes, header);
  writeU32(bytes, OFFSET.sender, greeting.sender);
  writeU32(bytes, OFFSET.window, Math.min(greeting.windowBytes, 0xffffffff));
  writeU16(bytes, OFFSET.datagramBytes, greeting.datagramBytesMax);
  writeU32(bytes, OFFSET.messageBytes, greeting.messageBytesMax);
  writeU16(bytes, OFFSET.length, body.length);
  bytes.set(body, OFFSET.body);
  // Sealing may answer with memory of its own.
  return protection.seal(bytes, length).slice();
}

assert(OFFSET.sender === PACKET_OFFSET.payload, "a greeting starts where the header ends");
