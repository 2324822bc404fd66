import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { DataDirectoryError, fileSystemError } from "./data-directory-error.ts";
import { findTreeDamage, readTreeRecord, type TreeRecord } from "./lmdb-trees.ts";

/**
 * LMDB opens a missing or empty file as an empty database, and a damaged one may end the process by a
 * signal. So its file is looked at before: the metas here, the pages by findTreeDamage. Offsets are those
 * of MDB_page and MDB_meta on 64-bit machines.
 */
const PAGE_HEADER_BYTES = 24;
const PAGE_FLAGS_OFFSET = 18;
const META_FLAG = 0x08;
const MAGIC_OFFSET = PAGE_HEADER_BYTES;
const MAGIC = 0xbeefc0de;
const VERSION_OFFSET = PAGE_HEADER_BYTES + 4;
const VERSION = 2;
const PAGE_BYTES_OFFSET = PAGE_HEADER_BYTES + 24;
const FREE_TREE_OFFSET = 48;
const MAIN_TREE_OFFSET = 96;
const LAST_PAGE_OFFSET = 144;
const TRANSACTION_OFFSET = 152;
const META_BYTES = 168;
const PAGE_BYTES = 4096;

interface LmdbMeta {
  readonly transaction: number;
  readonly lastPage: number;
  readonly trees: readonly TreeRecord[];
}

export const DATA_FILE = "data.mdb";

/**
 * Checks the environment in `directory`: both metas, and every page that the newer one reaches. Throws
 * DataDirectoryError `missing`, `unreadable` or `damaged`.
 */
export function checkLmdbFile(directory: string): void {
  const path = join(directory, DATA_FILE);
  try {
    const file = openSync(path, "r");
    try {
      checkFile(path, file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): unknown {
  // In a directory that was made once it is lost: to make one is no help.
  const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
  return isMissing
    ? new DataDirectoryError("missing", `${path} is missing`, { cause })
    : fileSystemError(path, cause);
}

function checkFile(path: string, file: number): void {
  const fileBytes = fstatSync(file).size;
  if (fileBytes < 2 * PAGE_BYTES) throw damaged(path, `has ${fileBytes} bytes`);
  const first = readMeta(path, file, 0);
  const second = readMeta(path, file, 1);
  const { transaction, lastPage, trees } = first.transaction >= second.transaction ? first : second;
  const why = findTreeDamage({ file, fileBytes, transaction, lastPage, pageBytes: PAGE_BYTES }, trees);
  if (why !== undefined) throw damaged(path, why);
}

function readMeta(path: string, file: number, page: number): LmdbMeta {
  const bytes = new Uint8Array(META_BYTES);
  readSync(file, bytes, 0, META_BYTES, page * PAGE_BYTES);
  const view = new DataView(bytes.buffer);
  const sound =
    view.getBigUint64(0, true) === BigInt(page) &&
    view.getUint16(PAGE_FLAGS_OFFSET, true) === META_FLAG &&
    view.getUint32(MAGIC_OFFSET, true) === MAGIC &&
    view.getUint32(VERSION_OFFSET, true) === VERSION;
  if (!sound) throw damaged(path, `has no meta on page ${page}`);
  const pageBytes = view.getUint32(PAGE_BYTES_OFFSET, true);
  if (pageBytes !== PAGE_BYTES) throw damaged(path, `has pages of ${pageBytes} bytes`);
  return {
    transaction: Number(view.getBigUint64(TRANSACTION_OFFSET, true)),
    lastPage: Number(view.getBigUint64(LAST_PAGE_OFFSET, true)),
    trees: [readTreeRecord(view, FREE_TREE_OFFSET), readTreeRecord(view, MAIN_TREE_OFFSET)],
  };
}

function damaged(path: string, why: string): DataDirectoryError {
  return new DataDirectoryError("damaged", `${path} ${why}: it is damaged`);
}
