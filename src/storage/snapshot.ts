import type { Slot } from "../base/ids.ts";
import type { MachineMeta } from "../kv/state.ts";
import type { Membership } from "../paxos/membership.ts";

/** Rows of changes and of tombstones that are on disk, forgotten ones included. */
export interface ChangeCounts {
  readonly eventRows: number;
  readonly tombstones: number;
}

/** Where a state stands: all of it but its rows. */
export interface StateMark {
  /** Every slot below is in the state. */
  readonly watermark: Slot;
  /** The chain digest at the watermark. */
  readonly digest: number;
  /** The hash of the state at the watermark. */
  readonly stateHash: number;
  /** As of the watermark. */
  readonly membership: Membership;
  readonly machine: MachineMeta;
  readonly counts: ChangeCounts;
}

/** What a snapshot is: the state of one group of all slots below the watermark, as a row of chunks. */
export interface SnapshotManifest extends StateMark {
  readonly clusterId: Uint8Array;
  readonly chunks: number;
  /** Of all chunks together, without what each carries around its content. */
  readonly bytes: number;
  /** SHA-256 over the chunks: each link is the hash of the one before and of the next chunk's own. */
  readonly chain: Uint8Array;
  /** All of the above as bytes, for a peer or a file. */
  readonly encoded: Uint8Array;
  /** SHA-256 of `encoded`: snapshots with the same one have the same chunks. */
  readonly hash: Uint8Array;
}

/** The snapshots of one group that a node has on its disk. Nothing of it holds the flushes of the state up. */
export interface SnapshotStorage {
  /** The last one that is whole; its chunks can be read until another takes its place. */
  readonly latest: SnapshotManifest | undefined;
  readonly isWriting: boolean;
  /**
   * Writes a snapshot of the state as it stands when this has ended; one at a time, while nothing is
   * installed. `done` runs as a turn of its own once it is the latest.
   */
  write(done: (manifest: SnapshotManifest) => void): void;
  /** Chunk `index` of the latest as it is to be sent. Undefined: it is damaged, and there is no latest any more. */
  readChunk(index: number): Uint8Array | undefined;
  /** The manifest behind what a peer sent; undefined when it is none, or of another cluster. */
  manifestOf(encoded: Uint8Array): SnapshotManifest | undefined;
  /** What was being received when the process ended, or is. */
  readonly receiving: SnapshotReceiver | undefined;
  /** Begins to receive a snapshot, or goes on when it is the one being received; any other is dropped. */
  receive(manifest: SnapshotManifest): SnapshotReceiver;
}

/** Gathers the chunks of a peer's snapshot, and builds a state from them. What it has outlives the process. */
export interface SnapshotReceiver {
  readonly manifest: SnapshotManifest;
  /** The first chunk at or above `from` that was not added yet; `manifest.chunks` when there is none. */
  nextMissing(from: number): number;
  /**
   * Takes a chunk as it was read. False: it is not chunk `index` of anything, and nothing comes of it. `done`
   * runs as a turn of its own once the chunk is on disk. A few may be under way.
   */
  add(index: number, chunk: Uint8Array, done: () => void): boolean;
  /**
   * Once all chunks are on disk: builds a state beside the present one, on disk and verified, to be named in
   * an `install`. `damaged`: it is not what the manifest says, and all of it is dropped. Once.
   */
  build(done: (built: BuiltState) => void): void;
  /** Drops it, with what was built from it. */
  abandon(): void;
}

export type BuiltState = { readonly kind: "built"; readonly state: number } | { readonly kind: "damaged" };
