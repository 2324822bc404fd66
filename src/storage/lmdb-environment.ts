import { type Database, open, type PutOptions, type RootDatabase } from "lmdb";
import { present } from "../base/assert.ts";
import type { Fatal } from "../base/seams.ts";
import { DataDirectoryError } from "./data-directory-error.ts";

/**
 * The only place that calls lmdb. Facts that it stands on, found by experiment with the pinned version:
 *
 * - With `overlappingSync: false` a batch's promise resolves after fdatasync of its pages and the
 *   synchronous write of the meta page: it is durable then. With the default it may be lost by a device
 *   that detaches, and an environment must never change between the two.
 * - `put` keeps a reference to the value until the commit: every value is fresh memory.
 * - A failed commit may leave the environment unusable: nothing is ever tried again.
 * - A failure in a large map would end in a signal, not an error, so the files are checked before they are
 *   opened, and never made here.
 */
const PAGE_BYTES = 4096;

/** Address space, not disk: growing the map at run time leaves the old maps behind. */
const MAP_BYTES = 2 ** 40;
const TABLES_MAX = 16;

/** All that shapes the files, as recorded at `init`; another text is refused at start. */
export const STORAGE_OPTIONS = `lmdb 3.5; overlappingSync=false; pageSize=${PAGE_BYTES}; keys and values binary; named tables`;

export interface EnvironmentOptions {
  readonly path: string;
  readonly tables: readonly string[];
  /** `create` for `init` alone: a missing file must never become an empty database. */
  readonly mode: "create" | "write" | "read";
  /** Leaves out every sync: for what nobody counts on yet, and for tests that show what would be lost. */
  readonly unsafeNoSync?: boolean;
}

/** One put (a fresh `value`, which is not changed afterwards) or removal (`undefined`). */
export interface RowOperation {
  readonly table: string;
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
  /**
   * The key is above all keys of the table. LMDB then leaves full pages behind: else every one would be left
   * without its last row, which is half of a page of large rows. The commit fails when it is not so.
   */
  readonly isLast?: boolean;
}

/** Options stand where a version may stand, though the types of lmdb leave them out. */
const APPEND = { append: true } as PutOptions as unknown as number;

export interface Row {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

export interface RangeBounds {
  readonly start: Uint8Array;
  /** Exclusive. */
  readonly end: Uint8Array;
}

type Table = Database<Uint8Array, Uint8Array>;
export type ReadTransaction = ReturnType<Table["useReadTransaction"]>;

/** An LMDB environment with its tables. Reads throw what lmdb throws; the caller decides what that means. */
export class LmdbEnvironment {
  readonly #root: RootDatabase<Uint8Array, Uint8Array>;
  readonly #tables = new Map<string, Table>();

  /** Throws when the environment or a table cannot be opened. */
  constructor(options: EnvironmentOptions) {
    const noSync = options.unsafeNoSync === true ? { noSync: true } : {};
    this.#root = open<Uint8Array, Uint8Array>({
      path: options.path,
      noSubdir: false,
      overlappingSync: false,
      encoding: "binary",
      keyEncoding: "binary",
      pageSize: PAGE_BYTES,
      mapSize: MAP_BYTES,
      maxDbs: TABLES_MAX,
      readOnly: options.mode === "read",
      ...noSync,
    });
    for (const name of options.tables) {
      const create = { create: options.mode === "create" };
      const table: Table | undefined = this.#root.openDB<Uint8Array, Uint8Array>({
        name,
        encoding: "binary",
        keyEncoding: "binary",
        ...create,
      });
      if (table === undefined) throw new Error(`table ${name} is missing in ${options.path}`);
      this.#tables.set(name, table);
    }
  }

  /** The value in memory of its own; as of `transaction`, or else of the latest commit. */
  get(table: string, key: Uint8Array, transaction?: ReadTransaction): Uint8Array | undefined {
    return this.#table(table).get(key, transaction === undefined ? {} : { transaction });
  }

  /** Rows in [start, end), ascending, each in memory of its own. Consume it within the turn. */
  *range(table: string, bounds: RangeBounds, transaction?: ReadTransaction): Generator<Row> {
    const at = transaction === undefined ? {} : { transaction };
    yield* this.#table(table).getRange({ ...bounds, ...at });
  }

  /** Keys in [start, end), ascending. Consume it within the turn. */
  *keys(table: string, bounds: RangeBounds): Generator<Uint8Array> {
    yield* this.#table(table).getKeys({ ...bounds });
  }

  /** Number of rows in [start, end), counted by walking them. */
  count(table: string, bounds: RangeBounds): number {
    return this.#table(table).getKeysCount({ ...bounds });
  }

  /** The environment as it is now, whatever is committed meanwhile. It must be given back by `unpin`, soon. */
  pin(table: string, key: Uint8Array): ReadTransaction {
    // What this turn's reads hold may be an older snapshot.
    this.#root.resetReadTxn();
    const transaction = this.#root.useReadTransaction();
    // LMDB takes the snapshot at the first read only.
    this.get(table, key, transaction);
    return transaction;
  }

  /** Ends the snapshot; reads without one see the latest commit from here on. */
  unpin(transaction: ReadTransaction): void {
    transaction.done();
    this.#root.resetReadTxn();
  }

  /** Starts one atomic commit; resolves when it is durable. A rejection leaves the environment in doubt. */
  commit(operations: readonly RowOperation[]): Promise<unknown> {
    // The promises of the single puts are resolved already: only the batch's own one counts.
    return this.#root.batch(() => {
      for (const { table, key, value, isLast } of operations) {
        if (value === undefined) this.#table(table).remove(key);
        else if (isLast === true) this.#table(table).put(key, value, APPEND);
        else this.#table(table).put(key, value);
      }
    });
  }

  /** Number of rows of the table, as LMDB has it written down. */
  rows(table: string): number {
    const stats = this.#table(table).getStats() as Readonly<Record<string, unknown>>;
    return Number(stats["entryCount"]);
  }

  /** Bytes of the pages in use by the tables. */
  bytes(): number {
    let pages = 0;
    for (const table of this.#tables.values()) {
      const stats = table.getStats() as Readonly<Record<string, unknown>>;
      for (const name of ["treeBranchPageCount", "treeLeafPageCount", "overflowPages"]) {
        pages += Number(stats[name]);
      }
    }
    return pages * PAGE_BYTES;
  }

  async close(): Promise<void> {
    await this.#root.close();
  }

  #table(name: string): Table {
    return present(this.#tables.get(name), `table ${name} is open`);
  }
}

/**
 * Makes an environment with empty tables and opens it. Without a sync, since each table would wait for one of
 * its own: it is on disk with the first commit.
 */
export async function createEnvironment(path: string, tables: readonly string[]): Promise<LmdbEnvironment> {
  const made = new LmdbEnvironment({ path, tables, mode: "create", unsafeNoSync: true });
  await made.close();
  return new LmdbEnvironment({ path, tables, mode: "write" });
}

/** Handles both promises of a failed commit, then ends the process: a failed commit is never tried again. */
export function failStop(what: string, fatal: Fatal, error: unknown): never {
  commitErrorOf(error)?.catch(() => undefined);
  return fatal(`${what}: a commit failed: ${error instanceof Error ? error.message : String(error)}`, error);
}

/**
 * A commit to an environment that is only being made, in the directory `path`: nothing depends on it yet. Rejects
 * with DataDirectoryError `unreadable`.
 */
export async function commitNew(
  environment: Pick<LmdbEnvironment, "commit">,
  path: string,
  operations: readonly RowOperation[],
): Promise<void> {
  try {
    await environment.commit(operations);
  } catch (error) {
    // LMDB tells the reason later, by a promise of its own.
    const cause: unknown = (await commitErrorOf(error)?.catch((reason: unknown) => reason)) ?? error;
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): DataDirectoryError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `${path} cannot be written (${reason}): make room on that disk, or name a place on another one`;
  return new DataDirectoryError("unreadable", message, { cause });
}

function commitErrorOf(error: unknown): Promise<unknown> | undefined {
  const isOfCommit = error instanceof Error && "commitError" in error;
  return isOfCommit && error.commitError instanceof Promise ? error.commitError : undefined;
}
