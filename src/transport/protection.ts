import type { Crypto } from "../base/seams.ts";
import { readU32, writeU32 } from "./octets.ts";
import { PACKET_OFFSET, TAG_BYTES } from "./packet.ts";

/** Guards packets on their way. An AEAD fits behind it: the header is its associated data and its nonce. */
export interface Protection {
  /**
   * `buffer[0, length)` is a header and its payload in clear, with TAG_BYTES of room behind it.
   * Returns the datagram: `length + TAG_BYTES` bytes, valid until the next call.
   */
  seal(buffer: Uint8Array, length: number): Uint8Array;
  /** The header and the payload in clear, without the tag; undefined when the tag does not match. */
  open(datagram: Uint8Array): Uint8Array | undefined;
}

const CHECKSUM_BYTES = 4;

/**
 * Plain mode: no secrecy, but damage is found. UDP's own checksum is 16 bits and skipped on loopback, so
 * the tag carries a CRC-32 of everything before it, then zeros, both checked strictly.
 */
export class ChecksumProtection implements Protection {
  readonly #crypto: Crypto;

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  seal(buffer: Uint8Array, length: number): Uint8Array {
    writeU32(buffer, length, this.#crypto.crc32(buffer.subarray(0, length)));
    buffer.fill(0, length + CHECKSUM_BYTES, length + TAG_BYTES);
    return buffer.subarray(0, length + TAG_BYTES);
  }

  open(datagram: Uint8Array): Uint8Array | undefined {
    const length = datagram.length - TAG_BYTES;
    if (length < PACKET_OFFSET.payload) return undefined;
    for (let index = length + CHECKSUM_BYTES; index < datagram.length; index++) {
      if (datagram[index] !== 0) return undefined;
    }
    const packet = datagram.subarray(0, length);
    return readU32(datagram, length) === this.#crypto.crc32(packet) ? packet : undefined;
  }
}
