import { assert, present } from "../base/assert.ts";
import { equalBytes } from "../base/bytes.ts";
import type { GroupId } from "../base/ids.ts";
import type { Crypto, Timers } from "../base/seams.ts";
import type { MemoryDisk, MemorySnapshot } from "./memory-disk.ts";
import { MemoryStateBuild } from "./memory-state-build.ts";
import { type ReceivedChunks, ReceivedSnapshot, type UnusedState } from "./received-snapshot.ts";
import type { SnapshotManifest, SnapshotReceiver, SnapshotStorage } from "./snapshot.ts";
import { openChunk } from "./snapshot-chunks.ts";
import { manifestOf } from "./snapshot-manifest.ts";
import { SnapshotWriter, type WalkedState } from "./snapshot-writer.ts";

export interface MemorySnapshotsDeps {
  readonly disk: MemoryDisk;
  readonly group: GroupId;
  readonly crypto: Crypto;
  readonly timers: Pick<Timers, "soon">;
  readonly state: () => WalkedState;
  /** One durable commit of that name at a time; `done` runs as a turn of its own. */
  readonly commit: (name: string, apply: (disk: MemoryDisk) => void, done: () => void) => void;
}

/** The snapshots of one group on a disk in memory. */
export class MemorySnapshots implements SnapshotStorage {
  readonly #deps: MemorySnapshotsDeps;
  #writer: SnapshotWriter | undefined;
  #received: ReceivedSnapshot | undefined;
  /** Numbers of states rise; the first is that of the state that was there. */
  #lastState = 1;
  /** Commits of what was given up may still be under way: each row of commits has a name of its own. */
  #named = 0;

  constructor(deps: MemorySnapshotsDeps) {
    this.#deps = deps;
    const received = deps.disk.received.get(deps.group);
    if (received !== undefined) this.#received = this.#receiver(received.manifest, received.chunks.keys());
  }

  /** The snapshot that is being written. */
  get writer(): SnapshotWriter | undefined {
    return this.#writer;
  }

  get latest(): SnapshotManifest | undefined {
    return this.#deps.disk.snapshots.get(this.#deps.group)?.manifest;
  }

  get isWriting(): boolean {
    return this.#writer !== undefined;
  }

  write(done: (manifest: SnapshotManifest) => void): void {
    assert(this.#writer === undefined, "one snapshot at a time");
    const { crypto, timers, disk, group, commit } = this.#deps;
    const name = this.#newName("snapshot");
    const chunks = new Map<number, Uint8Array>();
    const onEnd = (manifest: SnapshotManifest): void =>
      commit(
        name,
        (image) => image.snapshots.set(group, { manifest, chunks }),
        () => {
          this.#writer = undefined;
          done(manifest);
        },
      );
    this.#writer = new SnapshotWriter({
      crypto,
      timers,
      clusterId: disk.identity.clusterId,
      state: this.#deps.state(),
      sink: {
        write: (sealed, written) => {
          for (const { index, chunk } of sealed) chunks.set(index, chunk);
          // Nobody looks at the chunks of a snapshot without a manifest.
          commit(name, () => undefined, written);
        },
      },
      onEnd,
    });
  }

  readChunk(index: number): Uint8Array | undefined {
    const { disk, group, crypto } = this.#deps;
    const chunk = disk.snapshots.get(group)?.chunks.get(index);
    if (chunk !== undefined && openChunk(crypto, index, chunk) !== undefined) return chunk.slice();
    disk.snapshots.delete(group);
    return undefined;
  }

  manifestOf(encoded: Uint8Array): SnapshotManifest | undefined {
    return manifestOf(this.#deps.crypto, this.#deps.disk.identity.clusterId, encoded);
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
    this.#received = this.#receiver(manifest, []);
    return this.#received;
  }

  /** Throws unless that state was built and not installed yet. */
  checkInstall(state: number): void {
    present(this.#received, "I19: what is installed was received").built(state);
  }

  /** The install is durable. */
  onInstalled(): void {
    this.#writer?.drop();
    this.#writer = undefined;
    this.#received?.onInstalled();
    this.#received = undefined;
  }

  /** What is being written is given up; what is being received is kept. */
  close(): void {
    this.#writer?.drop();
    this.#received?.stop();
  }

  #receiver(manifest: SnapshotManifest, indexes: Iterable<number>): ReceivedSnapshot {
    const { crypto, timers } = this.#deps;
    const chunks = this.#chunks(manifest, [...indexes]);
    return new ReceivedSnapshot(manifest, { crypto, timers, chunks, newState: () => this.#newState() });
  }

  #chunks(manifest: SnapshotManifest, indexes: readonly number[]): ReceivedChunks {
    const { disk, group, commit } = this.#deps;
    const name = this.#newName("received");
    const mine = (image: MemoryDisk): MemorySnapshot | undefined => {
      const found = image.received.get(group);
      return found !== undefined && equalBytes(found.manifest.hash, manifest.hash) ? found : undefined;
    };
    return {
      indexes,
      write: (sealed, done) => {
        const apply = (image: MemoryDisk): void => {
          const chunks = new Map(mine(image)?.chunks);
          for (const { index, chunk } of sealed) chunks.set(index, chunk);
          image.received.set(group, { manifest, chunks });
        };
        commit(name, apply, done);
      },
      read: (index) => mine(disk)?.chunks.get(index),
      keep: () => {
        const found = mine(disk);
        if (found !== undefined) disk.snapshots.set(group, found);
        disk.received.delete(group);
      },
      remove: () => {
        if (mine(disk) !== undefined) disk.received.delete(group);
      },
    };
  }

  #newName(what: string): string {
    this.#named++;
    return `${what} ${this.#named}`;
  }

  #newState(): UnusedState {
    const { disk, crypto, commit } = this.#deps;
    this.#lastState++;
    const number = this.#lastState;
    const build = new MemoryStateBuild(crypto);
    const name = `build ${number}`;
    return {
      number,
      write: (rows, done) => {
        build.write(rows);
        commit(name, () => undefined, done);
      },
      finish: (manifest, done) => {
        const built = build.finish(manifest);
        const apply = (image: MemoryDisk): void => {
          if (built !== undefined) image.unusedStates.set(number, built);
        };
        commit(name, apply, () => done(built !== undefined));
      },
      remove: () => disk.unusedStates.delete(number),
    };
  }
}
