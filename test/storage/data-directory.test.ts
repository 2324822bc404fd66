import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import t, { type Test } from "tap";
import { GROUP_ZERO, slot } from "../../src/base/ids.ts";
import { withLearner } from "../../src/paxos/membership-step.ts";
import { initDataDirectory, openDataDirectory } from "../../src/storage/data-directory.ts";
import { liftFence, markFenced, markRetired } from "../../src/storage/directory-contents.ts";
import { FieldWriter } from "../../src/storage/layout.ts";
import { commitNew, LmdbEnvironment, STORAGE_OPTIONS } from "../../src/storage/lmdb-environment.ts";
import { readIdentity, readLogOffline } from "../../src/storage/offline-log.ts";
import { makeRecord, RECORD_TYPE } from "../../src/storage/record.ts";
import { FORMAT_KEY, LOG_TABLES } from "../../src/storage/schema.ts";
import {
  bytesOf,
  crypto,
  deps,
  entryAt,
  entryWrite,
  flush,
  IDENTITY,
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
import { joining } from "../paxos/fixtures.ts";
import { codeOf, initialised, scratch } from "./scratch.ts";

const open = (path: string) => openDataDirectory(path, deps);

/** A directory with 40 slots, 20 of them in the state. */
async function filled(t: Test, identity = IDENTITY): Promise<string> {
  const path = await initialised(t, identity);
  const storage = await open(path);
  const writes = Array.from({ length: 40 }, (_, index) => entryWrite(index + 1, pattern(5000, index)));
  await write(storage, promise(1), ...writes, learned(31));
  const rows = Array.from({ length: 20 }, (_, index) =>
    keyRow(bytesOf(`key ${index}`), record(pattern(300, index))),
  );
  await flush(storage.state(GROUP_ZERO), sliceOf(1, 21, rows, 20));
  await storage.close();
  return path;
}

t.test("init makes a private directory, and what it made can be opened", async (t) => {
  const path = join(scratch(t), "deep", "er");
  await initDataDirectory(path, IDENTITY, crypto);
  t.equal(statSync(path).mode & 0o777, 0o700);
  t.same(readdirSync(path).sort(), ["log", "state-1"]);
  const storage = await open(path);
  await storage.close();
});

t.test("a node that joins remembers by whom it was let in, apart from the genesis", async (t) => {
  const path = scratch(t);
  const joined = withLearner(IDENTITY.genesis, joining(9), "joining");
  await initDataDirectory(path, { ...IDENTITY, joined }, crypto);
  const storage = await open(path);
  t.match(storage.identity, { genesis: IDENTITY.genesis, joined });
  t.same(storage.recoverLog(GROUP_ZERO).membership, { since: slot(1), membership: IDENTITY.genesis });
  await storage.close();
});

t.test("init takes an empty directory and one that an init left half-made, nothing else", async (t) => {
  const path = scratch(t);
  mkdirSync(path);
  await initDataDirectory(path, IDENTITY, crypto);
  t.equal(await codeOf(t, initDataDirectory(path, IDENTITY, crypto)), "not_empty", "twice");
  renameSync(join(path, "log"), join(path, "log.new"));
  t.equal(await codeOf(t, open(path)), "empty", "half-made");
  await initDataDirectory(path, IDENTITY, crypto);
  await (await open(path)).close();

  const foreign = scratch(t);
  mkdirSync(foreign);
  writeFileSync(join(foreign, "notes.txt"), "mine");
  t.equal(await codeOf(t, initDataDirectory(foreign, IDENTITY, crypto)), "not_empty");
  t.equal(readFileSync(join(foreign, "notes.txt"), "utf8"), "mine", "and nothing is touched");
  t.equal(await codeOf(t, initDataDirectory(join(foreign, "notes.txt"), IDENTITY, crypto)), "not_kvd");
});

t.test("init makes missing parents, and gives up where no directory can be made", async (t) => {
  const path = join(scratch(t), "a", "b");
  await initDataDirectory(path, IDENTITY, crypto);
  await (await open(path)).close();
  t.equal(await codeOf(t, initDataDirectory("/proc/x/y", IDENTITY, crypto)), "unreadable");
});

t.test("a directory that lost its log is no init to be repeated", async (t) => {
  const path = scratch(t);
  await initDataDirectory(path, IDENTITY, crypto);
  rmSync(join(path, "log"), { recursive: true });
  t.equal(await codeOf(t, open(path)), "amnesia");
  t.equal(await codeOf(t, initDataDirectory(path, IDENTITY, crypto)), "not_empty");
});

t.test("a retired directory is never opened again, and says why", async (t) => {
  const path = scratch(t);
  await initDataDirectory(path, IDENTITY, crypto);
  markRetired(path, "an old copy");
  await t.rejects(open(path), { code: "amnesia", message: /an old copy/ });
  await t.rejects(open(path), { code: "amnesia" });
});

t.test("a fenced state is neither read nor made again, start after start", async (t) => {
  const path = await filled(t);
  markFenced(path, "it differs");
  for (let start = 0; start < 2; start++) {
    const storage = await open(path);
    const state = storage.state(GROUP_ZERO);
    t.match(state, { isLost: true, fence: "it differs" });
    t.same([...state.range(new Uint8Array(0), undefined)], []);
    t.equal(storage.snapshots(GROUP_ZERO).latest, undefined);
    await storage.close();
  }
  liftFence(path);
  const storage = await open(path);
  t.match(storage.state(GROUP_ZERO), { isLost: false, fence: undefined });
  await storage.close();
});

t.test("a missing, empty or foreign directory is told apart, and nothing is made in it", async (t) => {
  const path = scratch(t);
  t.equal(await codeOf(t, open(path)), "missing");
  t.notOk(existsSync(path));
  mkdirSync(path);
  t.equal(await codeOf(t, open(path)), "empty");
  t.same(readdirSync(path), []);
  writeFileSync(join(path, "notes.txt"), "mine");
  t.equal(await codeOf(t, open(path)), "not_kvd");
  t.equal(await codeOf(t, open(join(path, "notes.txt"))), "not_kvd");
  writeFileSync(join(path, "log"), "a file");
  t.equal(await codeOf(t, open(path)), "not_kvd");
});

t.test("a log whose file is missing, empty, cut off, random or without metas is never opened", async (t) => {
  const whole = await filled(t);
  const size = statSync(join(whole, "log", "data.mdb")).size;
  const cases: Record<string, (file: string) => void> = {
    missing: (file) => rmSync(file),
    empty: (file) => truncateSync(file, 0),
    "one byte": (file) => truncateSync(file, 1),
    "one page": (file) => truncateSync(file, 4096),
    "two pages": (file) => truncateSync(file, 8192),
    "half of it": (file) => truncateSync(file, Math.floor(size / 8192) * 4096),
    "all but a page": (file) => truncateSync(file, size - 4096),
    random: (file) => writeFileSync(file, pattern(size)),
    "page 0 zeroed": (file) => overwrite(file, 0),
    "page 1 zeroed": (file) => overwrite(file, 1),
  };
  for (const [name, damage] of Object.entries(cases)) {
    const path = join(dirname(whole), name.replaceAll(" ", "-"));
    cpSync(whole, path, { recursive: true });
    const file = join(path, "log", "data.mdb");
    damage(file);
    const before = existsSync(file) ? readFileSync(file) : undefined;
    t.equal(await codeOf(t, open(path)), "amnesia", name);
    await t.rejects(
      open(path),
      { message: /^(?!.*kvd init)/ },
      "a new directory under its name would be no help",
    );
    const after = existsSync(file) ? readFileSync(file) : undefined;
    t.ok(before === undefined ? after === undefined : after?.equals(before), "and it is left as it was");
  }
});

function overwrite(file: string, page: number): void {
  const bytes = readFileSync(file);
  bytes.fill(0, page * 4096, page * 4096 + 4096);
  writeFileSync(file, bytes);
}

t.test("a damaged state is rebuilt while the log reaches back to slot 1", async (t) => {
  const whole = await filled(t);
  const cases: Record<string, readonly [damage: (state: string) => void, why: RegExp]> = {
    "directory missing": [(state) => rmSync(state, { recursive: true }), /state-1\/data\.mdb is missing$/],
    "file missing": [(state) => rmSync(join(state, "data.mdb")), /state-1\/data\.mdb is missing$/],
    empty: [(state) => truncateSync(join(state, "data.mdb"), 0), /has 0 bytes/],
    "cut off": [(state) => truncateSync(join(state, "data.mdb"), 3 * 4096), /damaged/],
    random: [(state) => writeFileSync(join(state, "data.mdb"), pattern(40_000)), /has no meta on page 0/],
    condemned: [
      (state) => writeFileSync(join(state, "condemned"), "a record fails its checks"),
      /found damaged before: a record fails/,
    ],
  };
  for (const [name, [damage, why]] of Object.entries(cases)) {
    const path = join(dirname(whole), name.replaceAll(" ", "-"));
    cpSync(whole, path, { recursive: true });
    damage(join(path, "state-1"));
    const reasons: string[] = [];
    const onStateLost = (reason: string): void => void reasons.push(reason);
    const storage = await openDataDirectory(path, { ...deps, onStateLost });
    t.match(reasons, [why], `${name}: said once, with why`);
    const state = storage.state(GROUP_ZERO);
    t.equal(state.recovered.watermark, 1, name);
    t.equal(state.get(bytesOf("key 1")), undefined);
    t.equal(storage.recoverLog(GROUP_ZERO).learned, 31, "the log is untouched");
    await flush(state, sliceOf(1, 2, [keyRow(bytesOf("a"), record(bytesOf("b")))], 1));
    await storage.close();
    t.same(readdirSync(path).sort(), ["log", "state-2"]);
    const again = await openDataDirectory(path, { ...deps, onStateLost });
    t.equal(again.state(GROUP_ZERO).recovered.watermark, 2, "and stays");
    t.equal(reasons.length, 1, "and a start with a good state says nothing");
    await again.close();
  }
});

t.test(
  "a damaged state whose log is truncated is for others to give, and refused by who is alone",
  async (t) => {
    const path = await filled(t);
    const storage = await open(path);
    await write(storage, truncate(21));
    await storage.close();
    rmSync(join(path, "state-1", "data.mdb"));
    const told: string[][] = [];
    const onStateLost = (...words: string[]): void => void told.push(words);
    const lost = await openDataDirectory(path, { ...deps, onStateLost });
    t.equal(lost.state(GROUP_ZERO).isLost, true);
    t.match(told, [[/state-1\/data\.mdb is missing$/, "fetched"]]);
    await lost.close();

    const alone = { ...IDENTITY.genesis, members: IDENTITY.genesis.members.filter(({ id }) => id === 2) };
    const single = await filled(t, { ...IDENTITY, genesis: alone });
    const only = await open(single);
    await write(only, truncate(21));
    await only.close();
    rmSync(join(single, "state-1", "data.mdb"));
    t.equal(await codeOf(t, open(single)), "damaged");
  },
);

t.test("a state that is not of this log is not taken", async (t) => {
  const path = await filled(t);
  const other = scratch(t);
  await initDataDirectory(other, { ...IDENTITY, incarnation: new Uint8Array(16) }, crypto);
  copyFileSync(join(other, "state-1", "data.mdb"), join(path, "state-1", "data.mdb"));
  const rebuilt = await open(path);
  t.equal(rebuilt.state(GROUP_ZERO).recovered.watermark, 1, "of another node");
  await rebuilt.close();

  const ahead = await filled(t);
  const old = join(dirname(ahead), "old");
  cpSync(ahead, old, { recursive: true });
  const storage = await open(ahead);
  await write(storage, learned(40));
  await flush(storage.state(GROUP_ZERO), sliceOf(21, 40, [], 20));
  await storage.close();
  copyFileSync(join(ahead, "state-1", "data.mdb"), join(old, "state-1", "data.mdb"));
  const behind = await open(old);
  t.equal(behind.state(GROUP_ZERO).recovered.watermark, 1, "ahead of the log");
  await behind.close();
});

t.test("state directories that the pointer does not name are removed", async (t) => {
  const path = await filled(t);
  cpSync(join(path, "state-1"), join(path, "state-2"), { recursive: true });
  mkdirSync(join(path, "state-7"));
  const storage = await open(path);
  t.equal(storage.state(GROUP_ZERO).recovered.watermark, 21);
  t.same(
    readdirSync(path).filter((name) => name.startsWith("state")),
    ["state-1"],
  );
  await storage.close();
});

t.test("one process has it open at a time", async (t) => {
  const path = await filled(t);
  const storage = await open(path);
  t.equal(await codeOf(t, open(path)), "in_use");
  const link = `${path}-link`;
  symlinkSync(path, link);
  t.equal(await codeOf(t, open(link)), "in_use", "by whatever name");
  await storage.close();
  const second = await open(link);
  t.equal(second.identity.startCount, 3, "what was refused does not count as a start");
  await second.close();
});

t.test("a lock file of a process that runs is respected, one of a process that is gone is not", async (t) => {
  const path = await filled(t);
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
  const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  const lock = join(path, "lock");
  writeFileSync(lock, `${bootId} ${process.ppid} ${startTime}\n`);
  t.equal(await codeOf(t, open(path)), "in_use");
  const gone = [
    `${bootId} ${process.ppid} 1`,
    `${bootId} 4194303 ${startTime}`,
    `other ${process.ppid} ${startTime}`,
    "",
  ];
  for (const text of [...gone, "garbage ../.. x"]) {
    writeFileSync(lock, text);
    await (await open(path)).close();
  }
  t.notOk(existsSync(lock), "it goes with its process");
});

t.test("lmdb's own lock file may be missing or garbage", async (t) => {
  const path = await filled(t);
  rmSync(join(path, "log", "lock.mdb"), { force: true });
  await (await open(path)).close();
  writeFileSync(join(path, "log", "lock.mdb"), pattern(9000));
  const storage = await open(path);
  t.equal(storage.recoverLog(GROUP_ZERO).learned, 31);
  await storage.close();
});

t.test("a newer format and other storage options are refused", async (t) => {
  const formats = [
    new FieldWriter().u32(2).text("unheard of").finish(),
    new FieldWriter().u32(1).text(`${STORAGE_OPTIONS};`).finish(),
  ];
  for (const body of formats) {
    const path = await filled(t);
    const log = new LmdbEnvironment({ path: join(path, "log"), tables: LOG_TABLES, mode: "write" });
    await log.commit([
      { table: "meta", key: FORMAT_KEY, value: makeRecord(crypto, RECORD_TYPE.format, FORMAT_KEY, body) },
    ]);
    await log.close();
    t.equal(await codeOf(t, open(path)), "newer_format");
  }
});

t.test("a lost identity, promise or start count is amnesia", async (t) => {
  const rows = [
    ["meta", "identity"],
    ["meta", "start-count"],
    ["meta", "state"],
    ["groups", "\0\0\0\0"],
  ] as const;
  for (const [table, name] of rows) {
    for (const damage of ["lost", "flipped"]) {
      const path = await filled(t);
      const log = new LmdbEnvironment({ path: join(path, "log"), tables: LOG_TABLES, mode: "write" });
      const key = bytesOf(name);
      const value = Uint8Array.from(log.get(table, key) ?? []);
      value[value.length - 1] = (value[value.length - 1] ?? 0) ^ 1;
      await log.commit([{ table, key, value: damage === "lost" ? undefined : value }]);
      await log.close();
      t.equal(await codeOf(t, open(path)), "amnesia", `${JSON.stringify(name)} ${damage}`);
    }
  }
});

t.test("a stopped node's log is read without counting as a start", async (t) => {
  const path = await filled(t);
  const log = await readLogOffline(path, crypto);
  t.equal(log.identity.startCount, 1);
  t.match(log.recovered, { learned: 31, end: 41 });
  const entries = [...log.entries()];
  t.equal(entries.length, 40);
  t.same(plain(entries[16]), plain(entryAt(17, pattern(5000, 16))));
  t.same(plain(log.reader.read(slot(40))), plain(entries[39]));
  t.equal(log.reader.read(slot(41)), undefined);
  await log.close();
  t.same(plain(await readIdentity(path, crypto)), plain({ ...IDENTITY, startCount: 1 }));
  t.equal(await codeOf(t, readIdentity(scratch(t), crypto)), "missing");
  const storage = await open(path);
  t.equal(storage.identity.startCount, 2);
  t.equal(storage.logReader(GROUP_ZERO).read(slot(41)), undefined);
  await storage.close();
});

t.test(
  "a directory that is being made on a full disk says so in one line, and leaves no promise behind",
  async (t) => {
    const full = Object.assign(new Error("see commitError"), {
      commitError: Promise.reject(new Error("No space left on device")),
    });
    const environment = { commit: () => Promise.reject(full) };
    t.equal(await codeOf(t, commitNew(environment, "/data", [])), "unreadable");
    await t.rejects(commitNew(environment, "/data", []), {
      message: /^\/data cannot be written \(No space left on device\): make room/,
    });
    await t.rejects(commitNew({ commit: () => Promise.reject(new Error("broken")) }, "/data", []), {
      message: /cannot be written \(broken\)/,
    });
  },
);
