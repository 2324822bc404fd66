import { DATAGRAM_BYTES_MAX, DATAGRAM_BYTES_SAFE } from "./packet.ts";

/** Half of the receive buffer is shared out to this many busy links; losses make the others back off. */
const BUSY_LINKS = 4;
/** A window holds at least this many datagrams of the safe size, however small the buffer. */
const WINDOW_DATAGRAMS_MIN = 6;
/** A window holds at least this many of the largest datagrams sent into it: one lost is found by the next. */
const DATAGRAMS_PER_WINDOW_MIN = 4;

/** Linux charges at least the buffer and a descriptor for each datagram; measured on 6.18. */
const CHARGES: readonly (readonly [bytesMax: number, charge: number])[] = [
  [128, 832],
  [640, 1280],
  [1664, 2304],
];
/** Above this a datagram lies in pages, not in one block of the next power of two. */
const BLOCK_BYTES_MAX = 16_384;
const DESCRIPTOR_BYTES = 512;

/** What a datagram of this size takes from the receiver's buffer, in bytes as its kernel counts. Never too small. */
export function chargeOf(datagramBytes: number): number {
  for (const [bytesMax, charge] of CHARGES) if (datagramBytes <= bytesMax) return charge;
  if (datagramBytes + DESCRIPTOR_BYTES <= BLOCK_BYTES_MAX) {
    return 2 ** Math.ceil(Math.log2(datagramBytes + DESCRIPTOR_BYTES)) + DESCRIPTOR_BYTES;
  }
  return datagramBytes + 2 * DATAGRAM_BYTES_SAFE;
}

/** What one peer may have in flight towards us, in charged bytes. */
export function windowOffered(receiveBufferBytes: number): number {
  const share = Math.floor(receiveBufferBytes / 2 / BUSY_LINKS);
  return Math.max(share, windowMin());
}

export function windowMin(): number {
  return WINDOW_DATAGRAMS_MIN * chargeOf(DATAGRAM_BYTES_SAFE);
}

/** The size of our datagrams to a peer: large costs least per byte, but only the same host carries it whole. */
export function datagramBytesFor(peer: {
  readonly isSameHost: boolean;
  readonly windowBytes: number;
  readonly datagramBytesMax: number;
}): number {
  if (!peer.isSameHost) return DATAGRAM_BYTES_SAFE;
  const quarter = Math.floor(peer.windowBytes / DATAGRAMS_PER_WINDOW_MIN);
  let bytes = Math.min(DATAGRAM_BYTES_MAX, peer.datagramBytesMax, quarter);
  // Blocks of a power of two: a datagram just above half of one would waste the rest.
  while (bytes > DATAGRAM_BYTES_SAFE && chargeOf(bytes) > quarter) bytes -= DESCRIPTOR_BYTES;
  return Math.max(DATAGRAM_BYTES_SAFE, bytes);
}
