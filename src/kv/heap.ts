/** A binary min-heap: the lowest comes out first, in whatever order they went in. */
export class Heap<Item> {
  readonly #isBelow: (left: Item, right: Item) => boolean;
  readonly #items: Item[] = [];

  constructor(isBelow: (left: Item, right: Item) => boolean) {
    this.#isBelow = isBelow;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The lowest, which stays. */
  get first(): Item | undefined {
    return this.#items[0];
  }

  push(item: Item): void {
    const items = this.#items;
    let index = items.length;
    items.push(item);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = items[above] as Item;
      if (!this.#isBelow(item, parent)) break;
      items[index] = parent;
      index = above;
    }
    items[index] = item;
  }

  pop(): Item | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last !== undefined && items.length > 0) this.#sink(last);
    return first;
  }

  #sink(item: Item): void {
    const items = this.#items;
    const count = items.length;
    let index = 0;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= count) break;
      if (below + 1 < count && this.#isBelow(items[below + 1] as Item, items[below] as Item)) below++;
      const child = items[below] as Item;
      if (!this.#isBelow(child, item)) break;
      items[index] = child;
      index = below;
    }
    items[index] = item;
  }
}
