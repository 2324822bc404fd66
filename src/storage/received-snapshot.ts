import { assert } from "../base/assert.ts";
import type { Crypto, Timers } from "../base/seams.ts";
import type { BuiltState, SnapshotManifest, SnapshotReceiver } from "./snapshot.ts";
import { openChunk } from "./snapshot-chunks.ts";
import { type NewState, StateBuild } from "./state-build.ts";

export interface SealedChunk {
  readonly index: number;
  readonly chunk: Uint8Array;
}

/** Where received chunks lie until the state is built. */
export interface ReceivedChunks {
  /** Indexes of the chunks that are on disk. */
  readonly indexes: Iterable<number>;
  /** One durable commit, one at a time; `done` runs as a turn of its own. */
  write(chunks: readonly SealedChunk[], done: () => void): void;
  read(index: number): Uint8Array | undefined;
  /** The state was installed: it is a snapshot now like one that was written here. */
  keep(): void;
  /** It is not wanted any more. */
  remove(): void;
}

export interface ReceivedSnapshotDeps {
  readonly crypto: Crypto;
  readonly timers: Pick<Timers, "soon">;
  readonly chunks: ReceivedChunks;
  /** Begins a state beside the present one. */
  readonly newState: () => UnusedState;
}

/** A state that no pointer names yet. */
export interface UnusedState extends NewState {
  readonly number: number;
  remove(): void;
}

type Stage =
  | { readonly kind: "receiving" }
  | { readonly kind: "building"; readonly build: StateBuild; readonly state: UnusedState }
  | { readonly kind: "built"; readonly state: UnusedState }
  | { readonly kind: "installed" }
  | { readonly kind: "dropped" };

/** Receives a snapshot over any kind of storage. */
export class ReceivedSnapshot implements SnapshotReceiver {
  readonly manifest: SnapshotManifest;
  readonly #deps: ReceivedSnapshotDeps;
  /** On disk, or on its way there. */
  readonly #taken: Set<number>;
  #durable: number;
  #waiting: { readonly sealed: SealedChunk; readonly done: () => void }[] = [];
  #isWriting = false;
  #stage: Stage = { kind: "receiving" };

  constructor(manifest: SnapshotManifest, deps: ReceivedSnapshotDeps) {
    this.manifest = manifest;
    this.#deps = deps;
    this.#taken = new Set(deps.chunks.indexes);
    this.#durable = this.#taken.size;
  }

  /** Whether there is nothing more to be done about it. */
  get isOver(): boolean {
    return this.#stage.kind === "dropped" || this.#stage.kind === "installed";
  }

  /** The state that is named in an `install` of that number. */
  built(state: number): UnusedState {
    const stage = this.#stage;
    assert(
      stage.kind === "built" && stage.state.number === state,
      "I19: a state that was built is installed",
    );
    return stage.state;
  }

  /** What was built is the present state from now on. */
  onInstalled(): void {
    this.#stage = { kind: "installed" };
    this.#deps.chunks.keep();
  }

  nextMissing(from: number): number {
    let index = from;
    while (index < this.manifest.chunks && this.#taken.has(index)) index++;
    return index;
  }

  add(index: number, chunk: Uint8Array, done: () => void): boolean {
    assert(this.#stage.kind === "receiving", "chunks are taken while some are missing");
    if (index >= this.manifest.chunks || this.#taken.has(index)) return false;
    if (openChunk(this.#deps.crypto, index, chunk) === undefined) return false;
    this.#taken.add(index);
    this.#waiting.push({ sealed: { index, chunk: chunk.slice() }, done });
    this.#write();
    return true;
  }

  build(done: (built: BuiltState) => void): void {
    assert(this.#stage.kind === "receiving", "a snapshot is built once");
    assert(this.#durable === this.manifest.chunks, "I19: every chunk of a snapshot is on disk");
    const { crypto, timers, chunks } = this.#deps;
    const state = this.#deps.newState();
    const { manifest } = this;
    const readChunk = (index: number): Uint8Array | undefined => chunks.read(index);
    const onEnd = (isSound: boolean): void => {
      if (isSound) {
        this.#stage = { kind: "built", state };
        return done({ kind: "built", state: state.number });
      }
      this.abandon();
      done({ kind: "damaged" });
    };
    const build = new StateBuild({ crypto, timers, manifest, readChunk, state, onEnd });
    this.#stage = { kind: "building", build, state };
  }

  abandon(): void {
    if (this.isOver) return;
    this.stop();
    this.#deps.chunks.remove();
  }

  /** Nothing more is done with it in this process; the chunks stay. */
  stop(): void {
    const stage = this.#stage;
    if (this.isOver) return;
    this.#stage = { kind: "dropped" };
    this.#waiting = [];
    if (stage.kind === "building") stage.build.drop();
    if (stage.kind === "building" || stage.kind === "built") stage.state.remove();
  }

  #write(): void {
    if (this.#isWriting || this.#waiting.length === 0) return;
    const written = this.#waiting;
    this.#waiting = [];
    this.#isWriting = true;
    this.#deps.chunks.write(
      written.map(({ sealed }) => sealed),
      () => {
        this.#isWriting = false;
        this.#durable += written.length;
        if (this.isOver) return;
        for (const { done } of written) done();
        this.#write();
      },
    );
  }
}
