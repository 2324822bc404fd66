import { type Slot, slot } from "../base/ids.ts";
import type { Log } from "./log.ts";
import { LogTail, type LogTailBounds } from "./log-tail.ts";
import type { Outbox } from "./outbox.ts";

/** Slots are dropped in steps of at most this many: each deletes a bounded range of rows. */
const STEP_SLOTS_MAX = 500;
/** A tail is so many steps long: a step is worth its write. */
const STEPS_PER_TAIL = 20;

/**
 * Drops the log below what this node's state has on disk: at once what every other member's has, too, and of the
 * rest all but a tail for those that are slightly behind. Whoever lacks what is dropped needs a snapshot.
 */
export class Truncation {
  readonly #log: Log;
  readonly #outbox: Outbox;
  readonly #bounds: LogTailBounds;
  readonly #tail: LogTail;
  #stateDurable: Slot = slot(1);
  #everywhere: Slot = slot(1);
  /** What follows a snapshot that somebody relies on. */
  #keptFrom = Number.POSITIVE_INFINITY;
  /** Below, nothing need be kept for others. */
  #unwanted = 0;

  constructor(log: Log, outbox: Outbox, bounds: LogTailBounds) {
    this.#log = log;
    this.#outbox = outbox;
    this.#bounds = bounds;
    this.#tail = new LogTail(bounds, log.learned);
  }

  /** Every slot below is in the own durable state. */
  get stateDurable(): Slot {
    return this.#stateDurable;
  }

  /** As far as this node was told, or found out as leader. */
  get everywhere(): Slot {
    return this.#everywhere;
  }

  onStateDurable(watermark: Slot): void {
    if (watermark > this.#stateDurable) this.#stateDurable = watermark;
  }

  onEverywhere(watermark: Slot): void {
    if (watermark > this.#everywhere) this.#everywhere = watermark;
  }

  /** From here on everything stays, whoever has it; undefined: nothing stays on this account. */
  keepFrom(from: Slot | undefined): void {
    this.#keptFrom = from ?? Number.POSITIVE_INFINITY;
  }

  /** Nothing below is worth keeping for others any more. */
  giveUpBelow(below: number): void {
    this.#unwanted = Math.max(this.#unwanted, below);
  }

  onTick(): void {
    const { learned, firstKept, learnedBytes } = this.#log;
    const tailFrom = this.#tail.from(learned, learnedBytes);
    const allowed = Math.min(this.#stateDurable, learned, this.#keptFrom);
    const unwanted = Math.min(this.#unwanted, allowed);
    const limit = Math.min(Math.max(this.#everywhere, tailFrom, unwanted), allowed);
    const step = Math.min(STEP_SLOTS_MAX, Math.max(1, Math.floor(this.#bounds.slots / STEPS_PER_TAIL)));
    // Less than a step goes when somebody asked for it, and then no more than was asked for.
    const worthIt = limit >= firstKept + step ? limit : unwanted;
    const below = Math.min(worthIt, firstKept + STEP_SLOTS_MAX);
    if (below <= firstKept) return;
    this.#log.truncate(slot(below));
    this.#outbox.writeTruncate(slot(below));
  }
}
