import { rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { assert } from "../base/assert.ts";
import { GROUP_ZERO, offsetSlot } from "../base/ids.ts";
import type { Crypto, Fatal } from "../base/seams.ts";
import { SystemTimers } from "../io/system-timers.ts";
import { Replay } from "../node/replay.ts";
import { ChainDigest } from "../paxos/digest.ts";
import type { Salvage } from "../paxos/salvage.ts";
import { initDataDirectory, openDataDirectory } from "../storage/data-directory.ts";
import type { FoundingState } from "../storage/founding-state.ts";
import type { SnapshotManifest } from "../storage/snapshot.ts";
import { SnapshotFileWriter } from "../storage/snapshot-file.ts";
import type { Identity, Storage } from "../storage/storage.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError } from "./program-error.ts";
import type { Course } from "./recovery-plan.ts";
import type { Survivor } from "./survivors.ts";
import { local, type WholeFile } from "./whole-file.ts";

export interface RecoveryDeps {
  readonly crypto: Crypto;
  /** A directory that is made, and removed at the end whatever happens: it takes the room of the state twice. */
  readonly scratch: string;
  /** Called once, when all that is left to do is to write it. */
  readonly createFile: () => Promise<WholeFile>;
  /** `fraction` of what is being done, 0..1. */
  readonly onProgress: (fraction: number, what: string) => void;
  readonly signal: AbortSignal;
  /** Says why the scratch directory cannot be used any more, and ends the process. */
  readonly fatal: Fatal;
}

/** The log of a member does not lead to what its digest says: one of the two is not what was chosen. */
export class WrongDigestError extends Error {
  override readonly name = "WrongDigestError";
}

/** What the course is taken by. */
export interface Taken {
  readonly course: Course;
  readonly salvage: Salvage;
  readonly survivors: readonly Survivor[];
}

/**
 * Makes a state of the base of the course, takes it on by what the logs hold up to its end, and writes the snapshot
 * of that to the file. Rejects with UnsoundBaseError or SnapshotFileError when the base is damaged, with
 * UnequalValuesError or WrongDigestError when the logs contradict it or each other.
 */
export async function writeRecovered(taken: Taken, deps: RecoveryDeps): Promise<SnapshotManifest> {
  const { crypto, scratch, signal, fatal } = deps;
  const [first] = taken.survivors;
  assert(first !== undefined, "a course has a directory");
  // Not with its parents, as the making of a data directory would: a name that was mistyped makes nothing.
  await local(scratch, () => mkdir(scratch, { mode: 0o700 }));
  try {
    const founding = watched(taken.course.base.founding, deps);
    await initDataDirectory(scratch, foundingIdentity(first.log.identity), crypto, founding);
    const fatalOnce: Fatal = (reason, cause) => {
      rmSync(scratch, { recursive: true, force: true });
      return fatal(reason, cause);
    };
    const storage = await openDataDirectory(scratch, {
      crypto,
      timers: new SystemTimers(),
      fatal: fatalOnce,
    });
    try {
      await replay(storage, taken, deps);
      const manifest = await writtenSnapshot(storage);
      signal.throwIfAborted();
      await save(storage, manifest, deps);
      return manifest;
    } finally {
      await storage.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The scratch directory passes for one of this member's; nobody ever starts it. */
function foundingIdentity({ clusterId, node, incarnation, genesis, joined }: Identity) {
  const founding = { clusterId, node, incarnation, genesis };
  return joined === undefined ? founding : { ...founding, joined };
}

function watched(founding: FoundingState, { onProgress, signal }: RecoveryDeps): FoundingState {
  const { keyCount } = founding.mark.machine;
  return {
    mark: founding.mark,
    async *rows() {
      let keys = 0;
      for await (const rows of founding.rows()) {
        signal.throwIfAborted();
        yield rows;
        for (const { table } of rows) if (table === "keys") keys++;
        onProgress(Math.min(1, keys / Math.max(1, keyCount)), `${keys} of ${keyCount} keys read`);
      }
    },
  };
}

async function replay(
  storage: Storage,
  { course, salvage, survivors }: Taken,
  deps: RecoveryDeps,
): Promise<void> {
  const { crypto, onProgress, signal } = deps;
  const { mark } = course.base.founding;
  const chain = new ChainDigest(crypto);
  let { digest } = mark;
  const check = (at: number): void => {
    for (const { name, log } of survivors) {
      if (log.recovered.learned !== at || log.recovered.digest === digest) continue;
      throw new WrongDigestError(`the digest at slot ${at} is not the one that ${name} has`);
    }
  };
  check(mark.watermark);
  await new Promise<void>((resolve, reject) => {
    new Replay({
      state: storage.state(GROUP_ZERO),
      valueAt: (at) => salvage.read(at),
      end: course.end,
      crypto,
      timers: new SystemTimers(),
      onApplied: (at, value) => {
        signal.throwIfAborted();
        digest = chain.extend(digest, at, value);
        check(offsetSlot(at, 1));
        const slots = course.end - mark.watermark;
        const done = at + 1 - mark.watermark;
        onProgress(done / slots, `${done} of ${slots} slots applied`);
      },
      onEnd: (error) => (error === undefined ? resolve() : reject(error)),
    });
  });
}

function writtenSnapshot(storage: Storage): Promise<SnapshotManifest> {
  return new Promise((resolve) => storage.snapshots(GROUP_ZERO).write(resolve));
}

async function save(storage: Storage, manifest: SnapshotManifest, deps: RecoveryDeps): Promise<void> {
  const { crypto, onProgress, signal } = deps;
  const writer = new SnapshotFileWriter(crypto, manifest);
  const file = await deps.createFile();
  try {
    await file.write(writer.header());
    for (let index = 0; index < manifest.chunks; index++) {
      signal.throwIfAborted();
      const chunk = storage.snapshots(GROUP_ZERO).readChunk(index);
      if (chunk === undefined) {
        const message =
          "the snapshot in the scratch directory was damaged at once: look at this disk (dmesg)";
        throw new ProgramError(message, { exitCode: EXIT_CODES.local, code: "file" });
      }
      await file.write(writer.chunk(chunk));
      onProgress((index + 1) / manifest.chunks, `${index + 1} of ${manifest.chunks} chunks written`);
    }
    await file.write(writer.trailer());
    await file.finish();
  } finally {
    await file.abandon();
  }
}
