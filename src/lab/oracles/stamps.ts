import { demand } from "./violation.ts";

/** What a leader's clock may gain by following its wall clock, and what it may gain by rounding. */
const SLEW_MAX = 0.01;
const ROUNDING_MS = 2;

interface Anchor {
  readonly stampMs: number;
  readonly atMs: number;
}

type Office = "none" | "began-time" | "goes-on";

/**
 * Cluster time advances no faster than the fastest monotonic clock, however wall clocks jump (I25). It may
 * begin anywhere: with the wall clock of whoever leads while nothing has been stamped.
 */
export class Stamps {
  readonly #rateMax: number;
  readonly #offices = new Map<number, Office>();
  #anchor: Anchor | undefined;

  /** `rateMax`: ms of the fastest member's clock in one ms. */
  constructor(rateMax: number) {
    this.#rateMax = rateMax;
  }

  /** The member may propose from now on; its cluster time was `timeMs` when it was to begin. */
  onServing(member: number, timeMs: number): void {
    if ((this.#offices.get(member) ?? "none") !== "none") return;
    this.#offices.set(member, timeMs === 0 ? "began-time" : "goes-on");
  }

  /** It follows, or is down. */
  onDeposed(member: number): void {
    this.#offices.set(member, "none");
  }

  /** Times in ms: the stamp of cluster time, `atMs` of true time. */
  onProposed(member: number, stampMs: number, atMs: number): void {
    const anchor = this.#anchor;
    const isInBounds = anchor !== undefined && stampMs <= this.#latest(anchor, atMs);
    if (isInBounds) return;
    demand(
      anchor === undefined || this.#offices.get(member) === "began-time",
      "I25 cluster time keeps the pace of time",
      () =>
        `n${member + 1} stamps ${stampMs - (anchor?.stampMs ?? 0)} ms after ${atMs - (anchor?.atMs ?? 0)} ms`,
    );
    this.#anchor = { stampMs, atMs };
  }

  #latest(anchor: Anchor, atMs: number): number {
    return anchor.stampMs + (atMs - anchor.atMs) * this.#rateMax * (1 + SLEW_MAX) + ROUNDING_MS;
  }
}
