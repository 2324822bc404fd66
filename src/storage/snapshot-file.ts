import { concatBytes, equalBytes } from "../base/bytes.ts";
import type { Crypto } from "../base/seams.ts";
import { LayoutError } from "./layout.ts";
import { FORMAT_VERSION } from "./schema.ts";
import type { SnapshotManifest } from "./snapshot.ts";
import { CHUNK_BYTES, ChunkChain, openChunk } from "./snapshot-chunks.ts";
import { decodeManifest } from "./snapshot-manifest.ts";

/**
 * A snapshot in a file, to be read from its beginning to its end; numbers big-endian:
 *
 *   0   "kvd-snap"
 *   8   version of this layout, u32
 *   12  version of the format of the rows, u32: that of the data directory it came from
 *   16  length of the manifest, u32
 *   20  CRC-32 of the manifest, u32
 *   24  manifest
 *       for each chunk: its length, u32, and the chunk with its own CRC-32
 *       0, u32
 *       SHA-256 of all up to the end of the manifest, and of the hash over the chunks
 */
const MAGIC = new TextEncoder().encode("kvd-snap");
const LAYOUT_VERSION = 1;
const HEADER_BYTES = 24;
const LENGTH_BYTES = 4;
const HASH_BYTES = 32;
const MANIFEST_BYTES_MAX = 1024 * 1024;
/** A chunk and what is around its content. */
const SEALED_BYTES_MAX = CHUNK_BYTES + 64;

/** Why a file is not taken: it is none of a snapshot, of another version, or not what was written. */
export type SnapshotFileCode = "not_a_snapshot" | "other_format" | "damaged";

/** The message is one line: what is wrong, and what to do. */
export class SnapshotFileError extends Error {
  override readonly name = "SnapshotFileError";
  readonly code: SnapshotFileCode;

  constructor(code: SnapshotFileCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Makes a file's bytes: `header`, then `chunk` for each in order, then `trailer`. */
export class SnapshotFileWriter {
  readonly #crypto: Crypto;
  readonly #chain: ChunkChain;
  readonly #header: Uint8Array;
  readonly #manifest: SnapshotManifest;
  #next = 0;

  constructor(crypto: Crypto, manifest: SnapshotManifest) {
    this.#crypto = crypto;
    this.#chain = new ChunkChain(crypto);
    this.#manifest = manifest;
    const head = new Uint8Array(HEADER_BYTES);
    head.set(MAGIC);
    const view = new DataView(head.buffer);
    view.setUint32(8, LAYOUT_VERSION);
    view.setUint32(12, FORMAT_VERSION);
    view.setUint32(16, manifest.encoded.length);
    view.setUint32(20, crypto.crc32(manifest.encoded));
    this.#header = concatBytes([head, manifest.encoded]);
  }

  header(): Uint8Array {
    return this.#header;
  }

  /** Throws SnapshotFileError `damaged` when this is not the next chunk as it was sealed. */
  chunk(chunk: Uint8Array): Uint8Array {
    const content = openChunk(this.#crypto, this.#next, chunk);
    if (content === undefined) throw damaged(`chunk ${this.#next} is damaged`);
    this.#chain.add(content);
    this.#next++;
    return concatBytes([lengthBytes(chunk.length), chunk]);
  }

  /** Throws SnapshotFileError `damaged` when the chunks are not those of the manifest. */
  trailer(): Uint8Array {
    const { chunks, chain } = this.#manifest;
    if (this.#next !== chunks) throw damaged(`it has ${this.#next} of ${chunks} chunks`);
    if (!equalBytes(this.#chain.hash, chain)) throw damaged("its hash is not that of its content");
    return concatBytes([lengthBytes(0), trailerHash(this.#crypto, this.#header, this.#chain.hash)]);
  }
}

/** What a file turns out to hold, in its order. */
export type SnapshotFileItem =
  | { readonly kind: "manifest"; readonly manifest: SnapshotManifest }
  | { readonly kind: "chunk"; readonly index: number; readonly content: Uint8Array };

/** Reads a file in pieces of any size; no more than a piece and a chunk is in memory. Everything throws SnapshotFileError. */
export class SnapshotFileReader {
  readonly #crypto: Crypto;
  readonly #chain: ChunkChain;
  #rest: Uint8Array = new Uint8Array(0);
  #header: Uint8Array = new Uint8Array(0);
  #manifest: SnapshotManifest | undefined;
  #next = 0;
  #isEnded = false;

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
    this.#chain = new ChunkChain(crypto);
  }

  /** The items that end in this piece; the contents are views. */
  push(piece: Uint8Array): SnapshotFileItem[] {
    this.#rest = this.#rest.length === 0 ? piece : concatBytes([this.#rest, piece]);
    const items: SnapshotFileItem[] = [];
    for (let item = this.#take(); item !== undefined; item = this.#take()) items.push(item);
    return items;
  }

  /** The file has no more bytes. */
  end(): void {
    if (this.#isEnded) return;
    const isEmpty = this.#manifest === undefined && this.#rest.length === 0;
    throw damaged(isEmpty ? "it is empty" : "it is cut off");
  }

  #take(): SnapshotFileItem | undefined {
    if (this.#isEnded) {
      if (this.#rest.length > 0) throw damaged("bytes follow its end");
      return undefined;
    }
    return this.#manifest === undefined ? this.#takeManifest() : this.#takeChunk(this.#manifest);
  }

  #takeManifest(): SnapshotFileItem | undefined {
    const bytes = this.#rest;
    const isBegun = MAGIC.subarray(0, bytes.length).every((byte, at) => byte === bytes[at]);
    if (!isBegun) throw notASnapshot();
    if (bytes.length < HEADER_BYTES) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    checkVersions(view.getUint32(8), view.getUint32(12));
    const length = view.getUint32(16);
    if (length > MANIFEST_BYTES_MAX) throw damaged("its manifest is too large");
    if (bytes.length < HEADER_BYTES + length) return undefined;
    const encoded = bytes.subarray(HEADER_BYTES, HEADER_BYTES + length);
    if (this.#crypto.crc32(encoded) !== view.getUint32(20)) throw damaged("its manifest fails its check");
    const manifest = this.#decode(encoded);
    this.#manifest = manifest;
    this.#header = bytes.slice(0, HEADER_BYTES + length);
    this.#rest = bytes.subarray(HEADER_BYTES + length);
    return { kind: "manifest", manifest };
  }

  #decode(encoded: Uint8Array): SnapshotManifest {
    try {
      return decodeManifest(this.#crypto, encoded);
    } catch (error) {
      if (error instanceof LayoutError) throw damaged(`its manifest cannot be read: ${error.message}`);
      throw error;
    }
  }

  #takeChunk(manifest: SnapshotManifest): SnapshotFileItem | undefined {
    const bytes = this.#rest;
    if (bytes.length < LENGTH_BYTES) return undefined;
    const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getUint32(0);
    if (length === 0) return this.#takeTrailer(manifest);
    if (length > SEALED_BYTES_MAX) throw damaged(`chunk ${this.#next} is too large`);
    if (bytes.length < LENGTH_BYTES + length) return undefined;
    const index = this.#next;
    const content = openChunk(this.#crypto, index, bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
    if (content === undefined) throw damaged(`chunk ${index} fails its check`);
    this.#chain.add(content);
    this.#next++;
    this.#rest = bytes.subarray(LENGTH_BYTES + length);
    return { kind: "chunk", index, content };
  }

  #takeTrailer(manifest: SnapshotManifest): undefined {
    const bytes = this.#rest;
    if (bytes.length < LENGTH_BYTES + HASH_BYTES) return undefined;
    if (this.#next !== manifest.chunks) throw damaged(`it has ${this.#next} of ${manifest.chunks} chunks`);
    const hash = bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + HASH_BYTES);
    const isRight =
      equalBytes(this.#chain.hash, manifest.chain) &&
      equalBytes(hash, trailerHash(this.#crypto, this.#header, this.#chain.hash));
    if (!isRight) throw damaged("its hash is not that of its content");
    this.#isEnded = true;
    this.#rest = bytes.subarray(LENGTH_BYTES + HASH_BYTES);
    if (this.#rest.length > 0) throw damaged("bytes follow its end");
    return undefined;
  }
}

function checkVersions(layout: number, format: number): void {
  if (layout === LAYOUT_VERSION && format === FORMAT_VERSION) return;
  throw new SnapshotFileError(
    "other_format",
    `the snapshot has format ${layout}.${format}, this kvd knows ${LAYOUT_VERSION}.${FORMAT_VERSION}: ` +
      "read it with the version that wrote it",
  );
}

function trailerHash(crypto: Crypto, header: Uint8Array, chain: Uint8Array): Uint8Array {
  return crypto.sha256(concatBytes([header, chain]));
}

function lengthBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(LENGTH_BYTES);
  new DataView(bytes.buffer).setUint32(0, length);
  return bytes;
}

function damaged(why: string): SnapshotFileError {
  return new SnapshotFileError("damaged", `the snapshot is damaged: ${why}; take another copy`);
}

function notASnapshot(): SnapshotFileError {
  return new SnapshotFileError(
    "not_a_snapshot",
    "this is no snapshot of kvd: name a file that kvadm snapshot save wrote",
  );
}
