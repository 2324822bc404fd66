import { fstatSync } from "node:fs";

/**
 * Whether what a descriptor takes goes to the journal: the service manager names the stream that it made by
 * device and inode, and a program that was started with another one inherits the variable all the same.
 */
export function isJournalStream(variable: string | undefined, descriptor: number): boolean {
  if (variable === undefined) return false;
  try {
    const { dev, ino } = fstatSync(descriptor);
    return variable === `${dev}:${ino}`;
  } catch {
    return false;
  }
}
