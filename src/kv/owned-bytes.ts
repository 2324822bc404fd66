import { copyBytes } from "../base/bytes.ts";
import type { Batch } from "./command.ts";
import { keptBytes } from "./operation-size.ts";

/** A view is kept as it is while its memory is at most twice its use, and this much. */
const WASTE_BYTES_MAX = 1024;

function isWasteful(usedBytes: number, memoryBytes: number): boolean {
  return memoryBytes > 2 * usedBytes + WASTE_BYTES_MAX;
}

/** The bytes, copied when they are a small view of a large buffer: what is kept long must not pin it. */
export function ownedBytes(bytes: Uint8Array): Uint8Array {
  return isWasteful(bytes.length, bytes.buffer.byteLength) ? copyBytes(bytes) : bytes;
}

/**
 * Where the keys and values of one batch live once it is applied. A batch that fills its datagram is kept
 * as it came; a small one in a large datagram moves to memory of its own, in one allocation for the slot.
 */
export class BatchMemory {
  readonly #usedBytes: number;
  #block: Uint8Array | undefined;
  #offset = 0;

  constructor(batch: Batch) {
    let usedBytes = 0;
    for (const { operation } of batch.commands) usedBytes += keptBytes(operation);
    this.#usedBytes = usedBytes;
  }

  /** The same bytes in memory that may be kept; each key and value of the batch at most once. */
  keep(bytes: Uint8Array): Uint8Array {
    if (!isWasteful(this.#usedBytes, bytes.buffer.byteLength)) return bytes;
    const start = this.#offset;
    // What does not come from the batch has no place in its memory.
    if (start + bytes.length > this.#usedBytes) return copyBytes(bytes);
    this.#block ??= new Uint8Array(this.#usedBytes);
    this.#block.set(bytes, start);
    this.#offset = start + bytes.length;
    return this.#block.subarray(start, this.#offset);
  }
}
