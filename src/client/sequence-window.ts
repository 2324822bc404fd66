import { assert } from "../base/assert.ts";
import { RESULT_GRACE_MS } from "../base/limits.ts";

interface Doubtful {
  readonly sequence: number;
  readonly deadlineMs: number;
}

/**
 * Hands out sequences and tells the cluster which answers it may forget: `acknowledged` is the largest n
 * such that no sequence up to n will ever be asked about again. A request whose outcome stayed unknown
 * may be repeated by its id until the cluster itself forgets it, so it holds `acknowledged` back so long.
 */
export class SequenceWindow {
  #last = 0;
  #acknowledged = 0;
  /** Finished above `acknowledged`, behind a sequence that is not. */
  readonly #finished = new Set<number>();
  #doubtful: Doubtful[] = [];

  get acknowledged(): number {
    return this.#acknowledged;
  }

  next(): number {
    this.#last += 1;
    return this.#last;
  }

  /** No one will ask about `sequence` again. */
  finish(sequence: number): void {
    assert(sequence <= this.#last, "I20: only a sequence that was handed out can finish");
    assert(sequence > this.#acknowledged, "I20: a sequence finishes once");
    this.#finished.add(sequence);
    while (this.#finished.delete(this.#acknowledged + 1)) this.#acknowledged += 1;
  }

  /** The caller was told that the outcome is unknown; it may repeat the request until `deadlineMs`. */
  doubt(sequence: number, deadlineMs: number): void {
    this.#doubtful.push({ sequence, deadlineMs });
  }

  /** Finishes the doubtful requests that no node can execute or remember at cluster time `timeMs`. */
  expire(timeMs: number): void {
    if (this.#doubtful.length === 0) return;
    const kept: Doubtful[] = [];
    for (const entry of this.#doubtful) {
      if (timeMs > entry.deadlineMs + RESULT_GRACE_MS) this.finish(entry.sequence);
      else kept.push(entry);
    }
    this.#doubtful = kept;
  }
}
