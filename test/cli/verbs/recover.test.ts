import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { GROUP_ZERO, nodeId, slot } from "../../../src/base/ids.ts";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { without } from "../../../src/paxos/membership-step.ts";
import { openDataDirectory } from "../../../src/storage/data-directory.ts";
import { markFenced, markRetired } from "../../../src/storage/directory-contents.ts";
import { LmdbEnvironment } from "../../../src/storage/lmdb-environment.ts";
import { entryKey, LOG_TABLES, STATE_TABLES, userKey } from "../../../src/storage/schema.ts";
import { bytesOf, deps } from "../../contract/storage-fixture.ts";
import { FakeTerminal } from "../fake-terminal.ts";
import { genesisOf, type Left, MADE_MS, makeLeft, memberChange, putAt, puts } from "../left-directory.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-recover-test-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));
let made = 0;

async function left(what: Left): Promise<string> {
  made++;
  const path = join(dir, `left-${made}`);
  await makeLeft(path, what);
  return path;
}

async function kvadm(...argv: string[]) {
  const terminal = new FakeTerminal({});
  const status = await runProgram(KVADM, argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

async function planned(...paths: string[]) {
  const { status, stdout, stderr } = await kvadm("recover", ...paths, "--dry-run", "-o", "json");
  return { status, stderr, plan: stdout === "" ? undefined : JSON.parse(stdout) };
}

/** Recovers, restores, and gives the keys that the new cluster begins with. */
async function recovered(...paths: string[]) {
  made++;
  const file = join(dir, `${made}.snap`);
  const result = await kvadm("recover", ...paths, "--out", file, "--unsafe");
  const keys = new Map<string, string>();
  if (result.status !== 0) return { ...result, keys };
  const home = join(dir, `new-${made}`);
  const restored = await kvadm("snapshot", "restore", file, "--single", "--data-dir", home);
  if (restored.status !== 0) throw new Error(restored.stderr);
  const storage = await openDataDirectory(home, deps);
  for (const [key, { value }] of storage.state(GROUP_ZERO).range(new Uint8Array(0), undefined))
    keys.set(new TextDecoder().decode(key), new TextDecoder().decode(value));
  await storage.close();
  return { ...result, keys };
}

/** Of every file but LMDB's table of readers. */
function contentsOf(path: string): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(path, { recursive: true, encoding: "utf8" }).sort()) {
    if (name.endsWith("lock.mdb")) continue;
    hash.update(name);
    if (name.endsWith(".mdb") || !name.includes("-")) {
      try {
        hash.update(readFileSync(join(path, name)));
      } catch {
        hash.update("a directory");
      }
    }
  }
  return hash.digest("hex");
}

async function tamper(
  path: string,
  table: "entries" | "keys",
  key: Uint8Array,
  change: (value: Uint8Array) => Uint8Array | undefined,
): Promise<void> {
  const isLog = table === "entries";
  const where = join(path, isLog ? "log" : "state-1");
  const tables = isLog ? LOG_TABLES : STATE_TABLES;
  const environment = new LmdbEnvironment({ path: where, tables, mode: "write" });
  const value = environment.get(table, key);
  if (value === undefined) throw new Error("there is no such row");
  await environment.commit([{ table, key, value: change(value.slice()) }]);
  await environment.close();
}

const flipped = (value: Uint8Array): Uint8Array => value.with(value.length - 1, (value.at(-1) ?? 0) ^ 1);
const entry = (at: number): Uint8Array => entryKey(GROUP_ZERO, slot(at), 0);

t.test(
  "what was accepted and is not known to be chosen comes with it, and the directory stays as it was",
  async (t) => {
    const path = await left({ node: 1, slots: puts(6), learned: 5, flushed: 3 });
    const before = contentsOf(path);
    const { status, keys, stdout, stderr } = await recovered(path);
    t.match({ status, stderr }, { status: 0, stderr: "" });
    t.same([...keys.keys()], ["k1", "k2", "k3", "k4", "k5", "k6"]);
    t.match(stdout, /\naccepted +slots 5 to 6: not known to be chosen, and taken/);
    t.match(stdout, /\nmay be lost +writes that a majority without n1 acknowledged from slot 7 on/);
    t.equal(contentsOf(path), before);
    t.same(
      readdirSync(dir).filter((name) => name.includes("scratch") || name.includes("part")),
      [],
    );
  },
);

t.test("a dry run says what is there and what may be lost, and writes nothing", async (t) => {
  const path = await left({ node: 1, slots: puts(6), learned: 5, flushed: 3 });
  const names = readdirSync(dir).filter((name) => !name.startsWith("left-"));
  const { status, plan } = await planned(path);
  t.equal(status, 0);
  t.match(plan, {
    kind: "recovery",
    dry_run: true,
    cluster_id: "07".repeat(32),
    directories: [{ path, node: "n1", id: 1, role: "voter", first_kept: 1, learned: 5, end: 7, faults: [] }],
    members: [
      { name: "n1", is_here: true },
      { name: "n2", is_here: false },
      { name: "n3", is_here: false },
    ],
    ...{ base: "state-1 of n1", base_watermark: 3, chosen: 5, end: 7, accepted_only: 2 },
    ...{ stop: "end", given_up: 0, given_up_chosen: 0, doubtful: [] },
    last_write: new Date(MADE_MS + 6).toISOString(),
  });
  t.equal(plan.may_be_lost.length, 2);
  const level = await left({ node: 1, slots: puts(6), learned: 7 });
  t.match((await planned(level)).plan, {
    base_watermark: 7,
    last_write: new Date(MADE_MS + 6).toISOString(),
  });
  const cut = await left({ node: 1, slots: puts(6), learned: 7, firstKept: 7 });
  const { plan: planOfCut } = await planned(cut);
  t.match(planOfCut, { end: 7, cluster_time: new Date(MADE_MS + 6).toISOString() });
  t.notOk("last_write" in planOfCut, "the log has been truncated since");
  t.same(
    readdirSync(dir).filter((name) => !name.startsWith("left-")),
    names,
  );
});

t.test(
  "several directories are merged as phase 1 would: the highest ballot for each slot, wherever it is",
  async (t) => {
    const mine = [...puts(3), putAt(4, "four", "old"), putAt(5, "five", "mine"), undefined];
    const other = { ...putAt(4, "four", "new"), round: 2 };
    const theirs = [...puts(3), other, undefined, putAt(6, "six", "theirs")];
    const one = await left({ node: 1, voters: 5, slots: mine, learned: 3, flushed: 2 });
    const two = await left({ node: 2, voters: 5, slots: theirs, learned: 4, flushed: 3 });
    const { status, keys } = await recovered(one, two);
    t.equal(status, 0);
    t.same(Object.fromEntries(keys), {
      ...{ k1: "as written", k2: "as written", k3: "as written" },
      ...{ four: "new", five: "mine", six: "theirs" },
    });
    const alone = await planned(one);
    t.match(alone.plan, { end: 6, stop: "end", base: "state-1 of n1" });
    const gap = await planned(two);
    t.match(
      gap.plan,
      { end: 5, stop: "gap", given_up: 1 },
      "nothing is taken from beyond a slot that is missing",
    );
    t.match((await planned(one, two)).plan, { end: 7, base: "state-1 of n2", chosen: 4 });
  },
);

t.test(
  "a request that was sent twice is executed once, and a change of members is none of the data",
  async (t) => {
    const [first, second, third] = puts(3);
    const leaving = memberChange(without(genesisOf(3), nodeId(3)));
    const slots = [first, second, third, second, leaving, putAt(6, "k6", "after it")];
    const path = await left({ node: 1, slots, learned: 4, flushed: 3 });
    const { plan } = await planned(path);
    t.match(plan, { end: 7, members: [{ name: "n1" }, { name: "n2" }] });
    t.equal(plan.members.length, 2);
    const { status, stdout } = await recovered(path);
    t.equal(status, 0);
    t.match(stdout, /4 keys at revision 4;/);
  },
);

t.test("a damaged record is told, and is no empty slot", async (t) => {
  const path = await left({ node: 1, slots: puts(8), learned: 5, flushed: 3 });
  await tamper(path, "entries", entry(6), flipped);
  const { plan } = await planned(path);
  t.match(plan, { end: 6, stop: "damaged", given_up: 2, given_up_chosen: 0 });
  t.match(plan.directories[0].faults, [/1 records of its log are damaged or lost: slots 6/]);
  t.match(plan.may_be_lost.join("\n"), /slot 6, whose record cannot be read, and 2 slots beyond/);

  const chosen = await left({ node: 1, slots: puts(8), learned: 7, flushed: 3 });
  await tamper(chosen, "entries", entry(4), flipped);
  t.match((await planned(chosen)).plan, { end: 4, stop: "damaged", given_up_chosen: 3 });
  t.match((await planned(chosen)).plan.may_be_lost.join("\n"), /for certain: 3 chosen slots from slot 4 on/);

  const lost = await left({ node: 1, slots: puts(8), learned: 5 });
  await tamper(lost, "entries", entry(7), () => undefined);
  t.match((await planned(lost)).plan, { end: 7, stop: "damaged" }, "nor is one whose row is gone");
});

t.test("another directory's value stands for a damaged record, and the slot is named", async (t) => {
  const one = await left({ node: 1, voters: 5, slots: puts(8), learned: 5 });
  const two = await left({ node: 2, voters: 5, slots: puts(8), learned: 5 });
  await tamper(one, "entries", entry(6), flipped);
  const { plan } = await planned(one, two);
  t.match(plan, { end: 9, stop: "end", doubtful: [6] });
  t.equal((await recovered(one, two)).keys.size, 8);
});

t.test("a damaged state is replaced by a snapshot, or by the log, and never taken as it is", async (t) => {
  const key = userKey(GROUP_ZERO, bytesOf("k2"));
  const path = await left({ node: 1, slots: puts(6), learned: 5, flushed: 3, hasSnapshot: true });
  await tamper(path, "keys", key, flipped);
  const result = await recovered(path);
  t.match(result, {
    status: 0,
    stderr: /^kvadm: cannot begin with state-1 of n1: a record of its keys fails its checks\n$/,
    stdout: /\nbegins with +snapshot-1 of n1: slots below 3, 2 keys\n/,
  });
  t.equal(result.keys.size, 6);

  const gone = await left({ node: 1, slots: puts(6), learned: 5, flushed: 3 });
  await tamper(gone, "keys", key, () => undefined);
  t.match(await recovered(gone), {
    status: 0,
    stderr: /it holds 1 keys instead of 2/,
    stdout: /\nbegins with +the log of n1 alone: slots below 1, 0 keys\n/,
  });
});

t.test(
  "less than was planned is not taken without being asked for, and an empty cluster never",
  async (t) => {
    const path = await left({ node: 1, slots: puts(6), learned: 5, flushed: 3 });
    await tamper(path, "entries", entry(2), flipped);
    await tamper(path, "keys", userKey(GROUP_ZERO, bytesOf("k2")), flipped);
    t.match((await planned(path)).plan, { base: "state-1 of n1", end: 7 });
    t.match(await recovered(path), {
      status: 7,
      stderr:
        /cannot begin with state-1 .*begins with the log of n1 alone and ends at slot 2, not 7: restore/,
    });
    rmSync(join(path, "state-1"), { recursive: true });
    t.match((await planned(path)).plan, { base: "the log of n1 alone", end: 2, given_up_chosen: 3 });
    await tamper(path, "entries", entry(1), flipped);
    t.match(await planned(path), { status: 7, stderr: /no state is left .* restore the last backup/ });
  },
);

t.test("a majority that is sound is to be started, not recovered", async (t) => {
  const paths = [1, 2].map((node) => left({ node, slots: puts(3), learned: 3 }));
  const [one = "", two = ""] = await Promise.all(paths);
  const both = await kvadm("recover", one, two, "--out", join(dir, "both.snap"), "--unsafe");
  t.match(both, { status: 8, stderr: /n1 and n2 are a majority .* start these nodes/ });
  t.match(await kvadm("recover", one, two, "--dry-run"), { status: 8, stdout: /\nbegins with/ });
  await tamper(two, "entries", entry(3), flipped);
  t.equal((await recovered(one, two)).status, 0, "one of them is damaged");
});

t.test("it is not done by accident", async (t) => {
  const path = await left({ node: 1, slots: puts(3), learned: 3 });
  const file = join(dir, "unsafe.snap");
  t.match(await kvadm("recover", path, "--out", file), { status: 8, stderr: /--dry-run, and add --unsafe/ });
  t.match(await kvadm("recover", path, "--unsafe"), { status: 2, stderr: /--out FILE/ });
  t.match(await kvadm("recover", path, "--out", "-", "--unsafe"), {
    status: 2,
    stderr: /the name of a file/,
  });
  writeFileSync(file, "something");
  t.match(await kvadm("recover", path, "--out", file, "--unsafe"), { status: 9, stderr: /--force/ });
  t.match(await kvadm("recover", path, "--out", file, "--unsafe", "--force"), { status: 0 });
  t.match(await kvadm("snapshot", "verify", file), { status: 0 });
  const nowhere = join(dir, "nowhere");
  const mistyped = await kvadm("recover", path, "--out", join(nowhere, "x.snap"), "--unsafe");
  t.match(mistyped, { status: 9, stdout: "", stderr: /cannot write .*ENOENT; name a place with room/ });
  t.notOk(existsSync(nowhere));
});

t.test("a directory that is in use, none, or of another cluster is refused", async (t) => {
  const path = await left({ node: 1, slots: puts(3), learned: 3 });
  const storage = await openDataDirectory(path, deps);
  t.match(await planned(path), { status: 8, stderr: /in use/ });
  await storage.close();
  t.match(await planned(join(dir, "nowhere")), { status: 9, stderr: /does not exist/ });
  t.match(await planned(dir), { status: 8, stderr: /not a kvd data directory/ });
  const stranger = await left({ node: 2, slots: puts(3), learned: 3, cluster: 8 });
  t.match(await planned(path, stranger), { status: 2, stderr: /two clusters/ });
  t.match(await planned(path, path), { status: 8, stderr: /in use/ });
  const copy = await left({ node: 1, slots: puts(2), learned: 2 });
  t.match(await planned(path, copy), { status: 2, stderr: /both of n1: name the later one/ });
  rmSync(join(path, "log"), { recursive: true });
  t.match(await planned(path), { status: 7, stderr: /lost its log.*nothing can be recovered/ });
});

t.test("a retired directory is taken with a warning, a fenced state is not taken", async (t) => {
  const path = await left({ node: 1, slots: puts(4), learned: 4, flushed: 3, hasSnapshot: true });
  markRetired(path, "others remember more of this node than its disk does");
  const { status, plan } = await planned(path);
  t.equal(status, 0);
  t.match(plan.directories[0].faults, [/^retired: others remember more/]);
  markFenced(path, "its state is wrong");
  const fenced = await planned(path);
  t.match(fenced.plan, { base: "the log of n1 alone" });
  t.match(fenced.plan.directories[0].faults, [/^retired/, /fenced: its state is wrong/]);
});

t.test("logs that contradict each other are not recovered together", async (t) => {
  const one = await left({ node: 1, voters: 5, slots: puts(4), learned: 5, flushed: 2 });
  const other = [...puts(2), putAt(3, "three", "other"), ...puts(4).slice(3)];
  const two = await left({ node: 2, voters: 5, slots: other, learned: 5, flushed: 2 });
  t.match(await recovered(one, two), {
    status: 7,
    stderr: /n1 and n2 hold different values for slot 3, where there can be but one/,
  });
  t.equal((await recovered(one)).status, 0);
});

t.test("a state that does not lead to a log's digest is not taken", async (t) => {
  const astray = [...puts(1), putAt(2, "k2", "astray"), ...puts(4).slice(2)];
  const path = await left({ node: 1, slots: puts(4), learned: 5, flushed: 3, applied: astray });
  const { status, stderr, keys } = await recovered(path);
  t.match(
    { status, stderr },
    { status: 0, stderr: /state-1 of n1: the digest at slot 5 is not the one that n1 has/ },
  );
  t.equal(keys.get("k2"), "as written", "the log is whole");
  const level = await left({ node: 1, slots: puts(4), learned: 5, applied: astray });
  t.match((await planned(level)).plan, {
    base: "the log of n1 alone",
    directories: [{ faults: ["state-1 is of no use: it does not belong to the log"] }],
  });
});
