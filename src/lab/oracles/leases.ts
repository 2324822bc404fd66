import { type Ballot, formatBallot } from "../../base/ids.ts";
import type { Step } from "../../node/step.ts";
import { demand } from "./violation.ts";

export interface LeasesOptions {
  readonly names: readonly string[];
  /** True time, ms. */
  readonly trueMs: () => number;
  /** Of each member's monotonic clock: its ms in one ms. */
  readonly clockRates: readonly number[];
}

interface Held {
  readonly ballot: Ballot;
  /** True time. */
  readonly untilMs: number;
}

/**
 * Nobody comes into office while another leader relies on its lease, by true time, as long as all clocks run within
 * the bound that leases rest on (I26). A reader then never sees a value that somebody else has replaced. Who comes to
 * know late, after a pause, that a majority once promised it less than the other's ballot can choose nothing any more,
 * and is in office in name alone; a lease of its own it must not get.
 */
export class Leases {
  readonly #options: LeasesOptions;
  readonly #held = new Map<number, Held>();

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  /** `index` 0 is member 1. */
  onStep(index: number, { effects, view, nowMs }: Step): void {
    for (const notice of effects.notices) {
      if (notice.kind === "became-leader")
        this.#demandAlone(index, notice.ballot, (held) => held < notice.ballot);
    }
    const leftMs = view.leaseUntilMs - nowMs;
    if (leftMs <= 0) {
      this.#held.delete(index);
      return;
    }
    const { trueMs, clockRates } = this.#options;
    const untilMs = trueMs() + leftMs / (clockRates[index] ?? 1);
    if (!this.#held.has(index)) this.#demandAlone(index, view.ballot, () => true);
    this.#held.set(index, { ballot: view.ballot, untilMs });
  }

  onDeath(index: number): void {
    this.#held.delete(index);
  }

  #demandAlone(index: number, own: Ballot, isRival: (held: Ballot) => boolean): void {
    const { names, trueMs } = this.#options;
    for (const [other, { ballot, untilMs }] of this.#held) {
      const leftMs = untilMs - trueMs();
      demand(
        other === index || leftMs <= 0 || !isRival(ballot),
        "I26 one lease at a time",
        () =>
          `${names[index]} leads at ${formatBallot(own)}, and for ${leftMs} ms more ` +
          `${names[other]} relies on its lease at ${formatBallot(ballot)}`,
      );
    }
  }
}
