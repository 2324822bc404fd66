import type { Outgoing } from "./outgoing.ts";
import type { Withdrawable } from "./service.ts";

/** Speaks of messages submitted before `order` alone: later ones know better. */
interface Mark {
  readonly value: number;
  readonly order: number;
}

const NO_MARK: Mark = { value: Number.NEGATIVE_INFINITY, order: 0 };

/**
 * What was withdrawn, as two marks instead of a walk over every message: withdrawing happens with every chosen
 * slot, and most messages it speaks of have long arrived.
 */
export class WithdrawMarks {
  #epoch = NO_MARK;
  #position = NO_MARK;
  #version = 0;

  /** Rises with every withdrawal that may have changed something. */
  get version(): number {
    return this.#version;
  }

  /** Values only grow; a smaller one than before changes nothing. */
  raise(below: Withdrawable, order: number): void {
    this.#version++;
    if (below.epoch >= this.#epoch.value) this.#epoch = { value: below.epoch, order };
    if (below.position >= this.#position.value) this.#position = { value: below.position, order };
  }

  isWithdrawn(message: Outgoing): boolean {
    const { about, order } = message;
    if (about === undefined) return false;
    if (order < this.#epoch.order && about.epoch < this.#epoch.value) return true;
    return order < this.#position.order && about.position < this.#position.value;
  }
}
