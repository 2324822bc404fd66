import { closeSync, constants, fdatasyncSync, openSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { EXIT_CODES } from "./exit-codes.ts";
import type { Finding } from "./findings.ts";
import { ProgramError } from "./program-error.ts";

const WRITES = 50;
const WRITE_BYTES = 4096;
/** As a leader looks at its own writes. */
const SLOW_MS = 75;
const DULL_MS = 25;

/** How long syncs take on the disk of a directory, ascending, ms: of a file that is made there, and removed again. */
export function measureDisk(directory: string, nowMs: () => number): readonly number[] {
  const path = join(directory, `doctor-${process.pid}.tmp`);
  try {
    const file = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
    try {
      const page = new Uint8Array(WRITE_BYTES);
      return Array.from({ length: WRITES }, () => {
        const startMs = nowMs();
        writeSync(file, page);
        fdatasyncSync(file);
        return nowMs() - startMs;
      }).sort((left, right) => left - right);
    } finally {
      closeSync(file);
      unlinkSync(path);
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new ProgramError(`cannot measure the disk of ${directory}: ${code}`, {
      exitCode: EXIT_CODES.local,
      code: "disk",
      cause: error,
    });
  }
}

/** What the times show; nothing when the disk is quick. */
export function diskFindings(directory: string, times: readonly number[]): readonly Finding[] {
  const p99 = times[Math.ceil(0.99 * times.length) - 1] ?? 0;
  if (p99 <= DULL_MS) return [];
  const p50 = times[Math.ceil(0.5 * times.length) - 1] ?? 0;
  return [
    {
      severity: p99 > SLOW_MS ? "warning" : "advice",
      subject: "this host",
      evidence: `${directory}: of ${times.length} syncs half took ${p50.toFixed(1)} ms or less, 99 % ${p99.toFixed(1)} ms`,
      consequence: "every promise and every write waits for one",
      remedy:
        "iostat -x 1: who else uses the disk? one with its own cache and power protection syncs in less than 1 ms",
    },
  ];
}
