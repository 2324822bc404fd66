import { readFileSync } from "node:fs";

/**
 * A process told apart from every other that had or will have its pid: `startTicks` is when it started,
 * in clock ticks since boot.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
}

export type ProcessState = "running" | "paused" | "stopped";

interface Stat {
  readonly letter: string;
  readonly startTicks: number;
}

/** The identity of a process that lives now, or undefined. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat === undefined ? undefined : { pid, startTicks: stat.startTicks };
}

export function stateOf(identity: ProcessIdentity | undefined): ProcessState {
  const stat = identity === undefined ? undefined : readStat(identity.pid);
  if (stat === undefined || stat.startTicks !== identity?.startTicks) return "stopped";
  return stat.letter === "T" ? "paused" : "running";
}

/** Signals that very process; false, and nothing is signalled, when it is gone and its pid may be another's. */
export function signalProcess(identity: ProcessIdentity | undefined, signal: NodeJS.Signals): boolean {
  if (identity === undefined || stateOf(identity) === "stopped") return false;
  try {
    return process.kill(identity.pid, signal);
  } catch {
    return false;
  }
}

/** From /proc/PID/stat; a process that only waits to be reaped counts as gone. */
function readStat(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The command's name stands in parentheses and may contain anything; the fields after it are numbered from 3.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const letter = fields[0] ?? "Z";
  if (letter === "Z" || letter === "X") return undefined;
  return { letter, startTicks: Number(fields[19]) };
}
