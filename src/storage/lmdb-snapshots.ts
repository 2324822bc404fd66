import { assert, present } from "../base/assert.ts";
import { equalBytes } from "../base/bytes.ts";
import type { Crypto, Fatal, Timers } from "../base/seams.ts";
import type { GroupState } from "./group-state.ts";
import type { HangGuard } from "./hang-guard.ts";
import { failStop } from "./lmdb-environment.ts";
import { NewStateDirectory } from "./new-state-directory.ts";
import {
  type ReceivedChunks,
  ReceivedSnapshot,
  type SealedChunk,
  type UnusedState,
} from "./received-snapshot.ts";
import type { SnapshotManifest, SnapshotReceiver, SnapshotStorage } from "./snapshot.ts";
import { chunkKey } from "./snapshot-chunks.ts";
import { type FoundSnapshots, SnapshotDirectory } from "./snapshot-directory.ts";
import { manifestOf } from "./snapshot-manifest.ts";
import { SnapshotWriter } from "./snapshot-writer.ts";

export interface LmdbSnapshotsDeps {
  readonly dataDirectory: string;
  readonly crypto: Crypto;
  readonly timers: Timers;
  readonly fatal: Fatal;
  readonly guard: HangGuard;
  readonly clusterId: Uint8Array;
  /** The encoded identity. */
  readonly identity: Uint8Array;
  /** Number of the state that counts. */
  readonly stateNumber: number;
  readonly state: () => GroupState;
}

interface Whole {
  readonly directory: SnapshotDirectory;
  readonly manifest: SnapshotManifest;
}

/** The snapshots of group 0 in the environments `snapshot-N`. */
export class LmdbSnapshots implements SnapshotStorage {
  readonly #deps: LmdbSnapshotsDeps;
  #whole: Whole | undefined;
  #writing: { readonly directory: SnapshotDirectory; readonly writer: SnapshotWriter } | undefined;
  #received: ReceivedSnapshot | undefined;
  #newState: NewStateDirectory | undefined;
  #lastNumber: number;
  #lastState: number;
  /** Directories that are open, or on their way out. */
  readonly #directories = new Set<SnapshotDirectory>();
  readonly #removals = new Set<Promise<void>>();

  constructor(deps: LmdbSnapshotsDeps, found: FoundSnapshots) {
    this.#deps = deps;
    this.#lastNumber = found.lastNumber;
    this.#lastState = deps.stateNumber;
    const manifest = found.latest?.manifest("whole");
    if (found.latest !== undefined && manifest !== undefined)
      this.#whole = { directory: found.latest, manifest };
    const wanted = found.receiving?.manifest("wanted");
    if (found.receiving !== undefined && wanted !== undefined) {
      this.#received = this.#receiver(wanted, found.receiving);
    }
    for (const directory of [found.latest, found.receiving]) {
      if (directory !== undefined) this.#directories.add(directory);
    }
  }

  get latest(): SnapshotManifest | undefined {
    return this.#whole?.manifest;
  }

  get isWriting(): boolean {
    return this.#writing !== undefined;
  }

  write(done: (manifest: SnapshotManifest) => void): void {
    assert(this.#writing === undefined, "one snapshot at a time");
    const { crypto, timers, clusterId } = this.#deps;
    const state = this.#deps.state();
    const directory = this.#create();
    const writer = new SnapshotWriter({
      crypto,
      timers,
      clusterId,
      state,
      sink: { write: (chunks, written) => directory.commit(chunks.map(chunkOperation), written) },
      onEnd: (manifest) =>
        directory.commitWhole(manifest, () => {
          state.writer = undefined;
          this.#writing = undefined;
          this.#become({ directory, manifest });
          done(manifest);
        }),
    });
    state.writer = writer;
    this.#writing = { directory, writer };
  }

  readChunk(index: number): Uint8Array | undefined {
    const whole = this.#whole;
    const chunk = whole?.directory.chunk(index);
    if (whole === undefined || chunk !== undefined) return chunk;
    this.#whole = undefined;
    this.#remove(whole.directory);
    return undefined;
  }

  manifestOf(encoded: Uint8Array): SnapshotManifest | undefined {
    return manifestOf(this.#deps.crypto, this.#deps.clusterId, encoded);
  }

  get receiving(): SnapshotReceiver | undefined {
    return this.#received?.isOver === false ? this.#received : undefined;
  }

  receive(manifest: SnapshotManifest): SnapshotReceiver {
    const known = this.#received;
    if (known !== undefined && !known.isOver) {
      if (equalBytes(known.manifest.hash, manifest.hash)) return known;
      known.abandon();
    }
    this.#received = this.#receiver(manifest, this.#create());
    return this.#received;
  }

  /** The state that an `install` names; throws unless it was built and not installed yet. */
  built(state: number): NewStateDirectory {
    present(this.#received, "I19: what is installed was received").built(state);
    return present(this.#newState, "I19: what is installed was built");
  }

  /** The install is durable. */
  onInstalled(): void {
    const writing = this.#writing;
    this.#writing = undefined;
    writing?.writer.drop();
    if (writing !== undefined) this.#remove(writing.directory);
    this.#received?.onInstalled();
    this.#received = undefined;
    this.#newState = undefined;
  }

  /** What is being written is given up; what is being received is kept. */
  async close(): Promise<void> {
    const writing = this.#writing;
    writing?.writer.drop();
    if (writing !== undefined) this.#remove(writing.directory);
    this.#received?.stop();
    await Promise.all([...this.#directories].map((directory) => directory.close()));
    await Promise.all(this.#removals);
  }

  #create(): SnapshotDirectory {
    this.#lastNumber++;
    const directory = SnapshotDirectory.create(this.#deps.dataDirectory, this.#lastNumber, this.#deps);
    this.#directories.add(directory);
    return directory;
  }

  #become(whole: Whole): void {
    const before = this.#whole;
    this.#whole = whole;
    if (before !== undefined) this.#remove(before.directory);
  }

  #remove(directory: SnapshotDirectory): void {
    this.#directories.delete(directory);
    this.#await(directory.remove());
  }

  /** For `close` to wait for. */
  #await(removed: Promise<void>): void {
    const removal = removed.then(
      () => {
        this.#removals.delete(removal);
      },
      (error: unknown) => failStop("snapshot", this.#deps.fatal, error),
    );
    this.#removals.add(removal);
  }

  #receiver(manifest: SnapshotManifest, directory: SnapshotDirectory): ReceivedSnapshot {
    const { crypto, timers } = this.#deps;
    const chunks = this.#chunks(manifest, directory);
    return new ReceivedSnapshot(manifest, { crypto, timers, chunks, newState: () => this.#beginState() });
  }

  #chunks(manifest: SnapshotManifest, directory: SnapshotDirectory): ReceivedChunks {
    const wanted = directory.manifestOperation("wanted", manifest);
    return {
      indexes: [...directory.indexes()],
      write: (chunks, done) => directory.commit([wanted, ...chunks.map(chunkOperation)], done),
      read: (index) => directory.chunk(index),
      keep: () => directory.commitWhole(manifest, () => this.#become({ directory, manifest })),
      remove: () => this.#remove(directory),
    };
  }

  #beginState(): UnusedState {
    this.#lastState++;
    const made = new NewStateDirectory(this.#deps.dataDirectory, this.#lastState, this.#deps);
    this.#newState = made;
    return {
      number: made.number,
      write: (rows, done) => made.write(rows, done),
      finish: (manifest, done) => made.finish(manifest, done),
      remove: () => this.#await(made.remove()),
    };
  }
}

function chunkOperation({ index, chunk }: SealedChunk) {
  return { table: "chunks", key: chunkKey(index), value: chunk };
}
