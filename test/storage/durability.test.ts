import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { GROUP_ZERO, slot } from "../../src/base/ids.ts";
import { openDataDirectory } from "../../src/storage/data-directory.ts";
import { deps, entryAt, pattern, plain } from "../contract/storage-fixture.ts";
import { initialised } from "./scratch.ts";

const CHILD = join(import.meta.dirname, "commit-child.js");
const KILL_ROUNDS = 10;

/** Runs a child that commits until it is killed, after it said `commits` of them; answers the last one said. */
function commitAndKill(directory: string, commits: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CHILD, directory, "1000000"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (text.split("\n").length > commits + 1) child.kill("SIGKILL");
    });
    child.on("error", reject);
    // The pipe is read to its end: what was said before the kill counts.
    child.on("close", () => {
      const said = text.split("\n").slice(0, -1).map(Number).filter(Number.isInteger);
      resolve(said.at(-1) ?? 0);
    });
  });
}

t.test("after kill -9 every acknowledged commit is there, and nothing half-written", async (t) => {
  const directory = await initialised(t);
  for (let round = 1; round <= KILL_ROUNDS; round++) {
    const acknowledged = await commitAndKill(directory, round * 7);
    const storage = await openDataDirectory(directory, deps);
    const log = storage.recoverLog(GROUP_ZERO);
    t.ok(log.learned > acknowledged, `round ${round}: ${acknowledged} acknowledged, learned ${log.learned}`);
    t.same(log.damaged, []);
    const reader = storage.logReader(GROUP_ZERO);
    for (let at = 1; at < log.end; at++) {
      const same =
        JSON.stringify(plain(reader.read(slot(at)))) ===
        JSON.stringify(plain(entryAt(at, pattern(3000, at))));
      if (!same) t.fail(`slot ${at} is not as it was written`);
    }
    await storage.close();
  }
});

const CALLS = "trace=fdatasync,fsync,pwrite64,pwritev,write,writev,openat,msync";

/** The child's system calls that touch the log's file, and what it says on its standard output, in order. */
function traceCommits(directory: string, mode: readonly string[]): string[] {
  const trace = `${directory}.trace`;
  const args = ["-f", "-y", "-o", trace, "-e", CALLS, process.execPath, CHILD, directory, "5", ...mode];
  const run = spawnSync("strace", args, { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`strace: ${run.stderr}`);
  const lines = readFileSync(trace, "utf8").split("\n");
  return lines.filter(
    (line) => line.includes("log/data.mdb") || /write\(1</.test(line) || line.includes("resumed"),
  );
}

/** Whether each acknowledgement follows a sync of the pages and then a synchronous write of the meta page. */
function isSynced(lines: readonly string[]): boolean {
  const synchronousFiles = new Set<string>();
  for (const line of lines) {
    const opened = /openat\(.*O_DSYNC.* = ([0-9]+)/.exec(line);
    if (opened?.[1] !== undefined) synchronousFiles.add(opened[1]);
  }
  let pagesWritten = false;
  let synced = false;
  let metaWritten = false;
  let acknowledged = 0;
  let ready = false;
  for (const line of lines) {
    const file = /(?:pwrite64|pwritev|writev)\(([0-9]+)</.exec(line)?.[1];
    if (/write\(1<.*"ready/.test(line)) ready = true;
    else if (!ready) continue;
    else if (/write\(1</.test(line)) {
      if (!metaWritten) return false;
      acknowledged++;
      pagesWritten = synced = metaWritten = false;
    } else if (/f(data)?sync\(/.test(line) && pagesWritten) synced = true;
    else if (file !== undefined && synchronousFiles.has(file)) metaWritten = synced;
    else if (file !== undefined) pagesWritten = true;
  }
  return acknowledged === 5;
}

const hasStrace = spawnSync("strace", ["-V"]).status === 0;

t.test(
  "a commit is done only after fdatasync of its pages and the synchronous write of the meta page",
  { skip: hasStrace ? false : "strace is not installed" },
  async (t) => {
    t.ok(isSynced(traceCommits(await initialised(t), [])));
    t.notOk(isSynced(traceCommits(await initialised(t), ["nosync"])), "without syncs this test fails");
  },
);

t.test(
  "a failing sync ends the process: nothing is acknowledged after it",
  { skip: hasStrace ? false : "strace is not installed" },
  async (t) => {
    for (const first of [3, 9]) {
      const directory = await initialised(t);
      const inject = `inject=fdatasync:error=EIO:when=${first}+`;
      const args = ["-f", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", inject];
      const child = [process.execPath, CHILD, directory, "50"];
      const run = spawnSync("strace", [...args, ...child], { encoding: "utf8", timeout: 60_000 });
      const said = run.stdout.trim().split("\n").map(Number).filter(Number.isInteger);
      t.not(run.status, 0);
      t.match(run.stderr, /log: a commit failed/);
      // strace counts the calls of each thread of lmdb's pool by themselves.
      t.ok(said.length < 50, `it stopped after ${said.length} commits`);
      const storage = await openDataDirectory(directory, deps);
      t.ok(storage.recoverLog(GROUP_ZERO).end > (said.at(-1) ?? 0), "what was acknowledged before is there");
      await storage.close();
    }
  },
);
