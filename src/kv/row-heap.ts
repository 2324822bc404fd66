import type { Slot } from "../base/ids.ts";

/** Anything that stands at a slot. */
interface AtSlot {
  readonly slot: Slot;
}

/** A binary min-heap by slot: the lowest comes out first, in whatever order they went in. */
export class RowHeap<Row extends AtSlot> {
  readonly #rows: Row[] = [];

  get size(): number {
    return this.#rows.length;
  }

  push(row: Row): void {
    const rows = this.#rows;
    let index = rows.length;
    rows.push(row);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = rows[above] as Row;
      if (parent.slot <= row.slot) break;
      rows[index] = parent;
      index = above;
    }
    rows[index] = row;
  }

  pop(): Row | undefined {
    const rows = this.#rows;
    const first = rows[0];
    const last = rows.pop();
    if (last !== undefined && rows.length > 0) this.#sink(last);
    return first;
  }

  #sink(row: Row): void {
    const rows = this.#rows;
    const count = rows.length;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= count) break;
      if (below + 1 < count && (rows[below + 1] as Row).slot < (rows[below] as Row).slot) below++;
      const child = rows[below] as Row;
      if (child.slot >= row.slot) break;
      rows[index] = child;
      index = below;
    }
    rows[index] = row;
  }
}
