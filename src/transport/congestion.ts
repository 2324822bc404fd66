const WINDOW_DATAGRAMS_INITIAL = 10;
const WINDOW_DATAGRAMS_MIN = 4;
const REDUCTION = 0.7;

/** How much may be in flight before the network is asked too much, in bytes. Source: RFC 9002, 7 (NewReno). */
export class CongestionWindow {
  readonly #datagramBytes: number;
  #windowBytes: number;
  #slowStartBelowBytes = Number.POSITIVE_INFINITY;
  /** Losses of packets sent before this belong to the reduction already made. */
  #reducedMs = Number.NEGATIVE_INFINITY;

  constructor(datagramBytes: number) {
    this.#datagramBytes = datagramBytes;
    this.#windowBytes = WINDOW_DATAGRAMS_INITIAL * datagramBytes;
  }

  get windowBytes(): number {
    return this.#windowBytes;
  }

  /** Call only while this window was what held the sender back: an unused window proves nothing. */
  onAcked(bytes: number, sentMs: number): void {
    if (sentMs <= this.#reducedMs) return;
    if (this.#windowBytes < this.#slowStartBelowBytes) this.#windowBytes += bytes;
    else this.#windowBytes += (this.#datagramBytes * bytes) / this.#windowBytes;
  }

  onLost(sentMs: number, nowMs: number): void {
    if (sentMs <= this.#reducedMs) return;
    this.#reducedMs = nowMs;
    this.#windowBytes = Math.max(this.#floorBytes(), this.#windowBytes * REDUCTION);
    this.#slowStartBelowBytes = this.#windowBytes;
  }

  /** Several probes in a row went unanswered: start over carefully. */
  onPersistent(): void {
    this.#slowStartBelowBytes = Math.max(this.#floorBytes(), this.#windowBytes / 2);
    this.#windowBytes = this.#floorBytes();
  }

  #floorBytes(): number {
    return WINDOW_DATAGRAMS_MIN * this.#datagramBytes;
  }
}
