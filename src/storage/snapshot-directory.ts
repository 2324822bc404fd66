import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { equalBytes } from "../base/bytes.ts";
import type { Slot } from "../base/ids.ts";
import type { Crypto, Fatal } from "../base/seams.ts";
import { removeInBackground, syncInBackground } from "./background-files.ts";
import { DataDirectoryError } from "./data-directory-error.ts";
import type { HangGuard } from "./hang-guard.ts";
import { LayoutError } from "./layout.ts";
import { checkLmdbFile } from "./lmdb-check.ts";
import { createEnvironment, failStop, LmdbEnvironment, type RowOperation } from "./lmdb-environment.ts";
import { makeRecord, openRecord, RECORD_TYPE } from "./record.ts";
import {
  MANIFEST_KEY,
  readSlot,
  SNAPSHOT_DIRECTORY_PATTERN,
  SNAPSHOT_TABLES,
  snapshotDirectoryName,
  WANTED_KEY,
} from "./schema.ts";
import type { SnapshotManifest } from "./snapshot.ts";
import { chunkKey, openChunk } from "./snapshot-chunks.ts";
import { decodeManifest } from "./snapshot-manifest.ts";

const EVERY_CHUNK = { start: chunkKey(0), end: chunkKey(2 ** 32) };

export interface SnapshotDirectoryDeps {
  readonly crypto: Crypto;
  readonly fatal: Fatal;
  readonly guard: HangGuard;
}

/** The manifest in one of the two rows: of a snapshot that is whole, or of one that is being received. */
type ManifestRow = "whole" | "wanted";
const MANIFEST_KEYS: Readonly<Record<ManifestRow, Uint8Array>> = { whole: MANIFEST_KEY, wanted: WANTED_KEY };

/** The environment `snapshot-N`: chunks, and a manifest. */
export class SnapshotDirectory {
  readonly number: number;
  readonly #path: string;
  readonly #deps: SnapshotDirectoryDeps;
  readonly #opening: Promise<LmdbEnvironment>;
  #environment: LmdbEnvironment | undefined;
  /** Of the commit that was begun last. */
  #committed: Promise<unknown>;
  #isClosed = false;

  private constructor(
    path: string,
    number: number,
    deps: SnapshotDirectoryDeps,
    opening: Promise<LmdbEnvironment>,
  ) {
    this.number = number;
    this.#path = path;
    this.#deps = deps;
    this.#opening = opening;
    this.#committed = opening;
    opening.then(
      (environment) => {
        this.#environment = environment;
      },
      (error: unknown) => failStop("snapshot", deps.fatal, error),
    );
  }

  /** An empty one, not on disk before the first commit. */
  static create(dataDirectory: string, number: number, deps: SnapshotDirectoryDeps): SnapshotDirectory {
    const path = join(dataDirectory, snapshotDirectoryName(number));
    mkdirSync(path, { mode: 0o700 });
    return new SnapshotDirectory(path, number, deps, createEnvironment(path, SNAPSHOT_TABLES));
  }

  /** Throws when it is not sound. */
  static async open(
    dataDirectory: string,
    number: number,
    deps: SnapshotDirectoryDeps,
  ): Promise<SnapshotDirectory> {
    const path = join(dataDirectory, snapshotDirectoryName(number));
    checkLmdbFile(path);
    const environment = new LmdbEnvironment({ path, tables: SNAPSHOT_TABLES, mode: "write" });
    const directory = new SnapshotDirectory(path, number, deps, Promise.resolve(environment));
    await directory.#opening;
    return directory;
  }

  /** Undefined when there is none, or it is not sound. */
  manifest(row: ManifestRow): SnapshotManifest | undefined {
    const { crypto } = this.#deps;
    const key = MANIFEST_KEYS[row];
    const record = this.#environment?.get("meta", key);
    const body = record && openRecord(crypto, RECORD_TYPE.snapshotManifest, key, record);
    try {
      return body && decodeManifest(crypto, body);
    } catch (error) {
      if (error instanceof LayoutError) return undefined;
      throw error;
    }
  }

  manifestOperation(row: ManifestRow, manifest: SnapshotManifest | undefined): RowOperation {
    const key = MANIFEST_KEYS[row];
    const { crypto } = this.#deps;
    const value = manifest && makeRecord(crypto, RECORD_TYPE.snapshotManifest, key, manifest.encoded);
    return { table: "meta", key, value };
  }

  /** Indexes of the chunks that are there. */
  *indexes(): Generator<number> {
    if (this.#environment === undefined) return;
    for (const key of this.#environment.keys("chunks", EVERY_CHUNK)) yield readSlot(key);
  }

  /** The sealed chunk; undefined when it is missing or damaged. */
  chunk(index: number): Uint8Array | undefined {
    const chunk = this.#environment?.get("chunks", chunkKey(index));
    return chunk && openChunk(this.#deps.crypto, index, chunk) && chunk;
  }

  /** One durable commit; `done` does not run once it is closed. */
  commit(operations: readonly RowOperation[], done: () => void): void {
    const { guard, fatal } = this.#deps;
    guard.begin();
    const committed = this.#opening.then((environment) => environment.commit(operations));
    this.#committed = committed;
    committed.then(
      () => {
        guard.end();
        if (!this.#isClosed) done();
      },
      (error: unknown) => failStop("snapshot", fatal, error),
    );
  }

  /** The commit that makes it whole; the names of its files and of itself are on disk, too, when it is done. */
  commitWhole(manifest: SnapshotManifest, done: () => void): void {
    const rows = [this.manifestOperation("wanted", undefined), this.manifestOperation("whole", manifest)];
    this.commit(rows, () => {
      this.#committed = this.#syncNames();
      this.#committed.then(
        () => {
          if (!this.#isClosed) done();
        },
        (error: unknown) => failStop("snapshot", this.#deps.fatal, error),
      );
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#committed;
    const environment = await this.#opening;
    this.#environment = undefined;
    await environment.close();
  }

  async #syncNames(): Promise<void> {
    await syncInBackground(this.#path);
    await syncInBackground(dirname(this.#path));
  }

  /** Closes and deletes it, without holding anything up. */
  async remove(): Promise<void> {
    await this.close();
    await removeInBackground(this.#path);
  }
}

/** The snapshots of a data directory. */
export interface FoundSnapshots {
  readonly latest: SnapshotDirectory | undefined;
  readonly receiving: SnapshotDirectory | undefined;
  /** The greatest number that was ever there. */
  readonly lastNumber: number;
}

/** What is needed to tell which snapshots are of use. */
export interface SnapshotUse {
  readonly clusterId: Uint8Array;
  readonly learned: Slot;
}

/**
 * Opens the last whole snapshot, and the one that is being received if it would take this node on; removes
 * all others, unfinished and damaged ones too: a snapshot can be made again.
 */
export async function openSnapshots(
  dataDirectory: string,
  deps: SnapshotDirectoryDeps,
  use: SnapshotUse,
): Promise<FoundSnapshots> {
  let latest: SnapshotDirectory | undefined;
  let receiving: SnapshotDirectory | undefined;
  const numbers = snapshotNumbers(dataDirectory);
  for (const number of numbers) {
    const found = await openSound(dataDirectory, number, deps);
    if (found === undefined) continue;
    const manifests = { whole: found.manifest("whole"), wanted: found.manifest("wanted") };
    const manifest = manifests.whole ?? manifests.wanted;
    const isOurs = manifest !== undefined && equalBytes(manifest.clusterId, use.clusterId);
    let unused: SnapshotDirectory | undefined = found;
    if (isOurs && manifests.whole !== undefined && manifest.watermark <= use.learned) {
      [unused, latest] = [latest, found];
    } else if (isOurs && manifests.whole === undefined && manifest.watermark > use.learned) {
      [unused, receiving] = [receiving, found];
    }
    await unused?.remove();
  }
  return { latest, receiving, lastNumber: numbers.at(-1) ?? 0 };
}

/** Ascending: a later one has a higher watermark. */
function snapshotNumbers(dataDirectory: string): number[] {
  const numbers: number[] = [];
  for (const name of readdirSync(dataDirectory)) {
    const number = SNAPSHOT_DIRECTORY_PATTERN.exec(name)?.[1];
    if (number !== undefined) numbers.push(Number(number));
  }
  return numbers.sort((left, right) => left - right);
}

async function openSound(
  dataDirectory: string,
  number: number,
  deps: SnapshotDirectoryDeps,
): Promise<SnapshotDirectory | undefined> {
  try {
    return await SnapshotDirectory.open(dataDirectory, number, deps);
  } catch (error) {
    // What the system refuses to read now it may give later: only what is damaged is removed.
    if (error instanceof DataDirectoryError && error.code === "unreadable") throw error;
    rmSync(join(dataDirectory, snapshotDirectoryName(number)), { recursive: true, force: true });
    return undefined;
  }
}
