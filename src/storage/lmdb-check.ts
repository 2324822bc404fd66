import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { DataDirectoryError, fileSystemError } from "./data-directory-error.ts";

/**
 * LMDB opens a missing or empty file as an empty database, and a damaged one may end the process by a
 * signal. So its file is looked at before. Offsets are those of MDB_page and MDB_meta on 64-bit machines.
 */
const PAGE_HEADER_BYTES = 24;
const PAGE_FLAGS_OFFSET = 18;
const META_FLAG = 0x08;
const MAGIC_OFFSET = PAGE_HEADER_BYTES;
const MAGIC = 0xbeefc0de;
const VERSION_OFFSET = PAGE_HEADER_BYTES + 4;
const VERSION = 2;
const PAGE_BYTES_OFFSET = PAGE_HEADER_BYTES + 24;
const FREE_ROOT_OFFSET = 88;
const MAIN_ROOT_OFFSET = 136;
const LAST_PAGE_OFFSET = 144;
const TRANSACTION_OFFSET = 152;
const META_BYTES = 168;
const PAGE_BYTES = 4096;
const NO_PAGE = 0xffff_ffff_ffff_ffffn;

export interface LmdbMeta {
  readonly transaction: number;
  readonly lastPage: number;
  /** Undefined: the tree is empty. */
  readonly freeRoot: number | undefined;
  readonly mainRoot: number | undefined;
}

export const DATA_FILE = "data.mdb";

/** The newer meta of the environment in `directory`. Throws DataDirectoryError `missing`, `unreadable` or `damaged`. */
export function checkLmdbFile(directory: string): LmdbMeta {
  const path = join(directory, DATA_FILE);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw fileSystemError(path, error);
  }
  try {
    return checkMetas(path, file, fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}

function checkMetas(path: string, file: number, fileBytes: number): LmdbMeta {
  if (fileBytes < 2 * PAGE_BYTES) throw damaged(path, `has ${fileBytes} bytes`);
  const first = readMeta(path, file, 0);
  const second = readMeta(path, file, 1);
  const newer = first.transaction >= second.transaction ? first : second;
  for (const root of [newer.freeRoot, newer.mainRoot]) {
    if (root !== undefined && root > newer.lastPage) throw damaged(path, "has a root beyond its last page");
  }
  if ((newer.lastPage + 1) * PAGE_BYTES > fileBytes) {
    throw damaged(path, `ends at byte ${fileBytes}, before its page ${newer.lastPage}`);
  }
  return newer;
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
    freeRoot: readRoot(view, FREE_ROOT_OFFSET),
    mainRoot: readRoot(view, MAIN_ROOT_OFFSET),
  };
}

function readRoot(view: DataView, offset: number): number | undefined {
  const root = view.getBigUint64(offset, true);
  return root === NO_PAGE ? undefined : Number(root);
}

function damaged(path: string, why: string): DataDirectoryError {
  return new DataDirectoryError("damaged", `${path} ${why}: it is damaged`);
}
