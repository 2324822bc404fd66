import { assert } from "../base/assert.ts";

/** Bytes that do not have the layout that their record promises. */
export class LayoutError extends Error {
  override readonly name = "LayoutError";
}

const TWO_TO_32 = 2 ** 32;

/** Writes a safe integer >= 0 as 8 bytes, big-endian, so that byte order is number order. */
export function putSafeInteger(view: DataView, offset: number, value: number): void {
  // Here and below no value in the message: putting it together would cost more than the write itself.
  assert(Number.isSafeInteger(value) && value >= 0, "a stored number is a safe integer >= 0");
  view.setUint32(offset, Math.floor(value / TWO_TO_32));
  view.setUint32(offset + 4, value % TWO_TO_32);
}

/** The number written by `putSafeInteger`; throws LayoutError when it is not one. */
export function getSafeInteger(view: DataView, offset: number): number {
  const value = view.getUint32(offset) * TWO_TO_32 + view.getUint32(offset + 4);
  if (!Number.isSafeInteger(value)) throw new LayoutError(`number at ${offset} is above 2^53`);
  return value;
}

/** Appends fields to a growing buffer, behind `start` bytes of zeros; all numbers big-endian. */
export class FieldWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length: number;

  constructor(capacity = 128, start = 0) {
    this.#length = start;
    this.#bytes = new Uint8Array(Math.max(capacity, start));
    this.#view = new DataView(this.#bytes.buffer);
  }

  u8(value: number): this {
    const offset = this.#reserve(1);
    this.#view.setUint8(offset, value);
    return this;
  }

  u32(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value < TWO_TO_32, "a stored count has 32 bits");
    const offset = this.#reserve(4);
    this.#view.setUint32(offset, value);
    return this;
  }

  /** A safe integer >= 0, 8 bytes. */
  safeInteger(value: number): this {
    const offset = this.#reserve(8);
    putSafeInteger(this.#view, offset, value);
    return this;
  }

  /** Any number, 8 bytes. */
  double(value: number): this {
    const offset = this.#reserve(8);
    this.#view.setFloat64(offset, value);
    return this;
  }

  /** Length (4 bytes) and content. */
  bytes(value: Uint8Array): this {
    this.u32(value.length);
    const offset = this.#reserve(value.length);
    this.#bytes.set(value, offset);
    return this;
  }

  text(value: string): this {
    return this.bytes(new TextEncoder().encode(value));
  }

  /** What was written, in memory of its own; the writer is not used afterwards. */
  finish(): Uint8Array {
    return this.#length === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#length);
  }

  /** Room for `count` bytes; replaces the memory when it grows. */
  #reserve(count: number): number {
    const offset = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return offset;
  }
}

/** Reads what FieldWriter wrote. Every method throws LayoutError instead of reading past the end. */
export class FieldReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  safeInteger(): number {
    return getSafeInteger(this.#view, this.#take(8));
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /** A view of the bytes that the reader was given. */
  bytes(): Uint8Array {
    const length = this.u32();
    const offset = this.#take(length);
    return this.#bytes.subarray(offset, offset + length);
  }

  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  /** One of a closed list of names, stored as its index. */
  choice<Name>(names: readonly Name[]): Name {
    const name = names[this.u8()];
    if (name === undefined) throw new LayoutError("a choice is out of range");
    return name;
  }

  /** Throws unless everything was read. */
  finish(): void {
    if (this.#offset !== this.#bytes.length) throw new LayoutError("bytes are left over");
  }

  #take(count: number): number {
    const offset = this.#offset;
    if (offset + count > this.#bytes.length) throw new LayoutError("the record ends early");
    this.#offset = offset + count;
    return offset;
  }
}
