import type { DataDirectoryCode } from "../storage/data-directory-error.ts";
import { DataDirectoryError } from "../storage/data-directory-error.ts";
import type { ExitCode } from "./exit-codes.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError } from "./program-error.ts";

/** The exit status says whether a restart can help: see `kvd help exit-codes`. */
const EXIT_BY_CODE: Readonly<Record<DataDirectoryCode, ExitCode>> = {
  missing: EXIT_CODES.local,
  unreadable: EXIT_CODES.local,
  empty: EXIT_CODES.local,
  not_empty: EXIT_CODES.unsafe,
  not_kvd: EXIT_CODES.unsafe,
  in_use: EXIT_CODES.unsafe,
  newer_format: EXIT_CODES.unsafe,
  damaged: EXIT_CODES.unhealthy,
  amnesia: EXIT_CODES.unhealthy,
};

/** What is wrong with a data directory as the program's last line; any other error is passed on as it is. */
export function dataDirectoryProblem(error: unknown): unknown {
  if (!(error instanceof DataDirectoryError)) return error;
  return new ProgramError(error.message, { exitCode: EXIT_BY_CODE[error.code], code: error.code });
}
