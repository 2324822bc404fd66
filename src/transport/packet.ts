import { readU32, readU48, writeU32, writeU48 } from "./octets.ts";

/**
 * The layout of every datagram, integers big-endian:
 *
 * ```
 * 0   version   u8    magic in the upper half, format version in the lower
 * 1   type      u8    PACKET_TYPE
 * 2   receiver  u32   connection id that the receiver chose; 0 in a hello, which knows none
 * 6   number    u48   per link and direction, never used again; 0 in the handshake
 * 12  payload         handshake.ts, or an ack block (ack-ranges.ts) and then frames (frame.ts)
 * -16 tag             of the protection in use: the last 16 bytes
 * ```
 *
 * The first 12 bytes stay readable under every protection: they find the keys and form the nonce.
 */
export const PACKET_OFFSET = { version: 0, type: 1, receiver: 2, number: 6, payload: 12 } as const;

export const PACKET_VERSION = 0xd1;
export const PACKET_TYPE = { hello: 1, reply: 2, refusal: 3, data: 4 } as const;
export type PacketType = (typeof PACKET_TYPE)[keyof typeof PACKET_TYPE];

/** Room for an AES-GCM tag, whatever the protection: changing it needs no new layout. */
export const TAG_BYTES = 16;
export const PACKET_BYTES_MIN = PACKET_OFFSET.payload + TAG_BYTES;
/** What every path carries. Source: RFC 9000, 14. */
export const DATAGRAM_BYTES_SAFE = 1200;
/** Below the 65,507 of UDP, and a multiple of a page. */
export const DATAGRAM_BYTES_MAX = 61_440;

export interface PacketHeader {
  readonly type: PacketType;
  readonly receiver: number;
  readonly number: number;
}

export function writeHeader(bytes: Uint8Array, header: PacketHeader): void {
  bytes[PACKET_OFFSET.version] = PACKET_VERSION;
  bytes[PACKET_OFFSET.type] = header.type;
  writeU32(bytes, PACKET_OFFSET.receiver, header.receiver);
  writeU48(bytes, PACKET_OFFSET.number, header.number);
}

export function receiverOf(datagram: Uint8Array): number {
  return readU32(datagram, PACKET_OFFSET.receiver);
}

export function numberOf(datagram: Uint8Array): number {
  return readU48(datagram, PACKET_OFFSET.number);
}
