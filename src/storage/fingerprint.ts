import type { Ballot, Slot } from "../base/ids.ts";

/** What is counted of one entry of the log. */
export interface EntryMark {
  readonly slot: Slot;
  readonly ballot: Ballot;
  /** Of the whole entry as it lies on disk. */
  readonly checksum: number;
}

const TWO_TO_32 = 2 ** 32;

/**
 * Count and XOR of the entries above the learned watermark, where gaps are legal: it tells a slot that was
 * never written from one whose rows were lost.
 */
export class Fingerprint {
  count = 0;
  high = 0;
  low = 0;

  add(mark: EntryMark): void {
    this.count++;
    this.#toggle(mark);
  }

  remove(mark: EntryMark): void {
    this.count--;
    this.#toggle(mark);
  }

  equals(other: Fingerprint): boolean {
    return this.count === other.count && this.high === other.high && this.low === other.low;
  }

  // Checksums alone would not do: CRCs are linear, so the XOR of several could cancel out.
  #toggle({ slot, ballot, checksum }: EntryMark): void {
    let hash = mix(checksum);
    hash = mix(hash ^ (slot % TWO_TO_32));
    hash = mix(hash ^ Math.floor(slot / TWO_TO_32));
    hash = mix(hash ^ (ballot % TWO_TO_32));
    hash = mix(hash ^ Math.floor(ballot / TWO_TO_32));
    this.low = (this.low ^ hash) >>> 0;
    this.high = (this.high ^ mix(hash ^ 0x9e3779b9)) >>> 0;
  }
}

/** The finaliser of MurmurHash3 (public domain, A. Appleby). */
function mix(value: number): number {
  let hash = (value + 0x7f4a7c15) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
