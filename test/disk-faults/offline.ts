import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FlippedBit, flip } from "./flipped-bit.ts";

const CHILD = join(import.meta.dirname, "offline-child.js");
/** Copies that are on the disk at the same time. */
const BATCH = 20;

/** Opens a copy of the directory for each flipped bit of its file, and counts what became of them. */
export async function judgeOffline(
  directory: string,
  file: string,
  bits: readonly FlippedBit[],
): Promise<ReadonlyMap<string, number>> {
  const scratch = mkdtempSync(join(tmpdir(), "kvd-flips-"));
  const counts = new Map<string, number>();
  try {
    const whole = join(scratch, "whole");
    cpSync(directory, whole, { recursive: true });
    for (let from = 0; from < bits.length; from += BATCH) {
      const copies = bits.slice(from, from + BATCH).map((bit, index) => {
        const copy = join(scratch, `copy-${index}`);
        rmSync(copy, { recursive: true, force: true });
        cpSync(directory, copy, { recursive: true });
        flip(join(copy, file), bit);
        return { copy, bit };
      });
      const outcomes = await outcomesOf(
        whole,
        copies.map(({ copy }) => copy),
      );
      for (const { copy, bit } of copies) {
        const outcome = outcomes.get(copy) ?? "nothing";
        const isCause = /^[a-z_]+$/.test(outcome);
        const text = isCause ? outcome : `byte ${bit.offset}, bit ${bit.bit} of ${file}: ${outcome}`;
        counts.set(text, (counts.get(text) ?? 0) + 1);
      }
    }
    return counts;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Runs the child over the copies; LMDB may end it by a signal, which is what became of that copy. */
async function outcomesOf(whole: string, copies: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const outcomes = new Map<string, string>();
  let left = [...copies];
  while (left.length > 0) {
    const { text, end } = await run([whole, ...left]);
    for (const line of text.split("\n").slice(0, -1)) {
      const [copy = "", ...outcome] = line.split(" ");
      outcomes.set(copy, outcome.join(" "));
    }
    left = left.filter((copy) => !outcomes.has(copy));
    const dead = left.shift();
    if (dead !== undefined) outcomes.set(dead, `the process died of ${end}`);
  }
  return outcomes;
}

function run(args: readonly string[]): Promise<{ readonly text: string; readonly end: string }> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += String(chunk);
  });
  return new Promise((resolve) => {
    child.on("close", (status, signal) => resolve({ text, end: String(signal ?? status) }));
  });
}
