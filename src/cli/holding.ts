import { KvdError } from "../base/errors.ts";
import type { Lock } from "../client/lock.ts";
import type { Run } from "./command.ts";
import type { ExitCode } from "./exit-codes.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { runHeld } from "./held-command.ts";
import type { Interruption } from "./interruption.ts";
import { ProgramError } from "./program-error.ts";

/** What is held: a lock, or the leadership of an election. */
export type Held = Pick<Lock, "token" | "leaseId" | "lost"> & {
  /** What it is called in messages. */
  readonly title: string;
  /** The key that fences. */
  readonly keyText: string;
  readonly release: () => Promise<void>;
};

export interface Holding {
  readonly held: Held;
  /** The command to run meanwhile; without one it is held until the input ends. */
  readonly words: readonly string[];
  readonly interruption: Interruption;
}

/** Holds it while a command runs, or until the input ends or somebody interrupts; then lets it go. */
export async function holdDuring(run: Run, { held, words, interruption }: Holding): Promise<ExitCode> {
  const { lost } = held;
  let status: ExitCode = EXIT_CODES.done;
  try {
    if (words.length === 0) {
      await run.terminal.whenInputEnds(AbortSignal.any([lost, interruption.signal]));
    } else {
      const environment = {
        KVD_LOCK: held.keyText,
        KVD_FENCE: `${held.token}`,
        KVD_LEASE: `${held.leaseId}`,
      };
      status = await runHeld({ words, environment, lost, interruption }, run.terminal);
    }
  } finally {
    if (!lost.aborted) await release(run, held);
  }
  if (!lost.aborted) return words.length === 0 ? (interruption.status ?? status) : status;
  const why = lost.reason instanceof Error ? `: ${lost.reason.message}` : "";
  throw new ProgramError(`${held.title} was lost${why}`, { exitCode: EXIT_CODES.lost, code: "lost" });
}

/** Its end is not in doubt, only when it comes. */
async function release(run: Run, held: Held): Promise<void> {
  try {
    await held.release();
  } catch (error) {
    if (!(error instanceof KvdError)) throw error;
    run.terminal.err(`kvcli: ${held.title} ends by itself, in the time of its lease: ${error.message}\n`);
  }
}
