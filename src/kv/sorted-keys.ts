/**
 * A set of texts that is put in order only when somebody asks. Additions gather until then; removals of
 * ordered ones are noticed while walking, by asking `isPresent`, and swept out once they are the half. It
 * never holds more than twice what is present, whether anybody asks or not.
 */
export class SortedKeys {
  readonly #isPresent: (text: string) => boolean;
  #sorted: string[] = [];
  readonly #added = new Set<string>();
  #removedCount = 0;

  constructor(isPresent: (text: string) => boolean) {
    this.#isPresent = isPresent;
  }

  /** The caller adds a text once, until it has removed it. */
  add(text: string): void {
    this.#added.add(text);
  }

  remove(text: string): void {
    if (this.#added.delete(text)) return;
    this.#removedCount++;
    if (this.#removedCount * 2 > this.#sorted.length) this.#sweep();
  }

  /** All texts at and above `start`, ascending, some of which may have been removed. */
  *from(start: string): Iterable<string> {
    this.#settle();
    const sorted = this.#sorted;
    for (let index = lowerBound(sorted, start); index < sorted.length; index++) yield sorted[index] as string;
  }

  #settle(): void {
    if (this.#added.size === 0) return;
    const added = [...this.#added].sort(ascending);
    this.#sorted = mergeUnique(this.#sorted, added);
    this.#added.clear();
  }

  #sweep(): void {
    this.#sorted = this.#sorted.filter(this.#isPresent);
    this.#removedCount = 0;
  }
}

function ascending(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function lowerBound(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Removed and added again, a text may stand in both, or twice in one. */
function mergeUnique(left: readonly string[], right: readonly string[]): string[] {
  const merged: string[] = [];
  let leftIndex = 0;
  let rightIndex = 0;
  while (leftIndex < left.length || rightIndex < right.length) {
    const fromLeft = left[leftIndex];
    const fromRight = right[rightIndex];
    const takesLeft = fromRight === undefined || (fromLeft !== undefined && fromLeft <= fromRight);
    const text = (takesLeft ? fromLeft : fromRight) as string;
    if (takesLeft) leftIndex++;
    else rightIndex++;
    if (merged[merged.length - 1] !== text) merged.push(text);
  }
  return merged;
}
