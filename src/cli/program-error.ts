import type { ExitCode } from "./exit-codes.ts";
import { EXIT_CODES } from "./exit-codes.ts";

export interface ProgramErrorOptions {
  readonly exitCode: ExitCode;
  /** For scripts, in snake case. */
  readonly code: string;
  /** Further fields of the JSON form. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Ends a program with one line on stderr for each thing that is wrong: what, why, and what to do. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, options: ProgramErrorOptions) {
    super(message, { cause: options.cause });
    this.exitCode = options.exitCode;
    this.code = options.code;
    this.details = options.details ?? {};
  }
}

/** The advice when the outcome is unknown and no repetition under the same request id can succeed. */
export const READ_AGAIN = "read the key to see what became of it";

/** There is no such thing: said with what the other surfaces say of it, since nothing was changed. */
export function notFound(
  what: string,
  details: Readonly<Record<string, unknown>> = {},
  code: "not_found" | "lease_not_found" = "not_found",
): ProgramError {
  return new ProgramError(what, {
    exitCode: EXIT_CODES.negative,
    code,
    details: { outcome: "not_applied", retryable: false, ...details },
  });
}

export function usageError(message: string): ProgramError {
  return new ProgramError(message, { exitCode: EXIT_CODES.usage, code: "usage" });
}
