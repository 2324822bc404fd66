import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import t from "tap";
import { openDataDirectory } from "../../src/storage/data-directory.ts";
import { deps, write } from "../contract/storage-fixture.ts";
import { writesOfLog } from "./flipped-log.ts";
import { initialised } from "./scratch.ts";

const CHILD = join(import.meta.dirname, "verify-child.js");
const FLIPS = 100;
/** Fixed, so that a failure can be looked at again. */
const SEED = 20_260_401;

/** Runs the child over the copies; one that ends the process by a signal is set down as such. */
function verifyAll(copies: readonly string[]): Map<string, string> {
  const outcomes = new Map<string, string>();
  let left = [...copies];
  while (left.length > 0) {
    const run = spawnSync(process.execPath, [CHILD, ...left], { encoding: "utf8" });
    for (const line of run.stdout.split("\n").slice(0, -1)) {
      const [copy = "", ...outcome] = line.split(" ");
      outcomes.set(copy, outcome.join(" "));
    }
    left = left.filter((copy) => !outcomes.has(copy));
    const [dead] = left;
    if (dead === undefined) break;
    outcomes.set(dead, `died of ${run.signal ?? run.status}`);
    left.shift();
  }
  return outcomes;
}

t.test("a flipped bit anywhere in the log is found or without effect: never wrong data", async (t) => {
  const whole = await initialised(t);
  const storage = await openDataDirectory(whole, deps);
  await write(storage, ...writesOfLog());
  await storage.close();
  const file = readFileSync(join(whole, "log", "data.mdb"));

  const copies = new Map<string, string>();
  let random = SEED;
  const below = (limit: number): number => {
    random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((random / 2 ** 32) * limit);
  };
  for (let flip = 0; flip < FLIPS; flip++) {
    // Half of them in the headers and pointers of pages, where LMDB itself stumbles.
    const offset = flip % 2 === 0 ? below(file.length) : below(file.length / 4096) * 4096 + below(64);
    const copy = join(dirname(whole), `copy-${flip}`);
    cpSync(whole, copy, { recursive: true });
    const flipped = Buffer.from(file);
    const bit = below(8);
    flipped[offset] = (flipped[offset] ?? 0) ^ (1 << bit);
    writeFileSync(join(copy, "log", "data.mdb"), flipped);
    copies.set(copy, `byte ${offset} (page ${Math.floor(offset / 4096)} + ${offset % 4096}), bit ${bit}`);
  }
  const counts = new Map<string, number>();
  for (const [copy, outcome] of verifyAll([...copies.keys()])) {
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    const sound = ["harmless", "damaged", "amnesia", "newer_format"].includes(outcome);
    if (!sound) t.fail(`${copies.get(copy)}: ${outcome}`);
  }
  t.comment(`${FLIPS} flips: ${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ")}`);
  t.ok((counts.get("damaged") ?? 0) > 0, "damage was done");
  t.equal(counts.get("wrong"), undefined);
});
