import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { GROUP_ZERO } from "../../src/base/ids.ts";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { openDataDirectory } from "../../src/storage/data-directory.ts";
import type { SnapshotManifest } from "../../src/storage/snapshot.ts";
import type { Storage } from "../../src/storage/storage.ts";
import {
  bytesOf,
  deps,
  entryWrite,
  flush,
  keyRow,
  learned,
  pattern,
  plain,
  promise,
  record,
  sliceOf,
  truncate,
  write,
} from "../contract/storage-fixture.ts";
import { initialised } from "./scratch.ts";

const CHILD = join(import.meta.dirname, "snapshot-child.js");
const KEYS = 2500;

const keyAt = (index: number): Uint8Array => bytesOf(`key-${String(index).padStart(5, "0")}`);

/** A directory whose state has KEYS keys at watermark 50, and whose log is learned up to 100. */
async function filled(t: Test): Promise<string> {
  const path = await initialised(t);
  const storage = await openDataDirectory(path, deps);
  const writes = Array.from({ length: 99 }, (_, index) => entryWrite(index + 1, pattern(10, index)));
  await write(storage, promise(1), ...writes, learned(100));
  const rows = Array.from({ length: KEYS }, (_, index) => keyRow(keyAt(index), record(pattern(300, index))));
  await flush(storage.state(GROUP_ZERO), sliceOf(1, 50, rows, KEYS));
  await storage.close();
  return path;
}

function snapshotOf(storage: Storage): Promise<SnapshotManifest> {
  return new Promise((resolve) => storage.snapshots(GROUP_ZERO).write(resolve));
}

/** Whether the state has every key with its value. */
function isFull(storage: Storage): boolean {
  const rows = [...storage.state(GROUP_ZERO).range(new Uint8Array(0), undefined)];
  const isRight = rows.every(([, { value }], index) => Buffer.compare(value, pattern(300, index)) === 0);
  return rows.length === KEYS && isRight;
}

function directories(path: string, kind: string): string[] {
  return readdirSync(path).filter((name) => name.startsWith(`${kind}-`));
}

t.test("a process killed at any step leaves a state and a snapshot that are whole, or none", async (t) => {
  const source = await filled(t);
  const target = await initialised(t);
  let isEnded = false;
  const watermarks = new Set<number>();
  for (let step = 1; !isEnded; step += step < 12 ? 3 : 7) {
    const [from, to] = [join(source, `../source-${step}`), join(target, `../target-${step}`)];
    cpSync(source, from, { recursive: true });
    cpSync(target, to, { recursive: true });
    const run = spawnSync(process.execPath, [CHILD, from, to, String(step)], { encoding: "utf8" });
    isEnded = run.status === 0;
    if (!isEnded && run.signal !== "SIGKILL") throw new Error(`step ${step}: ${run.stderr}`);

    const left = await openDataDirectory(from, deps);
    const { latest } = left.snapshots(GROUP_ZERO);
    const chunks = Array.from({ length: latest?.chunks ?? 0 }, (_, index) =>
      left.snapshots(GROUP_ZERO).readChunk(index),
    );
    t.ok(isFull(left) && !chunks.includes(undefined), `step ${step}: the source`);
    t.ok(directories(from, "snapshot").length <= 1, "no remains of a snapshot");
    await left.close();

    const right = await openDataDirectory(to, { ...deps, onStateLost: (reason) => t.fail(reason) });
    const { watermark } = right.state(GROUP_ZERO).recovered;
    watermarks.add(watermark);
    t.equal(right.recoverLog(GROUP_ZERO).learned, watermark);
    t.ok(watermark === 1 || isFull(right), `step ${step}: the target at ${watermark}`);
    t.same(directories(to, "state").length, 1, "no remains of a state");
    await right.close();
  }
  t.ok(watermarks.has(1) && watermarks.size >= 2, "it was killed before the install, and got beyond it");
});

t.test("flipped bits in a snapshot are found or without effect, and end no process", async (t) => {
  const whole = await filled(t);
  const storage = await openDataDirectory(whole, deps);
  const manifest = await snapshotOf(storage);
  await storage.close();
  const [name = ""] = directories(whole, "snapshot");
  const file = join(whole, name, "data.mdb");
  const sound = readFileSync(file);
  const random = new SeededRandom(4711);
  const outcomes = new Map<string, number>();
  for (let flip = 0; flip < 60; flip++) {
    const page = random.below(sound.length / 4096) * 4096;
    // Half of them in the headers and pointers of pages, where LMDB itself stumbles.
    const offset = flip % 2 === 0 ? random.below(sound.length) : page + random.below(64);
    const flipped = Buffer.from(sound);
    flipped[offset] = (flipped[offset] ?? 0) ^ (1 << random.below(8));
    mkdirSync(join(whole, name), { recursive: true });
    writeFileSync(file, flipped);
    const outcome = await outcomeOf(whole, manifest);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    t.not(outcome, "wrong", `byte ${offset}`);
  }
  t.ok((outcomes.get("chunk") ?? 0) > 5, JSON.stringify([...outcomes]));
});

/** What becomes of the snapshot: gone, or with a chunk that is found damaged, or as it was. */
async function outcomeOf(path: string, manifest: SnapshotManifest): Promise<string> {
  const storage = await openDataDirectory(path, deps);
  try {
    const snapshots = storage.snapshots(GROUP_ZERO);
    if (snapshots.latest === undefined) return "gone";
    if (JSON.stringify(plain(snapshots.latest)) !== JSON.stringify(plain(manifest))) return "wrong";
    for (let index = 0; index < manifest.chunks; index++) {
      if (snapshots.readChunk(index) !== undefined) continue;
      return snapshots.latest === undefined ? "chunk" : "wrong";
    }
    return "harmless";
  } finally {
    await storage.close();
  }
}

t.test("a snapshot whose file is cut, empty or missing is no snapshot, and the node starts", async (t) => {
  const whole = await filled(t);
  for (const harm of ["cut", "empty", "missing"]) {
    const storage = await openDataDirectory(whole, deps);
    await snapshotOf(storage);
    await storage.close();
    const [name = ""] = directories(whole, "snapshot");
    const file = join(whole, name, "data.mdb");
    if (harm === "missing") writeFileSync(join(whole, "snapshot-900"), "no directory");
    else truncateSync(file, harm === "cut" ? 40_960 : 0);
    const again = await openDataDirectory(whole, deps);
    t.equal(again.snapshots(GROUP_ZERO).latest !== undefined, harm === "missing", harm);
    await again.close();
    t.equal(existsSync(join(whole, "snapshot-900")), false);
  }
});

t.test("a newer snapshot takes the place of the one before", async (t) => {
  const path = await filled(t);
  const storage = await openDataDirectory(path, deps);
  const first = await snapshotOf(storage);
  await flush(storage.state(GROUP_ZERO), sliceOf(50, 51, [], KEYS));
  const second = await snapshotOf(storage);
  t.same([first.watermark, second.watermark], [50, 51]);
  t.same(plain(storage.snapshots(GROUP_ZERO).latest), plain(second));
  await storage.close();
  t.equal(directories(path, "snapshot").length, 1);
});

t.test("a snapshot that was not finished is given up when the storage is closed", async (t) => {
  const path = await filled(t);
  const storage = await openDataDirectory(path, deps);
  storage.snapshots(GROUP_ZERO).write(() => t.fail("done"));
  await flush(storage.state(GROUP_ZERO), sliceOf(50, 51, [], KEYS));
  await storage.close();
  t.same(directories(path, "snapshot"), []);
});

t.test("a state whose file is lost is made again of a large snapshot", async (t) => {
  const path = await filled(t);
  const storage = await openDataDirectory(path, deps);
  await snapshotOf(storage);
  await write(storage, truncate(50));
  await storage.close();
  const [name = ""] = directories(path, "state");
  truncateSync(join(path, name, "data.mdb"), 8192);
  const reasons: string[] = [];
  const again = await openDataDirectory(path, { ...deps, onStateLost: (reason) => reasons.push(reason) });
  t.ok(isFull(again));
  t.equal(reasons.length, 1);
  t.not(directories(path, "state")[0], name);
  await again.close();
  const third = await openDataDirectory(path, deps);
  t.ok(isFull(third), "for good");
  await third.close();
});
