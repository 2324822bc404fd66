import type { Batch } from "../../kv/command.ts";
import { executionKey } from "./model.ts";
import { demand } from "./violation.ts";

/** What a leader's clock may gain by following its wall clock. */
const SLEW_MAX = 0.01;
/** Stamps are whole ms, and batches of one ms are told apart by nothing. */
const ROUNDING_MS = 4;

/**
 * No time to live is over early: between any two slots cluster time goes no further than the fastest clock went
 * between the moments at which they were proposed, through all changes of leader (I25). So a key or lease of T ms
 * lives for T / (1.01 × the fastest clock's rate) of true time at least, from the moment at which its slot was
 * proposed to the one at which the slot was that ended it. Unlike the whole clock's pace this holds of each
 * stretch by itself: time that was lost once is never made good at some lease's cost.
 */
export class Pace {
  readonly #rateMax: number;
  /** True time of the first proposal, by batch. */
  readonly #proposedMs = new Map<string, number>();
  /** By how much cluster time was ahead of the fastest clock, at the least. */
  #leadMinMs = Number.POSITIVE_INFINITY;
  /** When the slots so far were proposed: a batch of a leader that was deposed may be brought back behind later ones. */
  #atMs = Number.NEGATIVE_INFINITY;

  /** `clockRateMax`: ms of the fastest member's clock in one ms. */
  constructor(clockRateMax: number) {
    this.#rateMax = clockRateMax * (1 + SLEW_MAX);
  }

  /** `atMs`: true time, and in it whatever monotonic clocks have leapt. */
  onProposed(batch: Batch, atMs: number): void {
    const name = nameOf(batch);
    if (!this.#proposedMs.has(name)) this.#proposedMs.set(name, atMs);
  }

  /** The next slot that holds a batch, and cluster time as it has made it. */
  onApplied(slot: number, batch: Batch, timeMs: number): void {
    const proposedMs = this.#proposedMs.get(nameOf(batch));
    if (proposedMs === undefined) return;
    this.#atMs = Math.max(this.#atMs, proposedMs);
    const leadMs = timeMs - this.#atMs * this.#rateMax;
    demand(
      leadMs <= this.#leadMinMs + ROUNDING_MS,
      "I25 nothing ends early",
      () =>
        `up to slot ${slot} cluster time went ${leadMs - this.#leadMinMs} ms further than the fastest clock`,
    );
    this.#leadMinMs = Math.min(this.#leadMinMs, leadMs);
  }
}

function nameOf({ stampMs, wallMs, commands }: Batch): string {
  const identity = commands[0]?.identity;
  const first = identity === undefined ? "" : executionKey(identity.client, identity.sequence);
  return `${stampMs} ${wallMs} ${commands.length} ${first}`;
}
