import { readSync } from "node:fs";
import { compareBytes } from "../base/bytes.ts";

/**
 * LMDB follows the numbers in its pages without a doubt, to the end of the process if need be. This looks
 * at every page that can be reached before LMDB does. Offsets are those of MDB_page, MDB_node, MDB_db and
 * MDB_ovpage in the pinned version, on 64-bit little-endian machines.
 */
const PAGE_HEADER_BYTES = 24;
const PAGE_TRANSACTION = 8;
const PAGE_FLAGS = 18;
const PAGE_LOWER = 20;
const PAGE_UPPER = 22;
const OVERFLOW_COUNT = 20;
const BRANCH = 1;
const LEAF = 2;
const OVERFLOW = 4;

const NODE_HEADER_BYTES = 8;
const NODE_FLAGS = 4;
const NODE_KEY_BYTES = 6;
const NODE_IS_LARGE = 1;
const NODE_IS_TREE = 2;

const TREE_RECORD_BYTES = 48;
const LARGE_RECORD_BYTES = 24;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

/** A tree as its record describes it. */
export interface TreeRecord {
  /** Undefined: the tree is empty. */
  readonly root: number | undefined;
  readonly depth: number;
  readonly branches: number;
  readonly leaves: number;
  readonly overflows: number;
  readonly entries: number;
}

export interface TreeFile {
  readonly file: number;
  readonly fileBytes: number;
  readonly pageBytes: number;
  /** The newest one committed. */
  readonly transaction: number;
  readonly lastPage: number;
}

export function readTreeRecord(view: DataView, offset: number): TreeRecord {
  const root = view.getBigUint64(offset + 40, true);
  return {
    depth: view.getUint16(offset + 6, true),
    branches: readNumber(view, offset + 8),
    leaves: readNumber(view, offset + 16),
    overflows: readNumber(view, offset + 24),
    entries: readNumber(view, offset + 32),
    root: root === NO_PAGE ? undefined : Number(root),
  };
}

function readNumber(view: DataView, offset: number): number {
  return Number(view.getBigUint64(offset, true));
}

class TreeDamage extends Error {}

/** What is wrong with the pages of the trees and of all that lie in them; undefined when nothing is. */
export function findTreeDamage(file: TreeFile, trees: readonly TreeRecord[]): string | undefined {
  const walk = new TreeWalk(file);
  try {
    // The first is the list of free pages, whose keys are in the machine's own byte order.
    for (const [index, tree] of trees.entries()) walk.visitTree(tree, index > 0);
    return undefined;
  } catch (error) {
    if (error instanceof TreeDamage) return error.message;
    throw error;
  }
}

interface Counts {
  branches: number;
  leaves: number;
  overflows: number;
  entries: number;
}

interface Page {
  readonly number: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

class TreeWalk {
  readonly #file: TreeFile;
  readonly #seen = new Set<number>();

  constructor(file: TreeFile) {
    this.#file = file;
  }

  visitTree(tree: TreeRecord, ordered: boolean): void {
    const counts: Counts = { branches: 0, leaves: 0, overflows: 0, entries: 0 };
    if (tree.root !== undefined) this.#visitPage(tree.root, tree.depth, ordered, counts);
    const complete =
      counts.branches === tree.branches &&
      counts.leaves === tree.leaves &&
      counts.overflows === tree.overflows &&
      counts.entries === tree.entries;
    if (!complete) throw new TreeDamage(`has a tree at page ${tree.root ?? "none"} that is not complete`);
  }

  #visitPage(number: number, depth: number, ordered: boolean, counts: Counts): void {
    const page = this.#read(number);
    const flags = page.view.getUint16(PAGE_FLAGS, true);
    check(page, depth >= 1 && flags === (depth === 1 ? LEAF : BRANCH), "is of another kind");
    // All positions within a page count from the end of its header.
    const lower = PAGE_HEADER_BYTES + page.view.getUint16(PAGE_LOWER, true);
    const upper = PAGE_HEADER_BYTES + page.view.getUint16(PAGE_UPPER, true);
    // An emptied tree may keep one page without nodes.
    check(page, lower % 2 === 0 && lower <= upper, "has bounds that cross");
    if (depth === 1) counts.leaves++;
    else counts.branches++;
    let before: Uint8Array | undefined;
    for (let at = PAGE_HEADER_BYTES; at < lower; at += 2) {
      const node = PAGE_HEADER_BYTES + page.view.getUint16(at, true);
      check(page, node >= upper && node + NODE_HEADER_BYTES <= this.#file.pageBytes, "points outside");
      const start = node + NODE_HEADER_BYTES;
      const key = page.bytes.subarray(start, start + page.view.getUint16(node + NODE_KEY_BYTES, true));
      const sorted = before === undefined || !ordered || compareBytes(before, key) < 0;
      check(page, sorted, "has keys out of order");
      // The first key of a branch is never looked at.
      before = depth > 1 && at === PAGE_HEADER_BYTES ? undefined : key;
      if (depth === 1) this.#visitLeafNode(page, node, counts);
      else this.#visitPage(childOf(page, node), depth - 1, ordered, counts);
    }
  }

  #visitLeafNode(page: Page, node: number, counts: Counts): void {
    counts.entries++;
    const { view } = page;
    const dataBytes = view.getUint16(node, true) + view.getUint16(node + 2, true) * 0x10000;
    const data = node + NODE_HEADER_BYTES + view.getUint16(node + NODE_KEY_BYTES, true);
    const flags = view.getUint16(node + NODE_FLAGS, true);
    const fits = (length: number): boolean => data + length <= this.#file.pageBytes;
    switch (flags) {
      case 0:
        check(page, fits(dataBytes), "has a value that leaves it");
        return;
      case NODE_IS_LARGE:
        check(page, fits(LARGE_RECORD_BYTES), "has a value that leaves it");
        counts.overflows += this.#visitOverflow(readNumber(view, data), dataBytes);
        return;
      case NODE_IS_TREE:
        check(page, dataBytes === TREE_RECORD_BYTES && fits(dataBytes), "has a table that leaves it");
        this.visitTree(readTreeRecord(view, data), true);
        return;
      default:
        check(page, false, "has a value of another kind");
    }
  }

  /** Answers how many pages the value takes. */
  #visitOverflow(number: number, dataBytes: number): number {
    const page = this.#read(number);
    const count = page.view.getUint32(OVERFLOW_COUNT, true);
    check(page, page.view.getUint16(PAGE_FLAGS, true) === OVERFLOW, "is of another kind");
    check(
      page,
      count === Math.ceil((PAGE_HEADER_BYTES + dataBytes) / this.#file.pageBytes),
      "has another length",
    );
    for (let next = number + 1; next < number + count; next++) this.#take(next);
    return count;
  }

  #read(number: number): Page {
    this.#take(number);
    const { file, pageBytes, transaction } = this.#file;
    const bytes = new Uint8Array(pageBytes);
    readSync(file, bytes, 0, pageBytes, number * pageBytes);
    const page = { number, bytes, view: new DataView(bytes.buffer) };
    check(page, readNumber(page.view, 0) === number, "bears another number");
    check(page, readNumber(page.view, PAGE_TRANSACTION) <= transaction, "is of a later transaction");
    return page;
  }

  /** Every page has one place. */
  #take(number: number): void {
    const { lastPage, pageBytes, fileBytes } = this.#file;
    const exists = number >= 2 && number <= lastPage && (number + 1) * pageBytes <= fileBytes;
    if (!exists) throw new TreeDamage(`refers to a page ${number} that it does not have`);
    if (this.#seen.has(number)) throw new TreeDamage(`refers to page ${number} twice`);
    this.#seen.add(number);
  }
}

function childOf(page: Page, node: number): number {
  const low = page.view.getUint16(node, true) + page.view.getUint16(node + 2, true) * 0x10000;
  return low + page.view.getUint16(node + NODE_FLAGS, true) * 2 ** 32;
}

function check(page: Page, condition: boolean, what: string): void {
  if (!condition) throw new TreeDamage(`has a page ${page.number} that ${what}`);
}
