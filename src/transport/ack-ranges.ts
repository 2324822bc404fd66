import { readU16, readU48, writeU16, writeU48 } from "./octets.ts";

/**
 * Older ranges are forgotten: what they held was acknowledged in many packets before. A sender that heard
 * none of those sends again, and the message filter sorts it out.
 */
export const ACK_RANGES_MAX = 16;

const COUNT_BYTES = 1;
const HEAD_BYTES = 10;
const RANGE_BYTES = 4;
export const ACK_BLOCK_BYTES_MAX = COUNT_BYTES + HEAD_BYTES + (ACK_RANGES_MAX - 1) * RANGE_BYTES;

const U16_MAX = 0xffff;
const DELAY_UNITS_PER_MS = 10;

/**
 * The packet numbers received, as inclusive ranges from the newest down, and their form in a packet:
 *
 * ```
 * 0  count    u8   ranges; 0 ends the block here
 * 1  largest  u48
 * 7  delay    u16  tenths of a ms since `largest` arrived
 * 9  span     u16  numbers in the first range, less one
 * 11 {gap u16: missing numbers less one, span u16}, count - 1 times
 * ```
 *
 * Source: RFC 9000, 13.2 and 19.3.
 */
export class AckRanges {
  readonly #lows: number[] = [];
  readonly #highs: number[] = [];

  get isEmpty(): boolean {
    return this.#highs.length === 0;
  }

  /** -1 when empty. */
  get largest(): number {
    return this.#highs[0] ?? -1;
  }

  /** Adds a number that was not added before. */
  add(number: number): void {
    const highs = this.#highs;
    const lows = this.#lows;
    if (highs.length > 0 && number === (highs[0] as number) + 1) {
      highs[0] = number;
      return;
    }
    let at = 0;
    while (at < highs.length && (lows[at] as number) > number + 1) at++;
    const joinsBelow = at < highs.length && (lows[at] as number) === number + 1;
    if (joinsBelow) {
      lows[at] = number;
      this.#joinNext(at);
    } else if (at < highs.length && (highs[at] as number) + 1 === number) {
      highs[at] = number;
    } else if (at < ACK_RANGES_MAX) {
      lows.splice(at, 0, number);
      highs.splice(at, 0, number);
      lows.length = Math.min(lows.length, ACK_RANGES_MAX);
      highs.length = lows.length;
    }
  }

  /** The peer knows about everything up to `number`: no need to repeat it. The newest number stays. */
  forgetThrough(number: number): void {
    let count = this.#highs.length;
    while (count > 1 && (this.#highs[count - 1] as number) <= number) count--;
    this.#highs.length = count;
    this.#lows.length = count;
    const last = count - 1;
    if (count > 0 && (this.#lows[last] as number) <= number) {
      this.#lows[last] = Math.min(number + 1, this.#highs[last] as number);
    }
  }

  /** Writes the block and returns the offset behind it; needs ACK_BLOCK_BYTES_MAX of room. */
  write(bytes: Uint8Array, offset: number, delayMs: number): number {
    const first = this.#spanAt(0);
    if (first < 0) return writeEmptyAckBlock(bytes, offset);
    let end = offset + COUNT_BYTES + HEAD_BYTES;
    let count = 1;
    // A range cut at its lower end has an unknown neighbour: the block ends there.
    for (; count < this.#highs.length && this.#spanAt(count - 1) <= U16_MAX; count++) {
      const gap = (this.#lows[count - 1] as number) - (this.#highs[count] as number) - 2;
      if (gap > U16_MAX) break;
      writeU16(bytes, end, gap);
      writeU16(bytes, end + 2, Math.min(U16_MAX, this.#spanAt(count)));
      end += RANGE_BYTES;
    }
    bytes[offset] = count;
    writeU48(bytes, offset + 1, this.largest);
    writeU16(bytes, offset + 7, Math.min(U16_MAX, Math.round(delayMs * DELAY_UNITS_PER_MS)));
    writeU16(bytes, offset + 9, Math.min(U16_MAX, first));
    return end;
  }

  /** Numbers in the range, less one; -1 when there is no such range. */
  #spanAt(index: number): number {
    const high = this.#highs[index];
    return high === undefined ? -1 : high - (this.#lows[index] as number);
  }

  #joinNext(at: number): void {
    const next = this.#highs[at + 1];
    if (next === undefined || next + 1 !== this.#lows[at]) return;
    this.#lows[at] = this.#lows[at + 1] as number;
    this.#lows.splice(at + 1, 1);
    this.#highs.splice(at + 1, 1);
  }
}

export function writeEmptyAckBlock(bytes: Uint8Array, offset: number): number {
  bytes[offset] = 0;
  return offset + COUNT_BYTES;
}

/** A block taken from a packet; reused from packet to packet. Ranges are inclusive, from the newest down. */
export class AckBlock {
  readonly lows = new Float64Array(ACK_RANGES_MAX);
  readonly highs = new Float64Array(ACK_RANGES_MAX);
  count = 0;
  delayMs = 0;

  /** Reads the block at `offset` and returns the offset behind it; -1 when it is malformed. */
  read(bytes: Uint8Array, offset: number): number {
    this.count = 0;
    const count = bytes[offset];
    if (count === undefined || count > ACK_RANGES_MAX) return -1;
    if (count === 0) return offset + COUNT_BYTES;
    const end = offset + COUNT_BYTES + HEAD_BYTES + (count - 1) * RANGE_BYTES;
    if (end > bytes.length) return -1;
    let high = readU48(bytes, offset + 1);
    let low = high - readU16(bytes, offset + 9);
    for (let index = 0, at = offset + COUNT_BYTES + HEAD_BYTES; ; index++, at += RANGE_BYTES) {
      if (low < 0) return -1;
      this.lows[index] = low;
      this.highs[index] = high;
      if (index === count - 1) break;
      high = low - readU16(bytes, at) - 2;
      low = high - readU16(bytes, at + 2);
    }
    this.delayMs = readU16(bytes, offset + 7) / DELAY_UNITS_PER_MS;
    this.count = count;
    return end;
  }
}
