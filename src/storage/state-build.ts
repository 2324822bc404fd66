import { equalBytes } from "../base/bytes.ts";
import type { Crypto, Timers } from "../base/seams.ts";
import { LayoutError } from "./layout.ts";
import type { SnapshotManifest } from "./snapshot.ts";
import { ChunkChain, openChunk, RowJoiner, type StoredRow } from "./snapshot-chunks.ts";
import { openStoredRow } from "./stored-row.ts";

/** Rows of one commit: what is verified and handed over within a turn. */
const ROWS_PER_COMMIT_MAX = 1000;

/** The state that is being built. */
export interface NewState {
  /** Writes and removes rows, in order, in one commit; `done` runs as a turn of its own. */
  write(rows: readonly StoredRow[], done: () => void): void;
  /**
   * Writes the manifest's mark and brings all of it to disk. False: it does not hold as many rows as the mark
   * says, and is of no use.
   */
  finish(manifest: SnapshotManifest, done: (isSound: boolean) => void): void;
}

export interface StateBuildDeps {
  readonly crypto: Crypto;
  readonly timers: Pick<Timers, "soon">;
  readonly manifest: SnapshotManifest;
  /** Undefined: it is damaged. */
  readonly readChunk: (index: number) => Uint8Array | undefined;
  readonly state: NewState;
  /** All is on disk and verified, or it is not what the manifest says. */
  readonly onEnd: (isSound: boolean) => void;
}

/** Makes a state of a snapshot's chunks, a chunk and then a thousand rows a turn; each row is verified. */
export class StateBuild {
  readonly #deps: StateBuildDeps;
  readonly #chain: ChunkChain;
  readonly #joiner = new RowJoiner();
  #nextChunk = 0;
  #bytes = 0;
  #rows: StoredRow[] = [];
  #isDropped = false;

  constructor(deps: StateBuildDeps) {
    this.#deps = deps;
    this.#chain = new ChunkChain(deps.crypto);
    deps.timers.soon(() => this.#turn());
  }

  /** Writes nothing more. */
  drop(): void {
    this.#isDropped = true;
  }

  #turn(): void {
    if (this.#isDropped) return;
    const { manifest, timers } = this.#deps;
    if (this.#rows.length > 0) {
      this.#write();
    } else if (this.#nextChunk < manifest.chunks) {
      if (this.#readChunk()) timers.soon(() => this.#turn());
      else this.#deps.onEnd(false);
    } else {
      this.#finish();
    }
  }

  #readChunk(): boolean {
    const { crypto, readChunk } = this.#deps;
    const chunk = readChunk(this.#nextChunk);
    const content = chunk && openChunk(crypto, this.#nextChunk, chunk);
    if (content === undefined) return false;
    this.#chain.add(content);
    this.#bytes += content.length;
    this.#nextChunk++;
    return this.#attempt(() => {
      this.#rows = this.#joiner.add(content);
    });
  }

  #write(): void {
    const { crypto, state, onEnd } = this.#deps;
    const rows = this.#rows.splice(0, ROWS_PER_COMMIT_MAX);
    const isSound = rows.every((row) => row.value === undefined || openStoredRow(crypto, row) !== undefined);
    if (isSound) state.write(rows, () => this.#turn());
    else onEnd(false);
  }

  #finish(): void {
    const { manifest, state, onEnd } = this.#deps;
    const isWhole = this.#attempt(() => this.#joiner.end());
    const isRight = equalBytes(this.#chain.hash, manifest.chain) && this.#bytes === manifest.bytes;
    if (!isWhole || !isRight) return onEnd(false);
    state.finish(manifest, (isSound) => {
      if (!this.#isDropped) onEnd(isSound);
    });
  }

  #attempt(join: () => void): boolean {
    try {
      join();
      return true;
    } catch (error) {
      if (error instanceof LayoutError) return false;
      throw error;
    }
  }
}
