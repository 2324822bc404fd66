import { assert } from "../base/assert.ts";
import { compareBytes } from "../base/bytes.ts";
import type { Crypto, Timers } from "../base/seams.ts";
import type { RowOperation } from "./lmdb-environment.ts";
import { ROW_TABLES, type RowTable } from "./schema.ts";
import type { SnapshotManifest, StateMark } from "./snapshot.ts";
import { ChunkCutter, type StoredRow, sealChunk } from "./snapshot-chunks.ts";
import { makeManifest } from "./snapshot-manifest.ts";

/** What one turn takes in: a few milliseconds at most, hashing included. */
const ROWS_PER_TURN_MAX = 256;
const BYTES_PER_TURN_MAX = 256 * 1024;

/** So many wait for the disk, to be written with one sync, before the walk waits, too. */
const CHUNKS_WAITING_MAX = 4;

/** The state that is walked, as its readers see it. */
export interface WalkedState {
  /** Rows of the table above `after` (from the first on when undefined), ascending. Consumed within the turn. */
  storedRows(table: RowTable, after: Uint8Array | undefined): Iterable<StoredRow>;
  readonly mark: StateMark;
}

/** Where the chunks go. One call at a time. */
export interface ChunkSink {
  /** One durable commit; `done` runs as a turn of its own. */
  write(chunks: readonly { readonly index: number; readonly chunk: Uint8Array }[], done: () => void): void;
}

export interface SnapshotWriterDeps {
  readonly crypto: Crypto;
  readonly timers: Pick<Timers, "soon">;
  readonly clusterId: Uint8Array;
  readonly state: WalkedState;
  readonly sink: ChunkSink;
  /** All chunks are on disk. */
  readonly onEnd: (manifest: SnapshotManifest) => void;
}

/** All rows up to here are in the stream as the state has them now. */
type Position =
  | { readonly kind: "walking"; readonly table: number; readonly after: Uint8Array | undefined }
  | { readonly kind: "ended"; readonly mark: StateMark };

/**
 * Writes a state's rows as a stream of chunks while the state goes on changing: it walks the tables in the
 * order of their keys, some rows a turn, and whatever is written to a row behind it follows in the stream
 * ("fuzzy walk and redo"). At all times the stream, applied in its order to nothing, gives the state as it
 * then stands up to the position of the walk; so at the walk's end it gives all of the state as it stands at
 * that moment, whose mark the manifest takes.
 */
export class SnapshotWriter {
  readonly #deps: SnapshotWriterDeps;
  readonly #cutter: ChunkCutter;
  #position: Position = { kind: "walking", table: 0, after: undefined };
  /** Written behind the walk and not in the stream yet; at most one slice of them. */
  #redo: RowOperation[] = [];
  #onRedone: (() => void) | undefined;
  #isSinkBusy = false;
  #isTurnDue = false;
  #isDropped = false;

  constructor(deps: SnapshotWriterDeps) {
    this.#deps = deps;
    this.#cutter = new ChunkCutter(deps.crypto);
    this.#continue();
  }

  /** Runs `action` once the rows of the last flush are in the stream, maybe at once. */
  whenRedone(action: () => void): void {
    assert(this.#onRedone === undefined, "one flush at a time");
    if (this.#redo.length === 0 || this.#isDropped) action();
    else this.#onRedone = action;
  }

  /** Called in the turn in which readers begin to see these rows of a flush, in their order. */
  onFlushed(operations: readonly RowOperation[]): void {
    assert(this.#redo.length === 0, "I18: a flush waits until the one before is in the stream");
    const { kind } = this.#position;
    if (kind === "ended" || this.#isDropped) return;
    this.#redo = operations.filter((operation) => this.#isPassed(operation));
  }

  /** Writes nothing more. */
  drop(): void {
    this.#isDropped = true;
    this.#redo = [];
    this.#releaseFlush();
  }

  #isPassed({ table, key }: RowOperation): boolean {
    const position = this.#position;
    if (position.kind === "ended") return false;
    const index = ROW_TABLES.indexOf(table as RowTable);
    if (index !== position.table) return index >= 0 && index < position.table;
    return position.after !== undefined && compareBytes(key, position.after) <= 0;
  }

  #continue(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    this.#deps.timers.soon(() => {
      this.#isTurnDue = false;
      if (!this.#isDropped) this.#turn();
    });
  }

  #turn(): void {
    this.#addRedo();
    if (this.#redo.length === 0) {
      // Before the next flush goes on: else one after the other could keep the walk where it is for ever.
      this.#walk();
      this.#releaseFlush();
    }
    this.#write();
    if (this.#position.kind === "walking" && this.#cutter.waiting < CHUNKS_WAITING_MAX) this.#continue();
  }

  #addRedo(): void {
    let bytes = 0;
    let count = 0;
    for (const row of this.#redo) {
      if (count === ROWS_PER_TURN_MAX || bytes > BYTES_PER_TURN_MAX) break;
      this.#cutter.add(row);
      bytes += sizeOf(row);
      count++;
    }
    this.#redo.splice(0, count);
  }

  #releaseFlush(): void {
    const action = this.#onRedone;
    this.#onRedone = undefined;
    action?.();
  }

  #walk(): void {
    const position = this.#position;
    if (position.kind === "ended") return;
    const table = ROW_TABLES[position.table];
    if (table === undefined) {
      this.#cutter.end();
      this.#position = { kind: "ended", mark: this.#deps.state.mark };
      return;
    }
    let bytes = 0;
    let count = 0;
    let { after } = position;
    let isAtEnd = true;
    for (const row of this.#deps.state.storedRows(table, after)) {
      if (count === ROWS_PER_TURN_MAX || bytes > BYTES_PER_TURN_MAX) {
        isAtEnd = false;
        break;
      }
      this.#cutter.add(row);
      after = row.key;
      bytes += sizeOf(row);
      count++;
    }
    this.#position = isAtEnd
      ? { kind: "walking", table: position.table + 1, after: undefined }
      : { kind: "walking", table: position.table, after };
  }

  #write(): void {
    if (this.#isSinkBusy || this.#isDropped) return;
    const { first, contents } = this.#cutter.take();
    if (contents.length === 0) {
      if (this.#position.kind === "ended") this.#end(this.#position.mark);
      return;
    }
    const { crypto, sink } = this.#deps;
    const chunks = contents.map((content, at) => {
      const index = first + at;
      return { index, chunk: sealChunk(crypto, index, content) };
    });
    this.#isSinkBusy = true;
    sink.write(chunks, () => {
      this.#isSinkBusy = false;
      if (this.#position.kind === "walking") this.#continue();
      this.#write();
    });
  }

  #end(mark: StateMark): void {
    const { crypto, clusterId, onEnd } = this.#deps;
    const { count: chunks, bytes, chain } = this.#cutter;
    onEnd(makeManifest(crypto, { ...mark, clusterId, chunks, bytes, chain }));
  }
}

function sizeOf({ key, value }: RowOperation): number {
  return key.length + (value?.length ?? 0);
}
