import type { Crypto } from "../base/seams.ts";
import { LayoutError } from "./layout.ts";
import type { SnapshotManifest } from "./snapshot.ts";
import { RowJoiner, type StoredRow } from "./snapshot-chunks.ts";
import { SnapshotFileError, type SnapshotFileItem, SnapshotFileReader } from "./snapshot-file.ts";
import { openStoredRow } from "./stored-row.ts";

/** A snapshot that is read from the bytes of a file, which may come from anywhere. */
export interface SnapshotSource {
  readonly manifest: SnapshotManifest;
  /** A chunk's rows at a time, verified, later ones for earlier ones; once. Throws SnapshotFileError. */
  rows(): AsyncIterable<readonly StoredRow[]>;
}

/** Reads up to the manifest. Rejects with SnapshotFileError, and with whatever `pieces` throws. */
export async function openSnapshotSource(
  crypto: Crypto,
  pieces: AsyncIterable<Uint8Array>,
): Promise<SnapshotSource> {
  const items = itemsOf(crypto, pieces);
  const first = await items.next();
  if (first.done === true || first.value.kind !== "manifest") {
    // The reader's `end` has thrown.
    throw new SnapshotFileError("damaged", "the snapshot has no manifest; take another copy");
  }
  return { manifest: first.value.manifest, rows: () => rowsOf(crypto, items) };
}

async function* itemsOf(
  crypto: Crypto,
  pieces: AsyncIterable<Uint8Array>,
): AsyncGenerator<SnapshotFileItem, void, undefined> {
  const reader = new SnapshotFileReader(crypto);
  for await (const piece of pieces) yield* reader.push(piece);
  reader.end();
}

async function* rowsOf(
  crypto: Crypto,
  items: AsyncIterable<SnapshotFileItem>,
): AsyncGenerator<readonly StoredRow[], void, undefined> {
  const joiner = new RowJoiner();
  for await (const item of items) {
    if (item.kind !== "chunk") continue;
    const rows = attempt(() => joiner.add(item.content));
    const isSound = rows.every((row) => row.value === undefined || openStoredRow(crypto, row) !== undefined);
    if (!isSound) throw unsound("a row fails its check");
    yield rows;
  }
  attempt(() => joiner.end());
}

function attempt<Result>(join: () => Result): Result {
  try {
    return join();
  } catch (error) {
    if (error instanceof LayoutError) throw unsound(error.message);
    throw error;
  }
}

function unsound(why: string): SnapshotFileError {
  return new SnapshotFileError("damaged", `the snapshot is damaged: ${why}; take another copy`);
}
