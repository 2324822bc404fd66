import type { Crypto } from "../base/seams.ts";
import { LayoutError } from "./layout.ts";
import { type MemorySnapshot, MemoryState } from "./memory-disk.ts";
import { readChunk, readRevision } from "./schema.ts";
import type { SnapshotManifest } from "./snapshot.ts";
import type { StoredRow } from "./snapshot-chunks.ts";
import { type NewState, StateBuild } from "./state-build.ts";
import { decodeStoredRow } from "./stored-row.ts";

/** A state in memory that is made of a snapshot's rows. */
export class MemoryStateBuild {
  readonly #crypto: Crypto;
  readonly #state = new MemoryState();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  write(rows: readonly StoredRow[]): void {
    for (const row of rows) {
      if (row.table === "events" && row.value === undefined) this.#removeChanges(row.key);
      else this.#state.write(decodeStoredRow(this.#crypto, row));
    }
  }

  /** Undefined when it has not as many rows as the manifest says. */
  finish(manifest: SnapshotManifest): MemoryState | undefined {
    const state = this.#state;
    const { machine, counts } = manifest;
    state.setMark(manifest);
    const isSound =
      state.keys.length === machine.keyCount &&
      state.leases.size === machine.leaseCount &&
      state.expiries.size === machine.expiryCount &&
      state.principals.size === machine.principalCount &&
      state.events.length === counts.eventRows &&
      state.tombstones.size === counts.tombstones;
    return isSound ? state : undefined;
  }

  #removeChanges(key: Uint8Array): void {
    const [revision, part] = [readRevision(key), readChunk(key)];
    const { events } = this.#state;
    const at = events.findIndex((row) => row.revision === revision && row.part === part);
    if (at < 0) throw new LayoutError("changes are removed that are not there");
    events.splice(at, 1);
  }
}

/** The state that a snapshot holds; undefined when the snapshot is damaged. */
export function restoreState(crypto: Crypto, { manifest, chunks }: MemorySnapshot): MemoryState | undefined {
  const build = new MemoryStateBuild(crypto);
  let built: MemoryState | undefined;
  const state: NewState = {
    write: (rows, done) => {
      build.write(rows);
      done();
    },
    finish: (_manifest, done) => {
      built = build.finish(manifest);
      done(built !== undefined);
    },
  };
  let isSound = false;
  new StateBuild({
    crypto,
    timers: { soon: (action) => action() },
    manifest,
    readChunk: (index) => chunks.get(index),
    state,
    onEnd: (result) => {
      isSound = result;
    },
  });
  return isSound ? built : undefined;
}
