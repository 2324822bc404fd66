import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { GROUP_ZERO } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import { fenceOf } from "./directory-contents.ts";
import { checkLmdbFile } from "./lmdb-check.ts";
import { LmdbEnvironment } from "./lmdb-environment.ts";
import { openRecord, RECORD_TYPE } from "./record.ts";
import {
  groupKey,
  MANIFEST_KEY,
  SNAPSHOT_DIRECTORY_PATTERN,
  SNAPSHOT_TABLES,
  STATE_TABLES,
  stateDirectoryName,
  WANTED_KEY,
} from "./schema.ts";
import type { SnapshotManifest, StateMark } from "./snapshot.ts";
import { chunkKey } from "./snapshot-chunks.ts";
import { decodeManifest } from "./snapshot-manifest.ts";
import { CONDEMNED_FILE } from "./state-directory.ts";
import { decodeStateMark } from "./state-rows.ts";

/** The state of a node that is stopped, or of one that runs, as it lies on disk. */
export type OfflineState =
  | { readonly kind: "state"; readonly directory: string; readonly mark: StateMark; readonly bytes: number }
  /** What a start would say of it. */
  | { readonly kind: "unusable"; readonly directory: string; readonly reason: string };

export interface OfflineSnapshot {
  readonly directory: string;
  readonly manifest: SnapshotManifest;
  /** Chunks that are there; fewer than the manifest names while it is being received. */
  readonly chunks: number;
}

/** What `state-N` says of itself; its rows are not read. */
export async function readStateOffline(
  dataDirectory: string,
  number: number,
  crypto: Crypto,
): Promise<OfflineState> {
  const directory = stateDirectoryName(number);
  const path = join(resolve(dataDirectory), directory);
  try {
    const fence = fenceOf(resolve(dataDirectory));
    if (fence !== undefined) throw new Error(`fenced: ${fence}`);
    const condemned = join(path, CONDEMNED_FILE);
    if (existsSync(condemned)) throw new Error(readFileSync(condemned, "utf8").trim());
    checkLmdbFile(path);
    const environment = new LmdbEnvironment({ path, tables: STATE_TABLES, mode: "read" });
    try {
      const key = groupKey(GROUP_ZERO);
      const record = environment.get("meta", key);
      const body = record && openRecord(crypto, RECORD_TYPE.stateMeta, key, record);
      if (body === undefined) throw new Error("its watermark is lost");
      return { kind: "state", directory, mark: decodeStateMark(body), bytes: environment.bytes() };
    } finally {
      await environment.close();
    }
  } catch (error) {
    return { kind: "unusable", directory, reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The snapshots that have a sound manifest, oldest first; their chunks are counted, not read. */
export async function readSnapshotsOffline(
  dataDirectory: string,
  crypto: Crypto,
): Promise<readonly OfflineSnapshot[]> {
  const found: OfflineSnapshot[] = [];
  const names = readdirSync(dataDirectory).filter((name) => SNAPSHOT_DIRECTORY_PATTERN.test(name));
  names.sort((left, right) => left.localeCompare(right, "en", { numeric: true }));
  for (const directory of names) {
    const snapshot = await readSnapshot(join(resolve(dataDirectory), directory), directory, crypto);
    if (snapshot !== undefined) found.push(snapshot);
  }
  return found;
}

/** Undefined when it is not whole yet, being written or removed, or damaged: a start would remove it. */
async function readSnapshot(
  path: string,
  directory: string,
  crypto: Crypto,
): Promise<OfflineSnapshot | undefined> {
  try {
    checkLmdbFile(path);
    const environment = new LmdbEnvironment({ path, tables: SNAPSHOT_TABLES, mode: "read" });
    try {
      for (const key of [MANIFEST_KEY, WANTED_KEY]) {
        const record = environment.get("meta", key);
        const body = record && openRecord(crypto, RECORD_TYPE.snapshotManifest, key, record);
        if (body === undefined) continue;
        const chunks = environment.count("chunks", { start: chunkKey(0), end: chunkKey(2 ** 32) });
        return { directory, manifest: decodeManifest(crypto, body), chunks };
      }
      return undefined;
    } finally {
      await environment.close();
    }
  } catch {
    return undefined;
  }
}
