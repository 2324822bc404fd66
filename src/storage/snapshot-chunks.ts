import { assert } from "../base/assert.ts";
import { concatBytes } from "../base/bytes.ts";
import { GROUP_ZERO, type Slot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import { LayoutError } from "./layout.ts";
import type { RowOperation } from "./lmdb-environment.ts";
import { makeRecord, openRecord, RECORD_TYPE } from "./record.ts";
import { ROW_TABLES, type RowTable, slotKey } from "./schema.ts";

/**
 * A snapshot is one stream of rows, cut into chunks of this many bytes, the last one shorter. A row may go on
 * in the next chunk, so that a chunk never outgrows a message, however large a row is.
 */
export const CHUNK_BYTES = 256 * 1024;

/**
 * A row in the stream:
 *
 *   0  table, index in ROW_TABLES
 *   1  1: its record follows the key; 0: the row is gone
 *   2  bytes of the key, u16
 *   4  bytes of the record, u32
 *   8  key and record as they stand in the state's table
 *
 * Of two rows with the same key the later one counts.
 */
const HEADER_BYTES = 8;
/** More than the rows of any slot come to. */
const RECORD_BYTES_MAX = 64 * 1024 * 1024;

/** A row as it stands in its table, or is to be written or removed. */
export interface StoredRow {
  readonly table: RowTable;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

/** Key of a chunk among the chunks of its snapshot: byte order is the order of the chunks. */
export function chunkKey(index: number): Uint8Array {
  return slotKey(GROUP_ZERO, index as Slot);
}

/** A chunk with its checksum, as it lies on disk and is sent. */
export function sealChunk(crypto: Crypto, index: number, content: Uint8Array): Uint8Array {
  return makeRecord(crypto, RECORD_TYPE.snapshotChunk, chunkKey(index), content);
}

/** The content (a view), or undefined when this is not chunk `index` as it was sealed. */
export function openChunk(crypto: Crypto, index: number, chunk: Uint8Array): Uint8Array | undefined {
  const content = openRecord(crypto, RECORD_TYPE.snapshotChunk, chunkKey(index), chunk);
  return content === undefined || content.length === 0 || content.length > CHUNK_BYTES ? undefined : content;
}

/** The hash over chunks in their order. */
export class ChunkChain {
  readonly #crypto: Pick<Crypto, "sha256">;
  hash: Uint8Array = new Uint8Array(32);

  constructor(crypto: Pick<Crypto, "sha256">) {
    this.#crypto = crypto;
  }

  add(content: Uint8Array): void {
    this.hash = this.#crypto.sha256(concatBytes([this.hash, this.#crypto.sha256(content)]));
  }
}

/** Makes chunks of rows. */
export class ChunkCutter {
  readonly #chain: ChunkChain;
  /** Contents of full chunks that nobody has taken yet. */
  #full: Uint8Array[] = [];
  #open = new Uint8Array(CHUNK_BYTES);
  #length = 0;
  #count = 0;
  #bytes = 0;

  constructor(crypto: Pick<Crypto, "sha256">) {
    this.#chain = new ChunkChain(crypto);
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Full chunks that nobody has taken yet. */
  get waiting(): number {
    return this.#full.length;
  }

  get chain(): Uint8Array {
    return this.#chain.hash;
  }

  /** Copies the row. */
  add(row: RowOperation): void {
    const header = new Uint8Array(HEADER_BYTES);
    const view = new DataView(header.buffer);
    const table = ROW_TABLES.indexOf(row.table as RowTable);
    assert(table >= 0, "I18: a snapshot has rows of the state's tables");
    view.setUint8(0, table);
    view.setUint8(1, row.value === undefined ? 0 : 1);
    view.setUint16(2, row.key.length);
    view.setUint32(4, row.value?.length ?? 0);
    this.#append(header);
    this.#append(row.key);
    if (row.value !== undefined) this.#append(row.value);
  }

  /** No row follows. */
  end(): void {
    if (this.#length > 0) this.#close();
  }

  /** The chunks that are full, with the index of the first; they are the caller's. */
  take(): { readonly first: number; readonly contents: readonly Uint8Array[] } {
    const contents = this.#full;
    this.#full = [];
    return { first: this.#count - contents.length, contents };
  }

  #append(bytes: Uint8Array): void {
    let from = 0;
    while (from < bytes.length) {
      const count = Math.min(bytes.length - from, CHUNK_BYTES - this.#length);
      this.#open.set(bytes.subarray(from, from + count), this.#length);
      this.#length += count;
      from += count;
      if (this.#length === CHUNK_BYTES) this.#close();
    }
  }

  #close(): void {
    const content = this.#open.subarray(0, this.#length);
    this.#chain.add(content);
    this.#full.push(content);
    this.#count++;
    this.#bytes += this.#length;
    this.#open = new Uint8Array(CHUNK_BYTES);
    this.#length = 0;
  }
}

/** Finds the rows in the contents of chunks. */
export class RowJoiner {
  /** The beginning of a row that goes on. */
  #rest: Uint8Array = new Uint8Array(0);

  /** The rows that end in this chunk, each in memory of its own; throws LayoutError. */
  add(content: Uint8Array): StoredRow[] {
    const bytes = this.#rest.length === 0 ? content : concatBytes([this.#rest, content]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const rows: StoredRow[] = [];
    let at = 0;
    while (bytes.length - at >= HEADER_BYTES) {
      const keyBytes = view.getUint16(at + 2);
      const recordBytes = view.getUint32(at + 4);
      if (recordBytes > RECORD_BYTES_MAX) throw new LayoutError("a row of a snapshot is too large");
      const keyAt = at + HEADER_BYTES;
      const end = keyAt + keyBytes + recordBytes;
      if (end > bytes.length) break;
      const table = ROW_TABLES[view.getUint8(at)];
      if (table === undefined) throw new LayoutError("a row of a snapshot is of no table");
      const value = view.getUint8(at + 1) === 0 ? undefined : bytes.slice(keyAt + keyBytes, end);
      rows.push({ table, key: bytes.slice(keyAt, keyAt + keyBytes), value });
      at = end;
    }
    this.#rest = bytes.slice(at);
    return rows;
  }

  /** Throws LayoutError when the last row did not end. */
  end(): void {
    if (this.#rest.length > 0) throw new LayoutError("the last row of a snapshot is cut off");
  }
}
