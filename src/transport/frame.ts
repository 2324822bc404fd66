import { readU16, readU48, writeU16, writeU48 } from "./octets.ts";

/**
 * What a data packet holds behind its ack block, one after the other to the end of the payload:
 *
 * | type | fields | meaning |
 * |---|---|---|
 * | whole | id u48, length u16, body | a message in one piece |
 * | fragment | id u48, index u16, count u16, length u16, body | piece `index` of `count` |
 * | datagram | length u16, body | unreliable |
 * | ping | | asks for an acknowledgement |
 * | abandon | id u48 | no more pieces of this message will come |
 * | close | | this side has ended the link |
 *
 * Whole and fragmented messages count their ids apart, each from 0. Datagram and close alone are not
 * acknowledged.
 */
export const FRAME_TYPE = { whole: 1, fragment: 2, datagram: 3, ping: 4, abandon: 5, close: 6 } as const;

export const WHOLE_OVERHEAD_BYTES = 9;
export const FRAGMENT_OVERHEAD_BYTES = 13;
export const DATAGRAM_OVERHEAD_BYTES = 3;
export const ABANDON_BYTES = 7;

/** Offsets within a frame. */
export const WHOLE_OFFSET = { id: 1, length: 7, body: 9 } as const;
export const FRAGMENT_OFFSET = { id: 1, index: 7, count: 9, length: 11, body: 13 } as const;
export const DATAGRAM_OFFSET = { length: 1, body: 3 } as const;
export const ABANDON_OFFSET = { id: 1 } as const;

/** Where the frames of a packet may go: `[offset, end)` of `bytes`. */
export interface Room {
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;
}

/** Which piece of which message a fragment is. */
export interface FragmentPlace {
  readonly id: number;
  readonly index: number;
  readonly count: number;
}

/** Each writer returns the offset behind its frame; the caller has checked the room. */
export function writeWhole(bytes: Uint8Array, offset: number, id: number, body: Uint8Array): number {
  bytes[offset] = FRAME_TYPE.whole;
  writeU48(bytes, offset + WHOLE_OFFSET.id, id);
  writeU16(bytes, offset + WHOLE_OFFSET.length, body.length);
  bytes.set(body, offset + WHOLE_OFFSET.body);
  return offset + WHOLE_OVERHEAD_BYTES + body.length;
}

/** No piece is empty: the reader refuses one. */
export function writeFragment(
  bytes: Uint8Array,
  offset: number,
  place: FragmentPlace,
  body: Uint8Array,
): number {
  bytes[offset] = FRAME_TYPE.fragment;
  writeU48(bytes, offset + FRAGMENT_OFFSET.id, place.id);
  writeU16(bytes, offset + FRAGMENT_OFFSET.index, place.index);
  writeU16(bytes, offset + FRAGMENT_OFFSET.count, place.count);
  writeU16(bytes, offset + FRAGMENT_OFFSET.length, body.length);
  bytes.set(body, offset + FRAGMENT_OFFSET.body);
  return offset + FRAGMENT_OVERHEAD_BYTES + body.length;
}

export function writeDatagram(bytes: Uint8Array, offset: number, body: Uint8Array): number {
  bytes[offset] = FRAME_TYPE.datagram;
  writeU16(bytes, offset + DATAGRAM_OFFSET.length, body.length);
  bytes.set(body, offset + DATAGRAM_OFFSET.body);
  return offset + DATAGRAM_OVERHEAD_BYTES + body.length;
}

export function writePing(bytes: Uint8Array, offset: number): number {
  bytes[offset] = FRAME_TYPE.ping;
  return offset + 1;
}

export function writeAbandon(bytes: Uint8Array, offset: number, id: number): number {
  bytes[offset] = FRAME_TYPE.abandon;
  writeU48(bytes, offset + ABANDON_OFFSET.id, id);
  return offset + ABANDON_BYTES;
}

export function writeClose(bytes: Uint8Array, offset: number): number {
  bytes[offset] = FRAME_TYPE.close;
  return offset + 1;
}

/** The offset behind the frame at `offset`; -1 when it is malformed or runs over the end. */
export function frameEnd(bytes: Uint8Array, offset: number): number {
  const end = offset + frameBytes(bytes, offset);
  return end > offset && end <= bytes.length ? end : -1;
}

/** Looks at every frame from `offset` to the end: only a packet that is right throughout has any effect. */
export function inspectFrames(bytes: Uint8Array, offset: number): "malformed" | "eliciting" | "silent" {
  let isEliciting = false;
  let at = offset;
  while (at >= 0 && at < bytes.length) {
    const type = bytes[at];
    if (type !== FRAME_TYPE.datagram && type !== FRAME_TYPE.close) isEliciting = true;
    at = frameEnd(bytes, at);
  }
  if (at !== bytes.length) return "malformed";
  return isEliciting ? "eliciting" : "silent";
}

/** Of a fragment whose header is known to be there. */
export function readFragmentPlace(bytes: Uint8Array, offset: number): FragmentPlace {
  return {
    id: readU48(bytes, offset + FRAGMENT_OFFSET.id),
    index: readU16(bytes, offset + FRAGMENT_OFFSET.index),
    count: readU16(bytes, offset + FRAGMENT_OFFSET.count),
  };
}

/** 0 for an unknown type, a header that does not fit, or a place that cannot be. */
function frameBytes(bytes: Uint8Array, offset: number): number {
  const room = bytes.length - offset;
  switch (bytes[offset]) {
    case FRAME_TYPE.whole:
      if (room < WHOLE_OVERHEAD_BYTES) return 0;
      return WHOLE_OVERHEAD_BYTES + readU16(bytes, offset + WHOLE_OFFSET.length);
    case FRAME_TYPE.fragment: {
      if (room < FRAGMENT_OVERHEAD_BYTES) return 0;
      const { index, count } = readFragmentPlace(bytes, offset);
      const length = readU16(bytes, offset + FRAGMENT_OFFSET.length);
      return count >= 2 && index < count && length > 0 ? FRAGMENT_OVERHEAD_BYTES + length : 0;
    }
    case FRAME_TYPE.datagram:
      if (room < DATAGRAM_OVERHEAD_BYTES) return 0;
      return DATAGRAM_OVERHEAD_BYTES + readU16(bytes, offset + DATAGRAM_OFFSET.length);
    case FRAME_TYPE.abandon:
      return ABANDON_BYTES;
    case FRAME_TYPE.ping:
    case FRAME_TYPE.close:
      return 1;
    default:
      return 0;
  }
}
