import { AckRanges } from "./ack-ranges.ts";
import { ACK_DELAY_MS } from "./rtt.ts";

/** An acknowledgement goes out at once after this many small packets... */
const PACKETS_MAX = 10;
/** ...or this many full ones, so that a sender at its smallest window never waits for a timer. */
const FULL_PACKETS_MAX = 2;

/** Decides when received packets are acknowledged. Source: RFC 9000, 13.2. */
export class Acknowledger {
  readonly #ranges = new AckRanges();
  readonly #bytesMax: number;
  #packets = 0;
  #bytes = 0;
  #sinceMs = 0;
  #largestMs = 0;
  #isGapSeen = false;

  /** `datagramBytes` is the size of a full packet. */
  constructor(datagramBytes: number) {
    this.#bytesMax = FULL_PACKETS_MAX * datagramBytes;
  }

  /** Whether anything waits to be acknowledged: the next packet takes it along. */
  get isPending(): boolean {
    return this.#packets > 0;
  }

  /** The newest number received; -1 when none. */
  get largest(): number {
    return this.#ranges.largest;
  }

  /** `isEliciting`: whether the packet asks for an acknowledgement. */
  onReceived(number: number, packet: { bytes: number; isEliciting: boolean }, nowMs: number): void {
    const expected = this.#ranges.largest + 1;
    this.#ranges.add(number);
    if (number >= expected) this.#largestMs = nowMs;
    if (!packet.isEliciting) return;
    if (number !== expected) this.#isGapSeen = true;
    if (this.#packets === 0) this.#sinceMs = nowMs;
    this.#packets++;
    this.#bytes += packet.bytes;
  }

  /** Whether a packet of its own is due for the acknowledgement. */
  isDue(nowMs: number): boolean {
    if (this.#packets === 0) return false;
    if (this.#isGapSeen || this.#packets >= PACKETS_MAX || this.#bytes >= this.#bytesMax) return true;
    return nowMs - this.#sinceMs >= ACK_DELAY_MS;
  }

  /** Writes the ack block, returns the offset behind it, and counts everything as acknowledged. */
  write(bytes: Uint8Array, offset: number, nowMs: number): number {
    this.#packets = 0;
    this.#bytes = 0;
    this.#isGapSeen = false;
    return this.#ranges.write(bytes, offset, Math.max(0, nowMs - this.#largestMs));
  }

  /** The peer has our acknowledgements up to this number. */
  onHeard(number: number): void {
    this.#ranges.forgetThrough(number);
  }
}
