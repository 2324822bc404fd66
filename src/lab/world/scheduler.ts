import { assert } from "../../base/assert.ts";
import type { Timer } from "../../base/seams.ts";

/** One thing that is to happen; it is its own timer. */
class Scheduled implements Timer {
  readonly atMs: number;
  readonly order: number;
  action: (() => void) | undefined;

  constructor(atMs: number, order: number, action: () => void) {
    this.atMs = atMs;
    this.order = order;
    this.action = action;
  }

  cancel(): void {
    this.action = undefined;
  }
}

/** Virtual time and all that is to happen in it, in one order: by time, then by when it was scheduled. */
export class Scheduler {
  /** A binary heap, the earliest first. */
  readonly #heap: Scheduled[] = [];
  /** What was scheduled for the very moment that it was scheduled in, in that order: it needs no sorting. */
  #immediate: Scheduled[] = [];
  #immediateNext = 0;
  #nowMs = 0;
  #order = 0;
  #executed = 0;
  #hasPromises = false;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Events executed so far. */
  get executed(): number {
    return this.#executed;
  }

  /** Runs `action` at the virtual time `atMs`, now at the earliest. */
  at(atMs: number, action: () => void): Timer {
    const entry = new Scheduled(Math.max(atMs, this.#nowMs), this.#order++, action);
    if (entry.atMs === this.#nowMs) this.#immediate.push(entry);
    else this.#push(entry);
    return entry;
  }

  after(delayMs: number, action: () => void): Timer {
    return this.at(this.#nowMs + delayMs, action);
  }

  /** The event under way may have settled a promise: what waits for it runs before the next event. */
  notePromises(): void {
    this.#hasPromises = true;
  }

  /**
   * Executes everything due until `untilMs`, or until `isDone`. `settle` returns once no promise has
   * anything left to do.
   */
  async run(untilMs: number, settle: () => Promise<void>, isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      const next = this.#take(untilMs);
      if (next === undefined) break;
      if (next.action === undefined) continue;
      assert(next.atMs >= this.#nowMs, "virtual time does not run backwards");
      this.#nowMs = next.atMs;
      this.#executed++;
      next.action();
      if (!this.#hasPromises) continue;
      this.#hasPromises = false;
      await settle();
    }
    if (!isDone()) this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /** The first of all, unless it is later than `untilMs`. */
  #take(untilMs: number): Scheduled | undefined {
    const first = this.#heap[0];
    const immediate = this.#immediate[this.#immediateNext];
    if (immediate !== undefined && (first === undefined || isBefore(immediate, first))) {
      this.#immediateNext++;
      if (this.#immediateNext === this.#immediate.length) {
        this.#immediate = [];
        this.#immediateNext = 0;
      }
      return immediate;
    }
    if (first === undefined || first.atMs > untilMs) return undefined;
    this.#pop();
    return first;
  }

  #push(entry: Scheduled): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >>> 1;
      if (!isBefore(entry, heap[parent] as Scheduled)) break;
      heap[index] = heap[parent] as Scheduled;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Scheduled, heap[child] as Scheduled))
        child++;
      if (!isBefore(heap[child] as Scheduled, last)) break;
      heap[index] = heap[child] as Scheduled;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(left: Scheduled, right: Scheduled): boolean {
  return left.atMs < right.atMs || (left.atMs === right.atMs && left.order < right.order);
}
