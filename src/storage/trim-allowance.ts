import { rowBytes } from "../kv/slice.ts";
import type { Slice } from "./storage.ts";

/** What a slice takes away even if it adds nothing. */
const ROWS_MIN = 1024;
const BYTES_MIN = 4 * 1024 * 1024;

/**
 * How many rows of forgotten changes a slice takes away: about twice what it adds, so that a backlog
 * shrinks and no slice is slow.
 */
export class TrimAllowance {
  #rows = ROWS_MIN;
  #bytes = BYTES_MIN;

  constructor(slice: Slice) {
    for (const row of slice.rows) {
      if (row.table !== "events") continue;
      this.#rows += 2;
      this.#bytes += 2 * rowBytes(row);
    }
  }

  get isSpent(): boolean {
    return this.#rows <= 0 || this.#bytes <= 0;
  }

  /** A row of so many bytes is taken away. */
  take(bytes: number): void {
    this.#rows--;
    this.#bytes -= bytes;
  }
}
