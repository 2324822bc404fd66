import { type Ballot, ballot, type NodeId, roundOf } from "../base/ids.ts";
import { ROUND_JUMP_MAX } from "../base/limits.ts";

/**
 * The highest ballot heard of, which the next own one must exceed, and the jam guard: one Prepare (or
 * one reject) with an absurdly high round would use up the rounds for everybody, so a jump is not believed.
 */
export class BallotCeiling {
  #highest: Ballot;
  #alarmed: Ballot | undefined;

  constructor(highest: Ballot) {
    this.#highest = highest;
  }

  get highest(): Ballot {
    return this.#highest;
  }

  isJump(heard: Ballot): boolean {
    return roundOf(heard) > roundOf(this.#highest) + ROUND_JUMP_MAX;
  }

  /** Call only with ballots that are no jump, or that a quorum must have promised (Accept, heartbeat). */
  raise(heard: Ballot): void {
    if (heard > this.#highest) this.#highest = heard;
  }

  /** The smallest ballot of `self` in a round above everything heard of. */
  next(self: NodeId): Ballot {
    return ballot(roundOf(this.#highest) + 1, self);
  }

  /** Whether this jump is news: it is repeated for as long as its sender believes in it. */
  shouldAlarm(jump: Ballot): boolean {
    if (this.#alarmed === jump) return false;
    this.#alarmed = jump;
    return true;
  }
}
