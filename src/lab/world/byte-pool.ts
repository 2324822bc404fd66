/** Handed out piece by piece; a piece larger than a quarter of it has memory of its own. */
const BLOCK_BYTES = 65_536;
const PIECE_BYTES_MAX = BLOCK_BYTES / 4;

/** Memory for many small things that live shortly: an array of its own for each costs eight times as much. */
export class BytePool {
  #block = new Uint8Array(BLOCK_BYTES);
  #usedBytes = 0;

  /** Zeros, or what the caller is to overwrite: never handed out before. */
  take(length: number): Uint8Array {
    if (length > PIECE_BYTES_MAX) return new Uint8Array(length);
    if (this.#usedBytes + length > BLOCK_BYTES) {
      this.#block = new Uint8Array(BLOCK_BYTES);
      this.#usedBytes = 0;
    }
    const start = this.#usedBytes;
    this.#usedBytes += length;
    return this.#block.subarray(start, this.#usedBytes);
  }
}
