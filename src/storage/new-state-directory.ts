import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { compareBytes } from "../base/bytes.ts";
import { GROUP_ZERO } from "../base/ids.ts";
import type { Crypto, Fatal } from "../base/seams.ts";
import { removeInBackground, syncInBackground } from "./background-files.ts";
import type { HangGuard } from "./hang-guard.ts";
import { createEnvironment, failStop, type LmdbEnvironment, type RowOperation } from "./lmdb-environment.ts";
import { makeRecord, RECORD_TYPE } from "./record.ts";
import { groupKey, IDENTITY_KEY, type RowTable, STATE_TABLES, stateDirectoryName } from "./schema.ts";
import type { SnapshotManifest } from "./snapshot.ts";
import type { StoredRow } from "./snapshot-chunks.ts";
import type { NewState } from "./state-build.ts";
import { encodeStateMark, rowCounts } from "./state-rows.ts";

export interface NewStateDeps {
  readonly crypto: Crypto;
  readonly fatal: Fatal;
  readonly guard: HangGuard;
  /** The encoded identity of the data directory. */
  readonly identity: Uint8Array;
}

/** A `state-N` that is being made of a snapshot, and that no pointer names yet. */
export class NewStateDirectory implements NewState {
  readonly number: number;
  readonly path: string;
  readonly #dataDirectory: string;
  readonly #deps: NewStateDeps;
  readonly #opening: Promise<LmdbEnvironment>;
  /** By table: what is above its last key goes to its end, which leaves full pages behind. */
  readonly #lastKeys = new Map<RowTable, Uint8Array>();
  #committed: Promise<unknown>;
  #isRemoved = false;

  /** Nothing of it is on disk before the first rows; anything in its place is removed. */
  constructor(dataDirectory: string, number: number, deps: NewStateDeps) {
    this.number = number;
    this.path = join(dataDirectory, stateDirectoryName(number));
    this.#dataDirectory = dataDirectory;
    this.#deps = deps;
    this.#opening = this.#create();
    this.#committed = this.#opening;
    this.#opening.catch((error: unknown) => failStop("state", deps.fatal, error));
  }

  write(rows: readonly StoredRow[], done: () => void): void {
    this.#commit(
      rows.map((row) => ({ ...row, isLast: row.value !== undefined && this.#isLast(row) })),
      done,
    );
  }

  finish(manifest: SnapshotManifest, done: (isSound: boolean) => void): void {
    const { crypto, identity } = this.#deps;
    const key = groupKey(GROUP_ZERO);
    const mark = makeRecord(crypto, RECORD_TYPE.stateMeta, key, encodeStateMark(manifest));
    const owner = makeRecord(crypto, RECORD_TYPE.identity, IDENTITY_KEY, identity);
    const operations = [
      { table: "meta", key, value: mark },
      { table: "meta", key: IDENTITY_KEY, value: owner },
    ];
    this.#commit(operations, () => {
      this.#syncNames().then(
        () => this.#check(manifest, done),
        (error: unknown) => failStop("state", this.#deps.fatal, error),
      );
    });
  }

  async remove(): Promise<void> {
    this.#isRemoved = true;
    await this.#committed;
    const environment = await this.#opening;
    await environment.close();
    await removeInBackground(this.path);
  }

  /** The environment, which is the caller's from now on. */
  async take(): Promise<LmdbEnvironment> {
    await this.#committed;
    return this.#opening;
  }

  async #create(): Promise<LmdbEnvironment> {
    await removeInBackground(this.path);
    mkdirSync(this.path, { mode: 0o700 });
    return createEnvironment(this.path, STATE_TABLES);
  }

  #isLast({ table, key }: StoredRow): boolean {
    const last = this.#lastKeys.get(table);
    if (last !== undefined && compareBytes(key, last) <= 0) return false;
    this.#lastKeys.set(table, key);
    return true;
  }

  #commit(operations: readonly RowOperation[], done: () => void): void {
    const { guard, fatal } = this.#deps;
    guard.begin();
    const committed = this.#opening.then((environment) => environment.commit(operations));
    this.#committed = committed;
    committed.then(
      () => {
        guard.end();
        if (!this.#isRemoved) done();
      },
      (error: unknown) => failStop("state", fatal, error),
    );
  }

  /** The names of the files, and of the directory. */
  async #syncNames(): Promise<void> {
    await syncInBackground(this.path);
    await syncInBackground(this.#dataDirectory);
  }

  async #check(manifest: SnapshotManifest, done: (isSound: boolean) => void): Promise<void> {
    const environment = await this.#opening;
    const isSound = Object.entries(rowCounts(manifest)).every(
      ([table, rows]) => environment.rows(table) === rows,
    );
    if (!this.#isRemoved) done(isSound);
  }
}
