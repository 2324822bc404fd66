import { join, resolve } from "node:path";
import { equalBytes } from "../base/bytes.ts";
import { slot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import { ownMember } from "../node/roster.ts";
import { DataDirectoryError } from "../storage/data-directory-error.ts";
import { checkDataDirectory, fenceOf, retirementOf } from "../storage/directory-contents.ts";
import { DirectoryLock } from "../storage/directory-lock.ts";
import { emptyState, type FoundingState } from "../storage/founding-state.ts";
import { snapshotBase, stateBase } from "../storage/offline-base.ts";
import { type OfflineLog, readLogOffline } from "../storage/offline-log.ts";
import { readSnapshotsOffline, readStateOffline } from "../storage/offline-state.ts";
import { dataDirectoryProblem } from "./data-directory-problem.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError, usageError } from "./program-error.ts";

/** A state that the recovered one may begin with. */
export interface Base {
  /** `state-1 of n1`. */
  readonly title: string;
  readonly founding: FoundingState;
}

/** The data directory of a stopped node, open for reading; nobody starts the node meanwhile. */
export interface Survivor {
  readonly path: string;
  /** The node's name. */
  readonly name: string;
  readonly log: OfflineLog;
  readonly bases: readonly Base[];
  /** What speaks against the directory, a line each. */
  readonly faults: readonly string[];
}

/** Opens them all, or none. Rejects with ProgramError. */
export async function openSurvivors(
  paths: readonly string[],
  crypto: Crypto,
): Promise<{ readonly survivors: readonly Survivor[]; close(): Promise<void> }> {
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closing.splice(0)) await one();
  };
  try {
    const survivors: Survivor[] = [];
    for (const path of paths) {
      const survivor = await openSurvivor(resolve(path), crypto, closing);
      for (const other of survivors) refuseStrangers(other, survivor);
      survivors.push(survivor);
    }
    return { survivors, close };
  } catch (error) {
    await close();
    throw problemOf(error);
  }
}

async function openSurvivor(
  path: string,
  crypto: Crypto,
  closing: (() => Promise<void>)[],
): Promise<Survivor> {
  checkDataDirectory(path, "read");
  const lock = await DirectoryLock.takeForReading(path);
  closing.push(() => lock.release());
  const log = await readLogOffline(path, crypto, "read");
  closing.push(() => log.close());
  const { name } = ownMember(log.identity);
  const faults: string[] = [];
  const retirement = retirementOf(path);
  if (retirement !== undefined) faults.push(`retired: ${retirement}`);
  const { damaged } = log.recovered;
  if (damaged.length > 0) {
    const slots = damaged.length > 10 ? `${damaged.slice(0, 10).join(" ")} ...` : damaged.join(" ");
    faults.push(`${damaged.length} records of its log are damaged or lost: slots ${slots}`);
  }
  const bases = await basesOf({ path, name, log }, crypto, faults);
  return { path, name, log, bases, faults };
}

/** What the directory has of states, and the beginning if its log reaches back to it. */
async function basesOf(
  { path, name, log }: Pick<Survivor, "path" | "name" | "log">,
  crypto: Crypto,
  faults: string[],
): Promise<readonly Base[]> {
  const { firstKept, learned, digest } = log.recovered;
  const bases: Base[] = [];
  const state = await readStateOffline(path, log.stateNumber, crypto);
  if (state.kind === "unusable") {
    faults.push(`${state.directory} is of no use: ${state.reason}`);
  } else {
    const { mark } = state;
    const isOfLog = mark.watermark >= firstKept && mark.watermark <= learned;
    if (!isOfLog || (mark.watermark === learned && mark.digest !== digest)) {
      faults.push(`${state.directory} is of no use: it does not belong to the log`);
    } else {
      const founding = stateBase(join(path, state.directory), mark, crypto);
      bases.push({ title: `${state.directory} of ${name}`, founding });
    }
  }
  // Snapshots are made of the state.
  const snapshots = fenceOf(path) === undefined ? await readSnapshotsOffline(path, crypto) : [];
  for (const snapshot of snapshots) {
    const { clusterId, chunks, watermark } = snapshot.manifest;
    const isOurs = equalBytes(clusterId, log.identity.clusterId) && watermark <= learned;
    if (!isOurs || chunks !== snapshot.chunks) continue;
    bases.push({
      title: `${snapshot.directory} of ${name}`,
      founding: snapshotBase(path, snapshot, crypto),
    });
  }
  if (firstKept <= slot(1)) {
    bases.push({ title: `the log of ${name} alone`, founding: emptyState(log.identity.genesis) });
  }
  return bases;
}

/** One cluster, and each member once: of two copies one is old. */
function refuseStrangers(one: Survivor, other: Survivor): void {
  const [left, right] = [one.log.identity, other.log.identity];
  if (!equalBytes(left.clusterId, right.clusterId))
    throw usageError(`${one.path} and ${other.path} are of two clusters: name directories of one`);
  if (left.node === right.node)
    throw usageError(`${one.path} and ${other.path} are both of ${one.name}: name the later one alone`);
}

function problemOf(error: unknown): unknown {
  if (error instanceof DataDirectoryError && (error.code === "amnesia" || error.code === "damaged")) {
    return new ProgramError(
      `${error.message}; nothing can be recovered from this directory: name those of other members, or ` +
        "restore the last backup with 'kvadm snapshot restore'",
      { exitCode: EXIT_CODES.unhealthy, code: error.code, cause: error },
    );
  }
  return dataDirectoryProblem(error);
}
