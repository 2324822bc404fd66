import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import type { ExitCode } from "./exit-codes.ts";
import { EXIT_CODES, passedOn } from "./exit-codes.ts";
import type { Interruption } from "./interruption.ts";
import { ProgramError } from "./program-error.ts";
import type { Terminal } from "./terminal.ts";

/** How long a command whose lock is lost may take to end by itself. */
const GRACE_MS = 5_000;

export interface HeldCommand {
  /** The program and its arguments; not empty. */
  readonly words: readonly string[];
  /** Beside what this process was given. */
  readonly environment: Readonly<Record<string, string>>;
  /** Aborted when the command may not go on. */
  readonly lost: AbortSignal;
  readonly interruption: Interruption;
}

/**
 * Runs a command to its end on this process's own streams; its exit status, as a shell would give it. When
 * `lost` is aborted it gets SIGTERM and, five seconds later, SIGKILL.
 */
export async function runHeld(command: HeldCommand, terminal: Terminal): Promise<ExitCode> {
  const [program = "", ...args] = command.words;
  const env = { ...terminal.environment, ...command.environment };
  const child = spawn(program, args, { stdio: "inherit", env });
  let killing: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill("SIGTERM");
    killing ??= setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  };
  command.lost.addEventListener("abort", stop, { once: true });
  if (command.lost.aborted) stop();
  command.interruption.each((name) => {
    // A terminal has sent Ctrl-C to the command as well.
    if (name !== "SIGINT" || !terminal.isInteractive) child.kill(name);
  });
  try {
    return await ended(child, program);
  } finally {
    clearTimeout(killing);
    command.lost.removeEventListener("abort", stop);
  }
}

function ended(child: ChildProcess, program: string): Promise<ExitCode> {
  return new Promise((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) => {
      const message = `cannot run '${program}': ${error.code ?? error.message}`;
      reject(new ProgramError(message, { exitCode: EXIT_CODES.local, code: "command", cause: error }));
    });
    child.once("exit", (status, signal) => {
      resolve(passedOn(signal === null ? (status ?? 0) : 128 + constants.signals[signal]));
    });
  });
}
