import { readFileSync, writeFileSync } from "node:fs";

export interface FlippedBit {
  readonly offset: number;
  readonly bit: number;
}

/** A file that is shorter by now has it further in front. */
export function flip(file: string, { offset, bit }: FlippedBit): void {
  const bytes = readFileSync(file);
  const at = offset % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
  writeFileSync(file, bytes);
}
