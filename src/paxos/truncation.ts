import { type Slot, slot } from "../base/ids.ts";
import type { Log } from "./log.ts";
import type { Outbox } from "./outbox.ts";

/** Slots are dropped in steps of this many: each deletes a bounded range of rows. */
const STEP_SLOTS = 500;

/** Drops the log below what this node's state and every other member's has on disk. */
export class Truncation {
  readonly #log: Log;
  readonly #outbox: Outbox;
  #stateDurable: Slot = slot(1);
  #everywhere: Slot = slot(1);

  constructor(log: Log, outbox: Outbox) {
    this.#log = log;
    this.#outbox = outbox;
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

  onTick(): void {
    const limit = Math.min(this.#stateDurable, this.#everywhere, this.#log.learned);
    if (limit < this.#log.firstKept + STEP_SLOTS) return;
    const below = slot(this.#log.firstKept + STEP_SLOTS);
    this.#log.truncate(below);
    this.#outbox.writeTruncate(below);
  }
}
