import { assert } from "../../base/assert.ts";
import { hashIntegers } from "./digest.ts";

const ROWS_AT_FIRST = 1024;

/** A set of tuples of `width` integers, numbered in the order of their coming; exact, and compact. */
export class TupleTable {
  readonly width: number;
  #rows: Int32Array;
  /** Open addressing: row number + 1, or 0 for a free place. At most half full. */
  #places: Int32Array;
  #size = 0;

  constructor(width: number) {
    this.width = width;
    this.#rows = new Int32Array(ROWS_AT_FIRST * width);
    this.#places = new Int32Array(ROWS_AT_FIRST * 2);
  }

  get size(): number {
    return this.#size;
  }

  has(tuple: Int32Array): boolean {
    return this.#places[this.#placeOf(tuple)] !== 0;
  }

  /** True when the tuple was not there yet; it is the last one now. */
  add(tuple: Int32Array): boolean {
    assert(tuple.length === this.width, "a tuple has the table's width");
    const place = this.#placeOf(tuple);
    if (this.#places[place] !== 0) return false;
    if ((this.#size + 1) * this.width > this.#rows.length) this.#widen();
    this.#rows.set(tuple, this.#size * this.width);
    this.#size++;
    this.#places[place] = this.#size;
    if (this.#size * 2 > this.#places.length) this.#rehash();
    return true;
  }

  /** Copies row `index` into `target`. */
  read(index: number, target: Int32Array): void {
    const start = index * this.width;
    for (let column = 0; column < this.width; column++) target[column] = this.#rows[start + column] as number;
  }

  #placeOf(tuple: Int32Array): number {
    const mask = this.#places.length - 1;
    let place = hashIntegers(tuple) & mask;
    for (;;) {
      const row = this.#places[place] as number;
      if (row === 0 || this.#isAt(row - 1, tuple)) return place;
      place = (place + 1) & mask;
    }
  }

  #isAt(index: number, tuple: Int32Array): boolean {
    const start = index * this.width;
    for (let column = 0; column < this.width; column++) {
      if (this.#rows[start + column] !== tuple[column]) return false;
    }
    return true;
  }

  #widen(): void {
    const rows = new Int32Array(this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
  }

  #rehash(): void {
    this.#places = new Int32Array(this.#places.length * 2);
    const tuple = new Int32Array(this.width);
    for (let index = 0; index < this.#size; index++) {
      this.read(index, tuple);
      this.#places[this.#placeOf(tuple)] = index + 1;
    }
  }
}
