import { equalBytes } from "../../src/base/bytes.ts";
import type { Slot } from "../../src/base/ids.ts";
import { FRESH_META } from "../../src/kv/state.ts";
import type {
  BuiltState,
  SnapshotManifest,
  SnapshotReceiver,
  SnapshotStorage,
} from "../../src/storage/snapshot.ts";

/** A manifest that is told from others by its watermark and `salt`. */
export function manifestAt(watermark: number, chunks = 3, salt = 0): SnapshotManifest {
  const hash = new Uint8Array(32).fill(salt, 8);
  new DataView(hash.buffer).setFloat64(0, watermark);
  return {
    watermark: watermark as Slot,
    digest: watermark * 7,
    stateHash: watermark * 11,
    membership: { epoch: 1, members: [], nextNodeId: 1 },
    machine: FRESH_META,
    counts: { eventRows: 0, tombstones: 0 },
    clusterId: new Uint8Array(32),
    chunks,
    bytes: chunks * 1000,
    chain: new Uint8Array(32),
    encoded: Uint8Array.of(...hash, chunks),
    hash,
  };
}

/** Chunk `index` of a snapshot. */
export function chunkOf(manifest: SnapshotManifest, index: number): Uint8Array {
  return Uint8Array.of(...manifest.hash, index);
}

class FakeReceiver implements SnapshotReceiver {
  readonly manifest: SnapshotManifest;
  readonly #has = new Set<number>();
  isAbandoned = false;
  built: BuiltState = { kind: "built", state: 2 };
  /** What ends only when the test says so. */
  readonly pending: (() => void)[] = [];

  constructor(manifest: SnapshotManifest) {
    this.manifest = manifest;
  }

  nextMissing(from: number): number {
    let index = from;
    while (this.#has.has(index)) index++;
    return Math.min(index, this.manifest.chunks);
  }

  add(index: number, chunk: Uint8Array, done: () => void): boolean {
    if (!equalBytes(chunk, chunkOf(this.manifest, index))) return false;
    this.#has.add(index);
    this.pending.push(done);
    return true;
  }

  build(done: (built: BuiltState) => void): void {
    this.pending.push(() => done(this.built));
  }

  abandon(): void {
    this.isAbandoned = true;
  }

  finish(): void {
    for (const done of this.pending.splice(0)) done();
  }
}

/** Snapshots of a disk that does what the test says. */
export class FakeSnapshots implements SnapshotStorage {
  latest: SnapshotManifest | undefined;
  isWriting = false;
  writes = 0;
  receiver: FakeReceiver | undefined;
  #onWritten: ((manifest: SnapshotManifest) => void) | undefined;

  get receiving(): SnapshotReceiver | undefined {
    return this.receiver?.isAbandoned === false ? this.receiver : undefined;
  }

  write(done: (manifest: SnapshotManifest) => void): void {
    this.isWriting = true;
    this.writes++;
    this.#onWritten = done;
  }

  /** What is being written is whole, at this watermark. */
  written(manifest: SnapshotManifest): void {
    this.latest = manifest;
    this.isWriting = false;
    this.#onWritten?.(manifest);
  }

  readChunk(index: number): Uint8Array | undefined {
    return this.latest === undefined ? undefined : chunkOf(this.latest, index);
  }

  manifestOf(encoded: Uint8Array): SnapshotManifest | undefined {
    if (encoded.length !== 33) return undefined;
    return manifestAt(
      new DataView(encoded.buffer, encoded.byteOffset).getFloat64(0),
      encoded[32],
      encoded[8],
    );
  }

  receive(manifest: SnapshotManifest): SnapshotReceiver {
    const known = this.receiver;
    if (known?.isAbandoned === false && equalBytes(known.manifest.hash, manifest.hash)) return known;
    this.receiver = new FakeReceiver(manifest);
    return this.receiver;
  }
}
