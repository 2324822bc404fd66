import { TICK_MS } from "../base/limits.ts";

/** A receiver holds an acknowledgement this long for company... */
export const ACK_DELAY_MS = 5;
/** ...and up to one tick more, since it looks only then. */
export const ACK_DELAY_MS_MAX = ACK_DELAY_MS + TICK_MS;

/** Before the first sample: a slow local network. */
const RTT_INITIAL_MS = 50;
const VARIATION_MIN_MS = 0.25;
/** Event loops stall for a few ms under load; a probe earlier than this would mostly be wasted. */
export const PROBE_MS_MIN = 20;
export const PROBE_MS_MAX = 160;
const LOSS_DELAY_MS_MIN = 2;

/** Smoothed round-trip time and what follows from it. Times in ms. Source: RFC 9002, 5 and 6. */
export class RttEstimator {
  #smoothedMs = RTT_INITIAL_MS;
  #variationMs = RTT_INITIAL_MS / 2;
  #latestMs = RTT_INITIAL_MS;
  #smallestMs = Number.POSITIVE_INFINITY;

  get smoothedMs(): number {
    return this.#smoothedMs;
  }

  /** `ackDelayMs` is what the peer says it waited; it is believed up to ACK_DELAY_MS_MAX. */
  sample(roundTripMs: number, ackDelayMs: number): void {
    const isFirst = this.#smallestMs === Number.POSITIVE_INFINITY;
    this.#smallestMs = Math.min(this.#smallestMs, roundTripMs);
    const delay = Math.min(ackDelayMs, ACK_DELAY_MS_MAX);
    const adjusted = roundTripMs - delay >= this.#smallestMs ? roundTripMs - delay : roundTripMs;
    this.#latestMs = adjusted;
    if (isFirst) {
      this.#smoothedMs = adjusted;
      this.#variationMs = adjusted / 2;
      return;
    }
    this.#variationMs += (Math.abs(this.#smoothedMs - adjusted) - this.#variationMs) / 4;
    this.#smoothedMs += (adjusted - this.#smoothedMs) / 8;
  }

  /** A packet this much older than one that was acknowledged is lost. */
  get lossDelayMs(): number {
    return Math.max(LOSS_DELAY_MS_MIN, (9 / 8) * Math.max(this.#smoothedMs, this.#latestMs));
  }

  /** How long to wait for an acknowledgement before the probe after `unanswered` earlier ones. */
  probeMs(unanswered: number): number {
    const patience = this.#smoothedMs + Math.max(4 * this.#variationMs, VARIATION_MIN_MS) + ACK_DELAY_MS_MAX;
    const first = Math.max(PROBE_MS_MIN, patience);
    // A path slower than the cap is still given its round trip.
    return Math.max(patience, Math.min(PROBE_MS_MAX, first * 2 ** Math.min(unanswered, 10)));
  }
}
