import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { equalBytes } from "../base/bytes.ts";
import { GROUP_ZERO, type GroupId } from "../base/ids.ts";
import type { Crypto, Fatal, Timers } from "../base/seams.ts";
import type { RecoveredLog } from "../paxos/log-reader.ts";
import type { Membership } from "../paxos/membership.ts";
import { removeInBackground } from "./background-files.ts";
import { emptyState, type FoundingState } from "./founding-state.ts";
import { GroupState, type GroupStateDeps } from "./group-state.ts";
import { HangGuard } from "./hang-guard.ts";
import { decodeIdentity } from "./identity-record.ts";
import { checkLmdbFile, DATA_FILE } from "./lmdb-check.ts";
import { commitNew, LmdbEnvironment } from "./lmdb-environment.ts";
import { makeRecord, openRecord, RECORD_TYPE } from "./record.ts";
import {
  groupKey,
  IDENTITY_KEY,
  STATE_DIRECTORY_PATTERN,
  STATE_TABLES,
  stateDirectoryName,
} from "./schema.ts";
import type { StateMark } from "./snapshot.ts";
import { SnapshotFileError } from "./snapshot-file.ts";
import { decodeStateMark, encodeStateMark } from "./state-rows.ts";

/** Stands in a state directory whose content was found damaged while it was in use. */
export const CONDEMNED_FILE = "condemned";

export interface StateDirectoryDeps {
  readonly dataDirectory: string;
  readonly crypto: Crypto;
  readonly fatal: Fatal;
  readonly timers: Timers;
  /** The encoded identity: a state that belongs to another directory is not taken. */
  readonly identity: Uint8Array;
  readonly unsafeNoSync?: boolean;
}

/** The environment `state-N`. */
export class StateDirectory {
  readonly number: number;
  readonly #environment: LmdbEnvironment;
  readonly #guard: HangGuard;
  readonly #deps: GroupStateDeps;
  readonly #groups = new Map<GroupId, GroupState>();
  readonly #genesis: Membership;
  readonly #path: string;

  private constructor(
    number: number,
    deps: StateDirectoryDeps,
    environment: LmdbEnvironment,
    mark: StateMark,
  ) {
    const path = statePath(deps, number);
    this.number = number;
    this.#path = path;
    this.#environment = environment;
    this.#genesis = decodeIdentity(deps.identity).genesis;
    this.#guard = new HangGuard(deps.timers, deps.fatal, "state");
    const condemn = (reason: string) =>
      writeFileSync(join(path, CONDEMNED_FILE), `${reason}\n`, { flush: true });
    this.#deps = {
      environment,
      crypto: deps.crypto,
      timers: deps.timers,
      guard: this.#guard,
      fatal: deps.fatal,
      condemn,
    };
    this.#groups.set(GROUP_ZERO, new GroupState(this.#deps, GROUP_ZERO, mark));
  }

  /** Opens it and checks it against the log of group 0; rejects with an Error that says why it is not usable. */
  static async open(number: number, deps: StateDirectoryDeps, log: RecoveredLog): Promise<StateDirectory> {
    const path = statePath(deps, number);
    const condemned = join(path, CONDEMNED_FILE);
    if (existsSync(condemned)) {
      throw new Error(`it was found damaged before: ${readFileSync(condemned, "utf8").trim()}`);
    }
    if (!existsSync(join(path, DATA_FILE))) throw new Error(`${join(path, DATA_FILE)} is missing`);
    checkLmdbFile(path);
    const unsafe = deps.unsafeNoSync === true ? { unsafeNoSync: true } : {};
    const environment = new LmdbEnvironment({ path, tables: STATE_TABLES, mode: "write", ...unsafe });
    try {
      return new StateDirectory(number, deps, environment, readChecked(environment, deps, log));
    } catch (error) {
      await environment.close();
      throw error;
    }
  }

  /** Takes the environment of a state over that was made of a snapshot here, and checked. */
  static adopt(number: number, deps: StateDirectoryDeps, environment: LmdbEnvironment): StateDirectory {
    return new StateDirectory(number, deps, environment, readMark(environment, deps));
  }

  group(group: GroupId): GroupState {
    const known = this.#groups.get(group);
    if (known !== undefined) return known;
    const fresh = new GroupState(this.#deps, group, emptyState(this.#genesis).mark);
    this.#groups.set(group, fresh);
    return fresh;
  }

  async close(): Promise<void> {
    this.#guard.stop();
    await this.#environment.close();
  }

  /** Closes and deletes it, without holding anything up. */
  async remove(): Promise<void> {
    await this.close();
    await removeInBackground(this.#path);
  }
}

function statePath({ dataDirectory }: StateDirectoryDeps, number: number): string {
  return join(dataDirectory, stateDirectoryName(number));
}

/** Where the state stands; throws when it is lost, or another node's. */
function readMark(environment: LmdbEnvironment, deps: StateDirectoryDeps): StateMark {
  const { crypto } = deps;
  const owner = environment.get("meta", IDENTITY_KEY);
  const identity = owner && openRecord(crypto, RECORD_TYPE.identity, IDENTITY_KEY, owner);
  if (identity === undefined || !equalBytes(identity, deps.identity))
    throw new Error("it does not belong to this node");
  const key = groupKey(GROUP_ZERO);
  const record = environment.get("meta", key);
  const body = record && openRecord(crypto, RECORD_TYPE.stateMeta, key, record);
  if (body === undefined) throw new Error("its watermark is lost");
  return decodeStateMark(body);
}

/** The state's mark; throws when the state is not to be trusted. */
function readChecked(environment: LmdbEnvironment, deps: StateDirectoryDeps, log: RecoveredLog): StateMark {
  const meta = readMark(environment, deps);
  if (meta.watermark < log.firstKept || meta.watermark > log.learned) {
    throw new Error(
      `its watermark ${meta.watermark} is outside of the log's ${log.firstKept} to ${log.learned}`,
    );
  }
  if (meta.watermark === log.learned && meta.digest !== log.digest) {
    throw new Error(`its digest ${meta.digest} at ${meta.watermark} is not the log's ${log.digest}`);
  }
  // Walking the keys finds rows that a damaged page lost without a trace.
  const bounds = { start: groupKey(GROUP_ZERO), end: groupKey((GROUP_ZERO + 1) as GroupId) };
  const { keyCount, leaseCount, expiryCount, principalCount } = meta.machine;
  for (const [table, expected] of [
    ["keys", keyCount],
    ["leases", leaseCount],
    ["expiries", expiryCount],
    ["principals", principalCount],
    ["events", meta.counts.eventRows],
    ["tombstones", meta.counts.tombstones],
  ] as const) {
    const rows = environment.count(table, bounds);
    if (rows !== expected) throw new Error(`it holds ${rows} ${table} instead of ${expected}`);
  }
  return meta;
}

/**
 * Makes a `state-N` of what is in `founding`, on disk when this resolves; anything in its place is removed.
 * Rejects with SnapshotFileError when it is not as many rows as its mark says.
 */
export async function createStateDirectory(
  dataDirectory: string,
  number: number,
  { crypto, identity }: Pick<StateDirectoryDeps, "crypto" | "identity">,
  founding: FoundingState,
): Promise<void> {
  const path = join(dataDirectory, stateDirectoryName(number));
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { mode: 0o700 });
  const environment = new LmdbEnvironment({ path, tables: STATE_TABLES, mode: "create" });
  try {
    for await (const rows of founding.rows()) await commitNew(environment, path, rows);
    const wrong = miscounted(environment, founding.mark);
    if (wrong !== undefined) throw wrong;
    const key = groupKey(GROUP_ZERO);
    const mark = makeRecord(crypto, RECORD_TYPE.stateMeta, key, encodeStateMark(founding.mark));
    const owner = makeRecord(crypto, RECORD_TYPE.identity, IDENTITY_KEY, identity);
    await commitNew(environment, path, [
      { table: "meta", key, value: mark },
      { table: "meta", key: IDENTITY_KEY, value: owner },
    ]);
  } finally {
    await environment.close();
  }
  syncPath(join(path, DATA_FILE));
  syncPath(path);
  syncPath(dataDirectory);
}

function miscounted(environment: LmdbEnvironment, { machine }: StateMark): SnapshotFileError | undefined {
  for (const [table, expected] of [
    ["keys", machine.keyCount],
    ["leases", machine.leaseCount],
    ["expiries", machine.expiryCount],
    ["principals", machine.principalCount],
  ] as const) {
    const rows = environment.rows(table);
    if (rows === expected) continue;
    const message = `the snapshot holds ${rows} ${table} instead of ${expected}: it is damaged; take another copy`;
    return new SnapshotFileError("damaged", message);
  }
  return undefined;
}

/** Removes the state directories that the log's pointer does not name. */
export function removeOtherStates(dataDirectory: string, number: number): void {
  for (const name of readdirSync(dataDirectory)) {
    if (!STATE_DIRECTORY_PATTERN.test(name) || name === stateDirectoryName(number)) continue;
    rmSync(join(dataDirectory, name), { recursive: true, force: true });
  }
}

/** Deletes one that could not be opened, once another has taken its place, without holding anything up. */
export function removeUnusableState(dataDirectory: string, number: number): Promise<void> {
  return removeInBackground(join(dataDirectory, stateDirectoryName(number)));
}

/** Puts a file's or a directory's content on disk. */
export function syncPath(path: string): void {
  const file = openSync(path, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
