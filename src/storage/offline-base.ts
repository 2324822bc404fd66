import { join, resolve } from "node:path";
import { concatBytes, equalBytes } from "../base/bytes.ts";
import { GROUP_ZERO, type GroupId } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import type { FoundingState } from "./founding-state.ts";
import { checkLmdbFile } from "./lmdb-check.ts";
import { LmdbEnvironment } from "./lmdb-environment.ts";
import type { OfflineSnapshot } from "./offline-state.ts";
import { groupKey, ROW_TABLES, type RowTable, SNAPSHOT_TABLES, STATE_TABLES } from "./schema.ts";
import type { SnapshotManifest, StateMark } from "./snapshot.ts";
import { ChunkChain, chunkKey, openChunk, RowJoiner, type StoredRow } from "./snapshot-chunks.ts";
import { rowCounts } from "./state-rows.ts";
import { openStoredRow } from "./stored-row.ts";

/** What a turn reads of a state. */
const ROWS_PER_PAGE_MAX = 1000;
const BYTES_PER_PAGE_MAX = 1024 * 1024;
const ZERO_BYTE = new Uint8Array(1);

/** The rows of a state or a snapshot on disk are not what was written. */
export class UnsoundBaseError extends Error {
  override readonly name = "UnsoundBaseError";
}

/**
 * The state in a `state-N` of a stopped node, as another may begin with it. Its rows reject with UnsoundBaseError
 * unless each is as it was written, and all that the mark counts are there.
 */
export function stateBase(path: string, mark: StateMark, crypto: Crypto): FoundingState {
  return {
    mark,
    rows: () => reading(resolve(path), STATE_TABLES, (environment) => stateRows(environment, mark, crypto)),
  };
}

/** The same of a whole snapshot in the data directory. */
export function snapshotBase(
  dataDirectory: string,
  { directory, manifest }: OfflineSnapshot,
  crypto: Crypto,
): FoundingState {
  const { watermark, digest, stateHash, membership, machine, counts } = manifest;
  return {
    mark: { watermark, digest, stateHash, membership, machine, counts },
    rows: () =>
      reading(join(resolve(dataDirectory), directory), SNAPSHOT_TABLES, (environment) =>
        snapshotRows(environment, manifest, crypto),
      ),
  };
}

async function* reading(
  path: string,
  tables: readonly string[],
  rowsOf: (environment: LmdbEnvironment) => Iterable<readonly StoredRow[]>,
): AsyncGenerator<readonly StoredRow[], void, undefined> {
  let environment: LmdbEnvironment | undefined;
  try {
    checkLmdbFile(path);
    environment = new LmdbEnvironment({ path, tables, mode: "read" });
    yield* rowsOf(environment);
  } catch (error) {
    if (error instanceof UnsoundBaseError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnsoundBaseError(`it cannot be read: ${reason}`, { cause: error });
  } finally {
    await environment?.close();
  }
}

function* snapshotRows(
  environment: LmdbEnvironment,
  manifest: SnapshotManifest,
  crypto: Crypto,
): Generator<readonly StoredRow[], void, undefined> {
  const chain = new ChunkChain(crypto);
  const joiner = new RowJoiner();
  for (let index = 0; index < manifest.chunks; index++) {
    const chunk = environment.get("chunks", chunkKey(index));
    const content = chunk && openChunk(crypto, index, chunk);
    if (content === undefined) throw new UnsoundBaseError(`its chunk ${index} is damaged`);
    chain.add(content);
    yield sound(joiner.add(content), crypto);
  }
  joiner.end();
  if (!equalBytes(chain.hash, manifest.chain)) throw new UnsoundBaseError("its hash is wrong");
}

function* stateRows(
  environment: LmdbEnvironment,
  mark: StateMark,
  crypto: Crypto,
): Generator<readonly StoredRow[], void, undefined> {
  const expected = rowCounts(mark);
  for (const table of ROW_TABLES) {
    let count = 0;
    for (let after: Uint8Array | undefined; ; ) {
      const page = pageOf(environment, table, after);
      after = page.at(-1)?.key;
      if (after === undefined) break;
      count += page.length;
      yield sound(page, crypto);
    }
    const wanted = expected[table] ?? count;
    if (count !== wanted) throw new UnsoundBaseError(`it holds ${count} ${table} instead of ${wanted}`);
  }
}

function pageOf(environment: LmdbEnvironment, table: RowTable, after: Uint8Array | undefined): StoredRow[] {
  const first = groupKey(GROUP_ZERO);
  const bounds = {
    start: after === undefined ? first : concatBytes([after, ZERO_BYTE]),
    end: groupKey((GROUP_ZERO + 1) as GroupId),
  };
  const rows: StoredRow[] = [];
  let bytes = 0;
  for (const { key, value } of environment.range(table, bounds)) {
    rows.push({ table, key, value });
    bytes += key.length + value.length;
    if (rows.length === ROWS_PER_PAGE_MAX || bytes > BYTES_PER_PAGE_MAX) break;
  }
  return rows;
}

function sound(rows: readonly StoredRow[], crypto: Crypto): readonly StoredRow[] {
  for (const row of rows) {
    if (row.value !== undefined && openStoredRow(crypto, row) === undefined)
      throw new UnsoundBaseError(`a record of its ${row.table} fails its checks`);
  }
  return rows;
}
