import type { Slot } from "../base/ids.ts";
import type { Request } from "../wire/client-messages.ts";
import type { Origin } from "./proposals.ts";

export type ReadRequest = Extract<
  Request,
  { kind: "get" | "range" | "leases" | "principals" | "watch" | "history" }
>;

export interface WaitingRead {
  readonly origin: Origin;
  readonly request: ReadRequest;
  readonly deadlineMs: number;
}

/** What the state must have reached before a read is answered from it. */
export interface Floor {
  /** Every slot below is applied. */
  readonly applied: Slot;
  readonly revision: number;
  /** Whether `applied` is an index that was confirmed after the read arrived. */
  readonly isConfirmed: boolean;
}

/** The reads of one question for an index, and when it was begun. */
export interface Question {
  readonly askedMs: number;
  readonly reads: readonly WaitingRead[];
}

export interface Reached {
  readonly read: WaitingRead;
  readonly isConfirmed: boolean;
}

/** Reads that wait; beyond it the node refuses with `overloaded`. */
export const WAITING_READS_MAX = 65_536;

/**
 * Reads that need an index wait twice: for one that was confirmed after they arrived, shared by all reads of a
 * turn, and then, like the others, until the state here has reached it.
 */
export class WaitingReads {
  #arrived: WaitingRead[] = [];
  readonly #confirming = new Map<number, Question>();
  readonly #applying: { readonly floor: Floor; readonly reads: readonly WaitingRead[] }[] = [];
  #nextId = 1;
  #count = 0;

  get isFull(): boolean {
    return this.#count >= WAITING_READS_MAX;
  }

  arrive(read: WaitingRead): void {
    this.#arrived.push(read);
    this.#count++;
  }

  /** The id under which to ask for an index for all reads that arrived since the last call, or undefined. */
  askFor(nowMs: number): number | undefined {
    if (this.#arrived.length === 0) return undefined;
    const id = this.#nextId++;
    this.#confirming.set(id, { askedMs: nowMs, reads: this.#arrived });
    this.#arrived = [];
    return id;
  }

  /** Takes the question that was asked under `id`, once; without reads when they have all timed out. */
  takeConfirmed(id: number): Question | undefined {
    const question = this.#confirming.get(id);
    if (question === undefined) return undefined;
    this.#confirming.delete(id);
    this.#count -= question.reads.length;
    return question;
  }

  /** Waits until the state has reached `floor`. */
  waitFor(floor: Floor, reads: readonly WaitingRead[]): void {
    if (reads.length === 0) return;
    this.#applying.push({ floor, reads });
    this.#count += reads.length;
  }

  /** Takes the reads whose floor is reached. */
  takeReached(applied: Slot, revision: number): readonly Reached[] {
    if (this.#applying.length === 0) return [];
    const reached: Reached[] = [];
    let kept = 0;
    for (const entry of this.#applying) {
      const { floor, reads } = entry;
      if (floor.applied > applied || floor.revision > revision) {
        this.#applying[kept++] = entry;
        continue;
      }
      this.#count -= reads.length;
      for (const read of reads) reached.push({ read, isConfirmed: floor.isConfirmed });
    }
    this.#applying.length = kept;
    return reached;
  }

  /** Takes the reads whose deadline has passed; `confirmed`: they waited for the state alone. */
  takeExpired(nowMs: number): readonly { readonly read: WaitingRead; readonly confirmed: boolean }[] {
    if (this.#count === 0) return [];
    const expired: { read: WaitingRead; confirmed: boolean }[] = [];
    const isLive = (confirmed: boolean) => (read: WaitingRead) => {
      if (read.deadlineMs > nowMs) return true;
      expired.push({ read, confirmed });
      return false;
    };
    for (const [id, { askedMs, reads }] of this.#confirming) {
      const live = reads.filter(isLive(false));
      if (live.length !== reads.length) {
        this.#count -= reads.length - live.length;
        this.#confirming.set(id, { askedMs, reads: live });
      }
    }
    const applying = this.#applying.splice(0);
    for (const entry of applying) {
      const live = entry.reads.filter(isLive(true));
      this.#count -= entry.reads.length - live.length;
      if (live.length > 0) this.#applying.push({ floor: entry.floor, reads: live });
    }
    return expired;
  }
}
