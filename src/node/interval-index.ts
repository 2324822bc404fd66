/** Items by the interval of keys that they are about; keys as `keyText` gives them. */
export interface TextInterval {
  readonly start: string;
  /** Exclusive; undefined: to the last key. */
  readonly end: string | undefined;
}

interface TreeNode<Item> extends TextInterval {
  readonly items: Set<Item>;
  readonly priority: number;
  left: TreeNode<Item> | undefined;
  right: TreeNode<Item> | undefined;
  /** The greatest end in this subtree; undefined: the last key. */
  maxEnd: string | undefined;
}

/**
 * Finds the items whose interval holds a key, without looking at the others: a treap ordered by start and
 * end, in which each subtree knows its greatest end. Items with the same interval share a node.
 * Source: Seidel, Aragon, "Randomized search trees" (1996); the augmentation is that of interval trees.
 */
export class IntervalIndex<Item> {
  #root: TreeNode<Item> | undefined;
  /** Of a generator that only has to look unordered; the same calls give the same tree. */
  #lastPriority = 1;

  add(interval: TextInterval, item: Item): void {
    const found = this.#find(interval);
    if (found !== undefined) {
      found.items.add(item);
      return;
    }
    this.#lastPriority = (this.#lastPriority * 48_271) % 2_147_483_647;
    const { start, end } = interval;
    const [left, right] = split(this.#root, interval);
    const node: TreeNode<Item> = {
      start,
      end,
      items: new Set([item]),
      priority: this.#lastPriority,
      left: undefined,
      right: undefined,
      maxEnd: end,
    };
    this.#root = join(join(left, node), right);
  }

  remove(interval: TextInterval, item: Item): void {
    const found = this.#find(interval);
    if (found === undefined || !found.items.delete(item) || found.items.size > 0) return;
    this.#root = without(this.#root, interval);
  }

  /** Calls `visit` for each item whose interval holds the key. */
  visit(key: string, visit: (item: Item) => void): void {
    visitHolding(this.#root, key, visit);
  }

  #find(interval: TextInterval): TreeNode<Item> | undefined {
    let node = this.#root;
    while (node !== undefined) {
      const order = compareIntervals(interval, node);
      if (order === 0) return node;
      node = order < 0 ? node.left : node.right;
    }
    return undefined;
  }
}

function visitHolding<Item>(
  node: TreeNode<Item> | undefined,
  key: string,
  visit: (item: Item) => void,
): void {
  if (node === undefined || (node.maxEnd !== undefined && node.maxEnd <= key)) return;
  visitHolding(node.left, key, visit);
  if (node.start > key) return;
  if (node.end === undefined || key < node.end) for (const item of node.items) visit(item);
  visitHolding(node.right, key, visit);
}

/** What is below `at`, and what is above it. */
function split<Item>(
  node: TreeNode<Item> | undefined,
  at: TextInterval,
): [TreeNode<Item> | undefined, TreeNode<Item> | undefined] {
  if (node === undefined) return [undefined, undefined];
  if (compareIntervals(node, at) < 0) {
    const [left, right] = split(node.right, at);
    node.right = left;
    return [measured(node), right];
  }
  const [left, right] = split(node.left, at);
  node.left = right;
  return [left, measured(node)];
}

/** Both in one; all of `left` is below all of `right`. */
function join<Item>(
  left: TreeNode<Item> | undefined,
  right: TreeNode<Item> | undefined,
): TreeNode<Item> | undefined {
  if (left === undefined) return right;
  if (right === undefined) return left;
  if (left.priority > right.priority) {
    left.right = join(left.right, right);
    return measured(left);
  }
  right.left = join(left, right.left);
  return measured(right);
}

function without<Item>(node: TreeNode<Item> | undefined, gone: TextInterval): TreeNode<Item> | undefined {
  if (node === undefined) return undefined;
  const order = compareIntervals(gone, node);
  if (order === 0) return join(node.left, node.right);
  if (order < 0) node.left = without(node.left, gone);
  else node.right = without(node.right, gone);
  return measured(node);
}

function measured<Item>(node: TreeNode<Item>): TreeNode<Item> {
  let maxEnd = node.end;
  if (node.left !== undefined) maxEnd = laterEnd(maxEnd, node.left.maxEnd);
  if (node.right !== undefined) maxEnd = laterEnd(maxEnd, node.right.maxEnd);
  node.maxEnd = maxEnd;
  return node;
}

function laterEnd(left: string | undefined, right: string | undefined): string | undefined {
  if (left === undefined || right === undefined) return undefined;
  return left > right ? left : right;
}

function compareIntervals(left: TextInterval, right: TextInterval): number {
  if (left.start !== right.start) return left.start < right.start ? -1 : 1;
  if (left.end === right.end) return 0;
  if (left.end === undefined) return 1;
  if (right.end === undefined) return -1;
  return left.end < right.end ? -1 : 1;
}
