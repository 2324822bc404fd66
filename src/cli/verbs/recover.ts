import { toHex } from "../../base/bytes.ts";
import { SystemCrypto } from "../../io/system-crypto.ts";
import { UnequalValuesError } from "../../paxos/salvage.ts";
import { UnsoundBaseError } from "../../storage/offline-base.ts";
import type { SnapshotManifest } from "../../storage/snapshot.ts";
import { SnapshotFileError } from "../../storage/snapshot-file.ts";
import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { Interruption } from "../interruption.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { ProgressLine } from "../progress-line.ts";
import { type RecoveryDeps, WrongDigestError, writeRecovered } from "../recovered-snapshot.ts";
import { type Recovery, recoveryFields, recoveryLines } from "../recovery-lines.ts";
import { type Course, lastWriteOf, planRecovery, type RecoveryPlan } from "../recovery-plan.ts";
import { formatOf, print, printJson } from "../session.ts";
import { formatBytes } from "../status-table.ts";
import { openSurvivors } from "../survivors.ts";
import { refuseExisting, WholeFile } from "../whole-file.ts";

const BACKUP_ADVICE = "restore the last backup with 'kvadm snapshot restore'";

/** `kvadm recover`: what is left of a cluster whose majority is gone for good, as a snapshot. */
export const recoverCommand: Command = {
  usage: "recover <data-dirs..>",
  describe:
    "when the majority of a cluster is gone for good: make a snapshot of what the data directories of stopped nodes still hold, and say what may be lost",
  positionals: {
    "data-dirs": { type: "string", describe: "data directories of members that are left, all there are" },
  },
  options: {
    out: { type: "string", describe: "the snapshot's file, for kvadm snapshot restore" },
    unsafe: { type: "boolean", describe: "acknowledged writes may be lost, and nothing else is left to do" },
    "dry-run": { type: "boolean", describe: "only say what would be recovered, and what may be lost" },
    force: { type: "boolean", describe: "replace a file that is there" },
  },
  examples: [
    ["$0 recover /var/lib/kvd --dry-run", "what the directory holds, and what may be lost"],
    ["$0 recover n1/ n2/ --out left.snap --unsafe", "together they may reach farther than each alone"],
    ["$0 snapshot restore left.snap --single --data-dir new/", "and then a new cluster of it"],
  ],
  run: recover,
};

async function recover(run: Run): Promise<ExitCode> {
  const { args } = run;
  const file = args.optionalText("out");
  const isDryRun = args.flag("dry-run");
  if (file === undefined && !isDryRun)
    throw usageError("give --out FILE for the snapshot, or --dry-run to see what it would hold");
  if (file === "-") throw usageError("--out needs the name of a file: standard output takes the plan alone");
  const { survivors, close } = await openSurvivors(args.texts("data-dirs"), new SystemCrypto());
  try {
    const plan = planRecovery(survivors);
    const [best] = plan.courses;
    if (best === undefined) throw nothingLeft(plan);
    if (isDryRun || file === undefined) {
      show(run, recoveryOf(plan, best), undefined);
      refuseMajority(plan);
      return EXIT_CODES.done;
    }
    refuseMajority(plan);
    if (!args.flag("unsafe")) throw unacknowledged();
    if (!args.flag("force")) refuseExisting(file);
    const { course, manifest } = await writeFirst(run, plan, file);
    show(run, recoveryOf(plan, course), { file, manifest });
    return EXIT_CODES.done;
  } catch (error) {
    throw contradictionOf(
      error,
      survivors.map(({ name }) => name),
    );
  } finally {
    await close();
  }
}

function recoveryOf(plan: RecoveryPlan, course: Course): Recovery {
  return { plan, course, lastWrite: lastWriteOf(plan, course) };
}

/** By the first course whose base is sound, if it leads as far as the best one: else the plan was another one. */
async function writeFirst(
  run: Run,
  plan: RecoveryPlan,
  file: string,
): Promise<{ readonly course: Course; readonly manifest: SnapshotManifest }> {
  const reasons: string[] = [];
  const [best] = plan.courses;
  for (const course of plan.courses) {
    if (course.end < (best?.end ?? course.end)) throw shortened(reasons, course, best?.end ?? course.end);
    try {
      return { course, manifest: await write(run, { plan, course, file }) };
    } catch (error) {
      const isUnsound =
        error instanceof UnsoundBaseError ||
        error instanceof SnapshotFileError ||
        error instanceof WrongDigestError;
      if (!isUnsound) throw error;
      const reason = `cannot begin with ${course.base.title}: ${error.message}`;
      run.terminal.err(`kvadm: ${reason}\n`);
      reasons.push(reason);
    }
  }
  throw damaged(`${reasons.join("; ")}: ${BACKUP_ADVICE}`);
}

async function write(
  run: Run,
  { plan, course, file }: { readonly plan: RecoveryPlan; readonly course: Course; readonly file: string },
): Promise<SnapshotManifest> {
  const interruption = new Interruption();
  const progress = new ProgressLine(run.terminal, () => performance.now());
  const isQuiet = run.args.flag("quiet");
  const mayReplace = run.args.flag("force");
  const deps: RecoveryDeps = {
    crypto: new SystemCrypto(),
    scratch: `${file}.${process.pid}.scratch`,
    createFile: () => WholeFile.create(file, mayReplace),
    onProgress: (fraction, what) => {
      if (!isQuiet) progress.show(fraction, what);
    },
    signal: interruption.signal,
    fatal: (reason) => {
      run.terminal.err(`kvadm: ${reason}; nothing was written: is there room beside '${file}'?\n`);
      return process.exit(EXIT_CODES.local);
    },
  };
  try {
    return await writeRecovered({ ...plan, course }, deps);
  } catch (error) {
    const exitCode = interruption.status;
    if (exitCode === undefined) throw error;
    throw new ProgramError("interrupted; nothing was written", {
      exitCode,
      code: "interrupted",
      cause: error,
    });
  } finally {
    progress.clear();
    interruption.release();
  }
}

function show(
  run: Run,
  recovery: Recovery,
  written: { readonly file: string; readonly manifest: SnapshotManifest } | undefined,
): void {
  const isJson = formatOf(run, "table") === "json";
  const machine = written?.manifest.machine;
  if (isJson) {
    const result =
      written === undefined
        ? {}
        : {
            file: written.file,
            keys: machine?.keyCount,
            revision: machine?.revision,
            hash: toHex(written.manifest.hash),
          };
    printJson(run, "recovery", { dry_run: written === undefined, ...recoveryFields(recovery), ...result });
    return;
  }
  print(
    run,
    recoveryLines(recovery)
      .map(([title, text]) => `${title.padEnd(13)}${text}\n`)
      .join(""),
  );
  if (written === undefined) return;
  const { file, manifest } = written;
  const { keyCount, revision } = manifest.machine;
  print(
    run,
    `${file}: ${formatBytes(manifest.bytes)}, ${keyCount} keys at revision ${revision}; make a new cluster of it ` +
      "with 'kvadm snapshot restore', and never start a node of the old one again\n",
  );
}

/** Nothing needs to be given up where a majority can be started. */
function refuseMajority({ majority }: RecoveryPlan): void {
  if (majority === undefined) return;
  const message =
    `${majority.join(" and ")} are a majority of the voters, and their directories are sound: start these nodes, ` +
    "and nothing is lost";
  throw new ProgramError(message, { exitCode: EXIT_CODES.unsafe, code: "majority" });
}

function unacknowledged(): ProgramError {
  const message =
    "acknowledged writes may be lost: see which with --dry-run, and add --unsafe when no majority can be brought back";
  return new ProgramError(message, { exitCode: EXIT_CODES.unsafe, code: "unsafe" });
}

function nothingLeft({ survivors }: RecoveryPlan): ProgramError {
  const faults = survivors.flatMap(({ name, faults: own }) => own.map((fault) => `${name}: ${fault}`));
  return damaged(`no state is left to begin with (${faults.join("; ")}): ${BACKUP_ADVICE}`);
}

function shortened(reasons: readonly string[], { base, end }: Course, planned: number): ProgramError {
  return damaged(
    `${reasons.join("; ")}; what is left without it begins with ${base.title} and ends at slot ${end}, not ${planned}: ` +
      `${BACKUP_ADVICE}, or take what is left from a copy of the directory without what is damaged`,
  );
}

function damaged(message: string): ProgramError {
  return new ProgramError(message, { exitCode: EXIT_CODES.unhealthy, code: "damaged" });
}

function contradictionOf(error: unknown, names: readonly string[]): unknown {
  if (!(error instanceof UnequalValuesError)) return error;
  const [one, other] = error.holders.map((holder) => names[holder]);
  const message =
    `${one} and ${other} hold different values for slot ${error.slot}, where there can be but one: one of the two is ` +
    "not to be trusted; recover from one of them alone";
  return new ProgramError(message, { exitCode: EXIT_CODES.unhealthy, code: "contradiction", cause: error });
}
