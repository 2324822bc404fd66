import { readFileSync } from "node:fs";

/** Linux counts the CPU time that it shows in /proc in units of 1/100 s, whatever the kernel's own clock. */
const CPU_TICK_US = 10_000;

/** What a process used since it started, all its threads together. */
export interface ProcessUsage {
  readonly cpuUs: number;
  /** Bytes of pages that it dirtied in files: what storage will have to write, the journal not counted. */
  readonly bytesWritten: number;
}

/** The processes' usage together. Throws when one of them is gone. */
export function usageOf(pids: readonly number[]): ProcessUsage {
  let cpuUs = 0;
  let bytesWritten = 0;
  for (const pid of pids) {
    cpuUs += parseCpuUs(readFileSync(`/proc/${pid}/stat`, "latin1"));
    bytesWritten += parseBytesWritten(readFileSync(`/proc/${pid}/io`, "latin1"));
  }
  return { cpuUs, bytesWritten };
}

/** CPU time of everything on the machine, idle time not counted. */
export function machineCpuUs(): number {
  return parseMachineCpuUs(readFileSync("/proc/stat", "latin1"));
}

/** Of /proc/PID/stat: user and system time. Source: proc(5), fields 14 and 15. */
export function parseCpuUs(stat: string): number {
  // The program's name, in parentheses, may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * CPU_TICK_US;
}

/** Of /proc/PID/io. Source: proc(5). */
export function parseBytesWritten(io: string): number {
  return Number(/^write_bytes: (\d+)$/m.exec(io)?.[1]);
}

/** Of /proc/stat: user, nice, system, irq, softirq and steal, but not idle and iowait. Source: proc(5). */
export function parseMachineCpuUs(stat: string): number {
  const [user, nice, system, , , irq, softirq, steal] = (stat.split("\n", 1)[0] ?? "")
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (
    [user, nice, system, irq, softirq, steal].reduce<number>((sum, ticks) => sum + (ticks ?? 0), 0) *
    CPU_TICK_US
  );
}
