import { statSync } from "node:fs";
import type { SnapshotFileCode } from "../storage/snapshot-file.ts";
import { SnapshotFileError } from "../storage/snapshot-file.ts";
import type { Run } from "./command.ts";
import type { ExitCode } from "./exit-codes.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { filePieces } from "./file-pieces.ts";
import { ProgramError } from "./program-error.ts";
import { ProgressLine } from "./progress-line.ts";

const EXIT_BY_CODE: Readonly<Record<SnapshotFileCode, ExitCode>> = {
  // A flipped bit in its first bytes makes it one of these, too.
  not_a_snapshot: EXIT_CODES.unhealthy,
  other_format: EXIT_CODES.unsafe,
  damaged: EXIT_CODES.unhealthy,
};

/** What is wrong with a snapshot's file as the program's last line; any other error is passed on as it is. */
export function snapshotProblem(error: unknown, file: string): unknown {
  if (!(error instanceof SnapshotFileError)) return error;
  const message = `${nameOf(file)}: ${error.message}`;
  return new ProgramError(message, { exitCode: EXIT_BY_CODE[error.code], code: error.code });
}

/** The pieces of the file, or of stdin when it is `-`; how much of it is read shows at the foot of the terminal. */
export async function* snapshotPieces(
  run: Run,
  file: string,
  doing: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const progress = new ProgressLine(run.terminal, () => performance.now());
  const isQuiet = run.args.flag("quiet");
  const all = file === "-" ? undefined : bytesOf(file);
  let read = 0;
  try {
    for await (const piece of file === "-" ? run.terminal.input() : filePieces(file)) {
      yield piece;
      read += piece.length;
      const fraction = all === undefined ? undefined : read / Math.max(1, all);
      if (!isQuiet) progress.show(fraction, `${doing} ${(read / 2 ** 20).toFixed(0)} MiB`);
    }
  } finally {
    progress.clear();
  }
}

function nameOf(file: string): string {
  return file === "-" ? "standard input" : file;
}

/** What reading it says, when this cannot be told. */
function bytesOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
