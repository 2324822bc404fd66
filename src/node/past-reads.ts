import { failure } from "../base/errors.ts";
import { Effort } from "../kv/effort.ts";
import type { LinkId } from "../transport/service.ts";
import type { Freshness, ReplyBody } from "../wire/client-messages.ts";
import type { PastAnswer } from "./past-answer.ts";
import type { Origin } from "./proposals.ts";

/** Of all reads together in one turn, in changes looked at: a few ms. */
export const EFFORT_PER_TURN = 4_000;
/** Of one of them: the others have their turn, too. */
const EFFORT_PER_READ = 1_000;
/** What one costs that is answered at once. */
const READ_COST = 8;
/** So many go on by turns, each with a page that fills; the others wait for one of them to end. */
const UNDER_WAY_MAX = 16;
/** Beyond it the node refuses with `overloaded`. */
export const PAST_READS_MAX = 4_096;

export interface PastRead {
  readonly origin: Origin;
  readonly deadlineMs: number;
  /** What the read was granted when it began: what it tells can only be the same later. */
  readonly freshness: Freshness;
  readonly past: PastAnswer;
}

/** Reads of the past that are under way, each a part of its work in every turn. */
export class PastReads {
  readonly #answer: (origin: Origin, body: ReplyBody, freshness?: Freshness) => void;
  /** The first ones are under way; of these the first is the next to go on. */
  #reads: PastRead[] = [];

  constructor(answer: (origin: Origin, body: ReplyBody, freshness?: Freshness) => void) {
    this.#answer = answer;
  }

  get count(): number {
    return this.#reads.length;
  }

  /** To be answered in this turn's `run` or later. */
  add(read: PastRead): void {
    if (this.#reads.length < PAST_READS_MAX) this.#reads.push(read);
    else this.#refuse(read, "overloaded", "too many reads of the past wait at this node; try another node");
  }

  /** At the end of a turn: whether there is more to do. */
  run(): boolean {
    const turn = new Effort(EFFORT_PER_TURN);
    while (!turn.isSpent) {
      const read = this.#reads.shift();
      if (read === undefined) return false;
      const effort = new Effort(EFFORT_PER_READ);
      const body = read.past.run(effort);
      turn.spend(READ_COST + effort.spent);
      if (body === undefined) this.#reads.splice(UNDER_WAY_MAX - 1, 0, read);
      else this.#answer(read.origin, body, read.freshness);
    }
    return this.#reads.length > 0;
  }

  /** Refuses those whose time is up. */
  expire(nowMs: number): void {
    if (this.#reads.length === 0) return;
    this.#reads = this.#reads.filter((read) => {
      if (read.deadlineMs > nowMs) return true;
      this.#refuse(read, "timeout", "the past was not found in time; ask for fewer keys, or allow more time");
      return false;
    });
  }

  /** What they were reading is gone. */
  refuseAll(): void {
    const message = "this node has taken over a snapshot meanwhile; try again";
    for (const read of this.#reads.splice(0)) this.#refuse(read, "behind", message);
  }

  /** Nobody is there any more to be answered over this link. */
  dropLink(link: LinkId): void {
    this.#reads = this.#reads.filter(({ origin }) => origin.link !== link);
  }

  #refuse({ origin }: PastRead, code: "behind" | "overloaded" | "timeout", message: string): void {
    this.#answer(origin, { kind: "failure", failure: failure(code, "not_applied", message) });
  }
}
