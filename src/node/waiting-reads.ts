import type { Slot } from "../base/ids.ts";
import type { Request } from "../wire/client-messages.ts";
import type { Origin } from "./proposals.ts";

export type ReadRequest = Extract<Request, { kind: "get" | "range" | "leases" | "principals" }>;

export interface WaitingRead {
  readonly origin: Origin;
  readonly request: ReadRequest;
  readonly deadlineMs: number;
}

/** Reads that wait; beyond it the node refuses with `overloaded`. */
export const WAITING_READS_MAX = 65_536;

/**
 * Linearizable reads wait twice: for an index confirmed after they arrived, shared by all reads of a
 * turn, and then, like sequential reads, until the state here has reached it.
 */
export class WaitingReads {
  #arrived: WaitingRead[] = [];
  readonly #confirming = new Map<number, readonly WaitingRead[]>();
  readonly #applying: { readonly index: Slot; readonly reads: readonly WaitingRead[] }[] = [];
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
  askFor(): number | undefined {
    if (this.#arrived.length === 0) return undefined;
    const id = this.#nextId++;
    this.#confirming.set(id, this.#arrived);
    this.#arrived = [];
    return id;
  }

  /** Takes the reads that asked under `id`; empty when they have all timed out. */
  takeConfirmed(id: number): readonly WaitingRead[] {
    const reads = this.#confirming.get(id) ?? [];
    this.#confirming.delete(id);
    this.#count -= reads.length;
    return reads;
  }

  /** Waits until everything below `index` is applied. */
  waitForApplied(index: Slot, reads: readonly WaitingRead[]): void {
    this.#applying.push({ index, reads });
    this.#count += reads.length;
  }

  /** Takes the reads whose index is reached. */
  takeApplied(applied: Slot): readonly WaitingRead[] {
    if (this.#applying.length === 0) return [];
    const ready: WaitingRead[] = [];
    this.#keepApplying((entry) => {
      if (entry.index > applied) return true;
      for (const read of entry.reads) ready.push(read);
      return false;
    });
    return ready;
  }

  /** Takes the reads whose deadline has passed; `confirmed` tells whether their index was known. */
  takeExpired(nowMs: number): readonly { readonly read: WaitingRead; readonly confirmed: boolean }[] {
    if (this.#count === 0) return [];
    const expired: { read: WaitingRead; confirmed: boolean }[] = [];
    const isLive = (confirmed: boolean) => (read: WaitingRead) => {
      if (read.deadlineMs > nowMs) return true;
      expired.push({ read, confirmed });
      return false;
    };
    for (const [id, reads] of this.#confirming) {
      const live = reads.filter(isLive(false));
      if (live.length !== reads.length) {
        this.#count -= reads.length - live.length;
        this.#confirming.set(id, live);
      }
    }
    const applying = this.#applying.splice(0);
    for (const entry of applying) {
      const live = entry.reads.filter(isLive(true));
      this.#count -= entry.reads.length - live.length;
      if (live.length > 0) this.#applying.push({ index: entry.index, reads: live });
    }
    return expired;
  }

  #keepApplying(
    keep: (entry: { readonly index: Slot; readonly reads: readonly WaitingRead[] }) => boolean,
  ): void {
    let kept = 0;
    for (const entry of this.#applying) {
      if (keep(entry)) this.#applying[kept++] = entry;
      else this.#count -= entry.reads.length;
    }
    this.#applying.length = kept;
  }
}
