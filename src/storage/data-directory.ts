import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { assert, present } from "../base/assert.ts";
import { GROUP_ZERO, type Slot, slot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import type { RecoveredLog } from "../paxos/log-reader.ts";
import { DataDirectoryError, fileSystemError, RESTORE_ADVICE } from "./data-directory-error.ts";
import {
  checkDataDirectory,
  FIRST_STATE,
  fenceOf,
  isUnfinished,
  listDirectory,
} from "./directory-contents.ts";
import { DirectoryLock } from "./directory-lock.ts";
import { Fingerprint } from "./fingerprint.ts";
import { emptyState, type FoundingState, isAlone } from "./founding-state.ts";
import { HangGuard } from "./hang-guard.ts";
import { decodeIdentity, encodeIdentity, type FoundingIdentity } from "./identity-record.ts";
import { DATA_FILE } from "./lmdb-check.ts";
import { commitNew, failStop, LmdbEnvironment, type RowOperation } from "./lmdb-environment.ts";
import { LmdbStorage, type StorageDeps } from "./lmdb-storage.ts";
import {
  countOperation,
  encodeFormat,
  metaOperation,
  type OpenedLog,
  openLogDirectory,
} from "./log-directory.ts";
import { recoveredLog } from "./log-group.ts";
import { LogSummary } from "./log-summary.ts";
import { membershipOperation } from "./membership-record.ts";
import { NewStateDirectory } from "./new-state-directory.ts";
import { makeRecord, RECORD_TYPE } from "./record.ts";
import {
  FORMAT_KEY,
  groupKey,
  IDENTITY_KEY,
  LOG_DIRECTORY,
  LOG_DIRECTORY_UNFINISHED,
  LOG_TABLES,
  START_COUNT_KEY,
  STATE_POINTER_KEY,
} from "./schema.ts";
import type { StateMark } from "./snapshot.ts";
import { type FoundSnapshots, openSnapshots, type SnapshotDirectory } from "./snapshot-directory.ts";
import { SnapshotFileError } from "./snapshot-file.ts";
import { StateBuild } from "./state-build.ts";
import {
  createStateDirectory,
  removeOtherStates,
  StateDirectory,
  type StateDirectoryDeps,
  syncPath,
} from "./state-directory.ts";
import type { Identity, Storage } from "./storage.ts";
import { encodeSummary } from "./summary-record.ts";

const CLUSTER_ID_BYTES = 32;
const INCARNATION_BYTES = 16;

/**
 * Makes a node's data directory (mode 0700), on disk when this resolves. Takes a missing or empty one, or
 * one that an earlier `init` left unfinished; rejects with DataDirectoryError `not_empty`, `not_kvd` or
 * `unreadable`. The state is that of `founding`: it leaves nothing behind when that is found to be damaged.
 */
export async function initDataDirectory(
  directory: string,
  identity: FoundingIdentity,
  crypto: Crypto,
  founding: FoundingState = emptyState(identity.genesis),
): Promise<void> {
  assert(identity.clusterId.length === CLUSTER_ID_BYTES, "a cluster id has 32 bytes");
  assert(identity.incarnation.length === INCARNATION_BYTES, "an incarnation has 16 bytes");
  const path = resolve(directory);
  const firstMade = makeDirectory(path);
  removeUnfinished(path);
  const identityBody = encodeIdentity(identity);
  try {
    // First, so that a directory with a state and no log is never taken for an init to be repeated.
    mkdirSync(join(path, LOG_DIRECTORY_UNFINISHED), { mode: 0o700 });
    const deps = { crypto, identity: identityBody };
    await createStateDirectory(path, FIRST_STATE, deps, founding);
    await createLog(path, deps, founding.mark);
    // From here on the directory is complete; before, `init` may simply be repeated.
    renameSync(join(path, LOG_DIRECTORY_UNFINISHED), join(path, LOG_DIRECTORY));
    syncPath(path);
    syncParents(path, firstMade);
  } catch (error) {
    if (error instanceof SnapshotFileError) removeUnfinished(path);
    throw fileSystemError(path, error);
  }
}

/**
 * The topmost directory that had to be made, if any. One by one: where a parent takes no directory, as
 * below /proc, the recursive form never ends.
 */
function makeDirectory(path: string): string | undefined {
  const missing: string[] = [];
  for (let at = path; !existsSync(at); at = dirname(at)) missing.unshift(at);
  try {
    for (const directory of missing) mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    throw unmakeable(path, error);
  }
  return missing[0];
}

function unmakeable(path: string, cause: unknown): DataDirectoryError {
  const code = cause instanceof Error && "code" in cause ? ` (${cause.code})` : "";
  const message = `${path} cannot be made${code}: name a place on a disk that you may write to`;
  return new DataDirectoryError("unreadable", message, { cause });
}

function removeUnfinished(path: string): void {
  const names = listDirectory(path);
  if (names.length === 0) return;
  if (!isUnfinished(names)) {
    const what = names.includes(LOG_DIRECTORY) ? "already holds a node" : `is not empty (${names[0]})`;
    throw new DataDirectoryError("not_empty", `${path} ${what}: name a directory that is empty or missing`);
  }
  for (const name of names) rmSync(join(path, name), { recursive: true, force: true });
}

async function createLog(
  directory: string,
  { crypto, identity }: Pick<StateDirectoryDeps, "crypto" | "identity">,
  { watermark, digest, membership }: StateMark,
): Promise<void> {
  const path = join(directory, LOG_DIRECTORY_UNFINISHED);
  const environment = new LmdbEnvironment({ path, tables: LOG_TABLES, mode: "create" });
  const key = groupKey(GROUP_ZERO);
  const marks = { firstKept: watermark, learned: watermark, end: watermark, digest };
  const summary = encodeSummary({
    summary: Object.assign(new LogSummary(), marks),
    fingerprint: new Fingerprint(),
  });
  await commitNew(environment, path, [
    metaOperation(crypto, RECORD_TYPE.format, FORMAT_KEY, encodeFormat()),
    metaOperation(crypto, RECORD_TYPE.identity, IDENTITY_KEY, identity),
    countOperation(crypto, RECORD_TYPE.startCount, START_COUNT_KEY, 0),
    countOperation(crypto, RECORD_TYPE.statePointer, STATE_POINTER_KEY, FIRST_STATE),
    { table: "groups", key, value: makeRecord(crypto, RECORD_TYPE.logSummary, key, summary) },
    membershipOperation(crypto, GROUP_ZERO, { since: watermark, membership }),
  ]);
  await environment.close();
  syncPath(join(path, DATA_FILE));
  syncPath(path);
}

/** A directory's name is durable once its parent is synced. */
function syncParents(path: string, firstMade: string | undefined): void {
  const last = dirname(firstMade ?? path);
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    syncPath(parent);
    if (parent === last || parent === dirname(parent)) return;
  }
}

/** `rebuilt`: made again of the whole log, or of a snapshot and the log; `fetched`: only other members can give one. */
export type StateRemedy = "rebuilt" | "fetched";

/** What opening a directory needs. */
export interface OpenDeps extends StorageDeps {
  /** Told why a state is not usable, and what takes its place: somebody should look at the disk. */
  readonly onStateLost?: (reason: string, remedy: StateRemedy) => void;
}

/**
 * Takes the directory's lock, verifies every row of the log, rebuilds what can be rebuilt of the state,
 * and raises the start count on disk. Rejects with DataDirectoryError; makes no missing file.
 */
export function openDataDirectory(directory: string, deps: OpenDeps): Promise<Storage> {
  return openStorage(directory, deps, {});
}

/** `openDataDirectory` with the unsafe option that tests need to show that they would find a missing sync. */
export async function openStorage(
  directory: string,
  deps: OpenDeps,
  options: { readonly unsafeNoSync?: boolean },
): Promise<Storage> {
  const path = resolve(directory);
  checkDataDirectory(path);
  const lock = await DirectoryLock.take(path);
  try {
    const log = await openLogDirectory({
      path: join(path, LOG_DIRECTORY),
      crypto: deps.crypto,
      mode: "write",
      ...options,
    });
    const snapshotGuard = new HangGuard(deps.timers, deps.fatal, "snapshot");
    const closing: { close(): Promise<void> }[] = [log.environment];
    try {
      const { learned } = groupZero(log);
      const use = { clusterId: log.identity.clusterId, learned };
      const found = await openSnapshots(path, { ...deps, guard: snapshotGuard }, use);
      const snapshots = fenceOf(path) === undefined ? found : await withoutOwn(found);
      for (const one of [snapshots.latest, snapshots.receiving]) if (one !== undefined) closing.push(one);
      const stateDeps = { ...deps, ...options, dataDirectory: path, identity: log.identityBody };
      const fence = fenceOf(path);
      const source = { guard: snapshotGuard, latest: snapshots.latest };
      const state = fence === undefined ? await openState(log, stateDeps, source) : undefined;
      if (state !== undefined) closing.push(state);
      const identity = await raiseStartCount(log, deps);
      const parts = { lock, log, state, fence, snapshots, snapshotGuard, dataDirectory: path, identity };
      return new LmdbStorage({ ...deps, ...parts });
    } catch (error) {
      snapshotGuard.stop();
      for (const one of closing) await one.close();
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw fileSystemError(path, error);
  }
}

/** What was made of a state that is not to be used must not be given to anybody. */
async function withoutOwn(found: FoundSnapshots): Promise<FoundSnapshots> {
  await found.latest?.remove();
  return { ...found, latest: undefined };
}

async function raiseStartCount(log: OpenedLog, deps: StorageDeps): Promise<Identity> {
  const startCount = log.identity.startCount + 1;
  await commitOrFail(log, deps, [
    countOperation(deps.crypto, RECORD_TYPE.startCount, START_COUNT_KEY, startCount),
  ]);
  return { ...log.identity, startCount };
}

/** A failed commit is never tried again, nor closed over: closing could hang. */
async function commitOrFail(
  log: OpenedLog,
  deps: StorageDeps,
  operations: readonly RowOperation[],
): Promise<void> {
  await log.environment.commit(operations).catch((error: unknown) => failStop("log", deps.fatal, error));
}

/** What the replica of group 0 will be told at start. */
function groupZero(log: OpenedLog): RecoveredLog {
  return recoveredLog(present(log.groups.get(GROUP_ZERO), "group 0 is always there"));
}

interface StateSource {
  readonly guard: HangGuard;
  readonly latest: SnapshotDirectory | undefined;
}

type OpenStateDeps = OpenDeps & StateDirectoryDeps;

/**
 * The state that the log points to, or one that can become it by replay; undefined when other members have to
 * give one. The pointer stays as it is until they have, so that every start finds the same.
 */
async function openState(
  log: OpenedLog,
  deps: OpenStateDeps,
  source: StateSource,
): Promise<StateDirectory | undefined> {
  const path = deps.dataDirectory;
  removeOtherStates(path, log.stateNumber);
  const recovered = groupZero(log);
  try {
    return await StateDirectory.open(log.stateNumber, deps, recovered);
  } catch (error) {
    const number = log.stateNumber + 1;
    if (!(await makeState(number, recovered, deps, source))) {
      if (isAlone(recovered.membership.membership, log.identity.node)) throw unusableState(path, error);
      deps.onStateLost?.(reasonOf(error), "fetched");
      return undefined;
    }
    deps.onStateLost?.(reasonOf(error), "rebuilt");
    await commitOrFail(log, deps, [
      countOperation(deps.crypto, RECORD_TYPE.statePointer, STATE_POINTER_KEY, number),
    ]);
    removeOtherStates(path, number);
    return StateDirectory.open(number, deps, recovered);
  }
}

/** Makes `state-N` empty when the log is whole, else of the last snapshot when the log goes on from there. */
async function makeState(
  number: number,
  log: RecoveredLog,
  deps: OpenStateDeps,
  { guard, latest }: StateSource,
): Promise<boolean> {
  const isWhole = (from: Slot): boolean =>
    log.firstKept <= from && from <= log.learned && log.damaged.every((at) => at < from || at >= log.learned);
  if (isWhole(slot(1))) {
    const { genesis } = decodeIdentity(deps.identity);
    await createStateDirectory(deps.dataDirectory, number, deps, emptyState(genesis));
    return true;
  }
  const manifest = latest?.manifest("whole");
  if (latest === undefined || manifest === undefined || !isWhole(manifest.watermark)) return false;
  const state = new NewStateDirectory(deps.dataDirectory, number, { ...deps, guard });
  const readChunk = (index: number): Uint8Array | undefined => latest.chunk(index);
  const isSound = await new Promise<boolean>((resolve) => {
    new StateBuild({ ...deps, manifest, readChunk, state, onEnd: resolve });
  });
  if (isSound) await (await state.take()).close();
  else await state.remove();
  return isSound;
}

function unusableState(path: string, cause: unknown): DataDirectoryError {
  const message =
    `the state in ${path} is not usable (${reasonOf(cause)}), no snapshot here takes its place, and the log no ` +
    `longer holds all that it came from, and there is no other member to give one: ${RESTORE_ADVICE}`;
  return new DataDirectoryError("damaged", message, { cause });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
