import { assert } from "../base/assert.ts";
import type { AckBlock } from "./ack-ranges.ts";
import type { Outgoing } from "./outgoing.ts";

/** A packet is lost once this many later ones were acknowledged. Source: RFC 9002, 6.1.1. */
const PACKET_THRESHOLD = 3;
/** Spent places in front of the oldest packet that are worth a copy to get rid of. */
const SPENT_MIN = 256;

/** Parts of a packet that are no fragment index. */
export const PART_WHOLE = -1;
export const PART_ABANDON = -2;

/** One packet that awaits its acknowledgement; records are used again. */
export class SentPacket {
  number = 0;
  sentMs = 0;
  bytes = 0;
  /** What it takes from the peer's receive buffer. */
  charge = 0;
  /** The newest of the peer's numbers that it acknowledged; -1 when none. */
  acknowledges = -1;
  /** `parts[i]` of `messages[i]`: a fragment's index, PART_WHOLE or PART_ABANDON. */
  readonly messages: Outgoing[] = [];
  readonly parts: number[] = [];

  carry(message: Outgoing, part: number): void {
    this.messages.push(message);
    this.parts.push(part);
  }

  reset(): void {
    this.messages.length = 0;
    this.parts.length = 0;
    this.acknowledges = -1;
  }
}

/**
 * The packets in flight, by number, and which of them are lost. Packets that ask for no acknowledgement have
 * a number but no record. Source: RFC 9002, 6.1.
 */
export class SentPackets {
  /** Record of packet `#base + i` at `#head + i`; the first place is taken, or all are spent. */
  #records: (SentPacket | undefined)[] = [];
  #head = 0;
  #base = 0;
  #largestAcked = -1;
  #bytes = 0;
  #charge = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get charge(): number {
    return this.#charge;
  }

  get oldest(): SentPacket | undefined {
    return this.#records[this.#head];
  }

  /** The number that the next packet must bear. */
  get next(): number {
    return this.#base + this.#records.length - this.#head;
  }

  get largestAcked(): number {
    return this.#largestAcked;
  }

  /** `packet` is undefined when nobody waits for its acknowledgement. */
  add(packet: SentPacket | undefined): void {
    if (packet === undefined) {
      if (this.oldest === undefined) this.#base++;
      else this.#records.push(undefined);
      return;
    }
    assert(packet.number === this.next, "packet numbers are used in order, once");
    this.#records.push(packet);
    this.#bytes += packet.bytes;
    this.#charge += packet.charge;
  }

  /** Whether the block speaks of packets that were never sent. */
  isImpossible(block: AckBlock): boolean {
    return block.count > 0 && (block.highs[0] as number) >= this.next;
  }

  /** Takes out what the block acknowledges, newest first. */
  acknowledge(block: AckBlock, onAcked: (packet: SentPacket) => void): void {
    for (let index = 0; index < block.count; index++) {
      const high = block.highs[index] as number;
      if (high < this.#base) break;
      if (high > this.#largestAcked) this.#largestAcked = high;
      const low = Math.max(this.#base, block.lows[index] as number);
      for (let number = high; number >= low; number--) {
        const packet = this.#take(number);
        if (packet !== undefined) onAcked(packet);
      }
    }
    this.#advance();
  }

  /** Takes out, oldest first, what is lost: three later ones or one much later one were acknowledged. */
  detectLost(sentBeforeMs: number, onLost: (packet: SentPacket) => void): void {
    for (let number = this.#base; number < this.#largestAcked; number++) {
      const packet = this.#records[this.#head + number - this.#base];
      if (packet === undefined) continue;
      if (number > this.#largestAcked - PACKET_THRESHOLD && packet.sentMs > sentBeforeMs) continue;
      this.#take(number);
      onLost(packet);
    }
    this.#advance();
  }

  /** Takes out the oldest packet, to send what it carried again. */
  takeOldest(): SentPacket | undefined {
    const packet = this.oldest === undefined ? undefined : this.#take(this.#base);
    this.#advance();
    return packet;
  }

  #take(number: number): SentPacket | undefined {
    const at = this.#head + number - this.#base;
    const packet = this.#records[at];
    if (packet === undefined) return undefined;
    assert(packet.number === number, "a sent packet lies at its number");
    this.#records[at] = undefined;
    this.#bytes -= packet.bytes;
    this.#charge -= packet.charge;
    return packet;
  }

  #advance(): void {
    const records = this.#records;
    let head = this.#head;
    while (head < records.length && records[head] === undefined) head++;
    this.#base += head - this.#head;
    this.#head = head;
    if (head === records.length) {
      records.length = 0;
      this.#head = 0;
    } else if (head >= SPENT_MIN && head * 2 >= records.length) {
      this.#records = records.slice(head);
      this.#head = 0;
    }
  }
}
