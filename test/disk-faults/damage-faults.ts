import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runToEnd } from "../../src/dev/programs.ts";
import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { type Bench, lastLine } from "./bench.ts";
import { Deviation, type Fault } from "./fault.ts";
import { type FlippedBit, flip } from "./flipped-bit.ts";
import { judgeOffline } from "./offline.ts";

const PAGE = 4096;
const KVADM = fileURLToPath(new URL("../../../bin/kvadm", import.meta.url));
const LISTING_BYTES_MAX = 256 * 1024 * 1024;
/** Judged without a cluster, each in a copy. */
const FLIPS = 100;
/** Of these, so many are started in the cluster. */
const FLIPS_STARTED = 5;

const FILES = ["log", "state", "snapshot"] as const;
type FileKind = (typeof FILES)[number];

const LENGTHS: Readonly<Record<string, (file: string) => void>> = {
  empty: (file) => truncateSync(file, 0),
  "one page": (file) => truncateSync(file, PAGE),
  "half of it": (file) => truncateSync(file, Math.floor(statSync(file).size / PAGE / 2) * PAGE),
  "all but a page": (file) => truncateSync(file, statSync(file).size - PAGE),
  "an odd length": (file) => truncateSync(file, Math.floor(statSync(file).size * 0.7) | 1),
  "all zeros": (file) => writeFileSync(file, new Uint8Array(statSync(file).size)),
};

/** Files whose content is not what was written. */
export const DAMAGE_FAULTS: readonly Fault[] = FILES.flatMap((kind): readonly Fault[] => [
  {
    name: `${kind}: ${FLIPS} flipped bits`,
    promised: kind === "log" ? "mended, or refused: exit 7 or 8" : "mended",
    run: (bench) => flips(bench, kind),
  },
  {
    name: `${kind}: cut or zeroed`,
    promised: kind === "log" ? "refused: exit 7; or all slots are there" : "mended",
    run: (bench) => cuts(bench, kind),
  },
]);

async function flips(bench: Bench, kind: FileKind): Promise<string> {
  const { name, dir, saved } = await victimWithSnapshot(bench);
  const bytes = readFileSync(fileIn(saved, kind));
  const positions = Array.from({ length: FLIPS }, (_, index) => position(bytes, index, bench.random));
  const counts = await judgeOffline(saved, relativeFile(saved, kind), positions);
  const wrong = [...counts].find(
    ([outcome]) => !/^(harmless|found|damaged|amnesia|newer_format)$/.test(outcome),
  );
  if (wrong !== undefined) throw new Deviation(`offline: ${wrong[0]}`);
  const seen: string[] = [];
  let before = saved;
  for (const at of positions.slice(0, FLIPS_STARTED)) {
    bench.copy(before, dir);
    flip(fileIn(dir, kind), at);
    const outcome = await startDamaged(bench, name, kind, `byte ${at.offset}, bit ${at.bit}`);
    seen.push(outcome);
    // Who has taken part again goes on from what it has now.
    if (outcome === "equal") before = await keep(bench, name);
  }
  await comeBack(bench, name, before);
  const offline = [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(", ");
  return `offline ${offline}; started: ${seen.join(", ")}`;
}

async function cuts(bench: Bench, kind: FileKind): Promise<string> {
  const { name, dir, saved } = await victimWithSnapshot(bench);
  const seen: string[] = [];
  let before = saved;
  for (const [what, damage] of Object.entries(LENGTHS)) {
    if (!existsSync(fileIn(before, kind))) break;
    bench.copy(before, dir);
    damage(fileIn(dir, kind));
    // At the end of a file there may be free pages alone.
    const isWhole = kind !== "log" || (await logOf(dir)) === (await logOf(before));
    const outcome = await startDamaged(bench, name, kind, what);
    if (outcome === "equal" && !isWhole) throw new Deviation(`${what}: it runs`);
    seen.push(outcome);
    if (outcome === "equal") before = await keep(bench, name);
  }
  await comeBack(bench, name, before);
  return [...new Set(seen)].join(", ");
}

/** The promise and all slots of a log, or why they cannot be read. */
async function logOf(dir: string): Promise<string> {
  const args = [KVADM, "inspect", dir, "--log", "--limit", "100000", "-o", "json"];
  const options = { maxBuffer: LISTING_BYTES_MAX };
  try {
    const { promised, slots } = JSON.parse(
      (await promisify(execFile)(process.execPath, args, options)).stdout,
    );
    return JSON.stringify({ promised, slots });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What became of a node with a damaged file: the others' equal, or refused with a line that helps. */
async function startDamaged(bench: Bench, name: string, kind: FileKind, what: string): Promise<string> {
  bench.start(name);
  const outcome = await bench.outcome(name);
  if (outcome === "equal") return "equal";
  const said = lastLine(outcome.text);
  const isRefusal = outcome.status === 7 || outcome.status === 8;
  const helps = /: .*(put the|leave this node out|upgrade|version)/.test(said);
  if (kind !== "log" || !isRefusal || !helps)
    throw new Deviation(`${kind}, ${what}: ended with ${outcome.status ?? outcome.signal}: ${said}`);
  return `exit ${outcome.status}`;
}

/** Ends it, and keeps its directory. */
async function keep(bench: Bench, name: string): Promise<string> {
  // All rows of the state are read for it, those of which nobody else has read anything, too.
  const restarts = await bench.restartsDuring(name, makeSnapshot(bench, name));
  if (restarts > 0) await bench.returns(name);
  await bench.kill(name);
  const { dir } = bench.member(name);
  bench.copy(dir, `${dir}.saved`);
  return `${dir}.saved`;
}

async function comeBack(bench: Bench, name: string, from: string): Promise<void> {
  bench.copy(from, bench.member(name).dir);
  bench.start(name);
  await bench.returns(name);
}

/** As `victim`, with a snapshot on its disk. */
async function victimWithSnapshot(bench: Bench): ReturnType<Bench["victim"]> {
  const name = await bench.follower();
  await makeSnapshot(bench, name);
  return bench.victimNamed(name);
}

/** A node makes one for whoever saves it. */
async function makeSnapshot(bench: Bench, name: string): Promise<void> {
  const { endpoint } = bench.member(name);
  const file = join(bench.directory, "saved.snap");
  await runToEnd("kvadm", ["snapshot", "save", "--endpoints", endpoint, "--force", file]);
}

function relativeFile(dir: string, kind: FileKind): string {
  const pattern = kind === "log" ? /^log$/ : new RegExp(`^${kind}-[0-9]+$`);
  return join(readdirSync(dir).find((one) => pattern.test(one)) ?? kind, "data.mdb");
}

function fileIn(dir: string, kind: FileKind): string {
  return join(dir, relativeFile(dir, kind));
}

/** Half of them in the headers and pointers of pages, where LMDB itself stumbles. */
function position(bytes: Uint8Array, index: number, random: SeededRandom): FlippedBit {
  const page = random.below(Math.floor(bytes.length / PAGE)) * PAGE;
  const offset = index % 2 === 0 ? random.below(bytes.length) : page + random.below(64);
  return { offset, bit: random.below(8) };
}
