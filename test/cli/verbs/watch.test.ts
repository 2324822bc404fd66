import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { Arguments } from "../../../src/cli/command.ts";
import { KVCLI } from "../../../src/cli/kvcli.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { SharedClients } from "../../../src/cli/shared-clients.ts";
import { getCommand } from "../../../src/cli/verbs/get.ts";
import { historyCommand } from "../../../src/cli/verbs/history.ts";
import { watchCommand } from "../../../src/cli/verbs/watch.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-watch-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 1 });
t.teardown(async () => {
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

function start(argv: readonly string[]) {
  const environment = { ...process.env, KVD_ENDPOINTS: cluster.endpoints().join(","), KVD_TIMEOUT: "20s" };
  const terminal = new FakeTerminal(environment);
  return { terminal, status: runProgram(KVCLI, argv, terminal) };
}

async function kvcli(...argv: string[]) {
  const { terminal, status } = start(argv);
  return { status: await status, stdout: terminal.stdout, stderr: terminal.stderr };
}

/** The revision that the changes of a test come after. */
async function standing(): Promise<number> {
  const { stdout } = await kvcli("put", "mark", "1", "-o", "value");
  return Number(stdout);
}

t.test("what happened is told from a revision on, a line for each change", async (t) => {
  const from = `${(await standing()) + 1}`;
  await kvcli("put", "app/a", "one");
  await kvcli("mput", "app/b=x", "app/c=two words");
  await kvcli("del", "app/a");
  const once = await kvcli("watch", "--prefix", "app/", "--from", from, "--once");
  t.match(once, { status: 0, stdout: /^put app\/a {2}rev=\d+ {2}version=1 {2}value=one\n$/ });
  const second = `${Number(from) + 1}`;
  const both = await kvcli("watch", "--prefix", "app/", "--from", second, "--once");
  t.match(both.stdout, /^put app\/b .*\nput app\/c .* {2}value=two words\n$/, "a revision is told whole");
  const gone = await kvcli("watch", "app/a", "--from", second, "--once", "--prev");
  t.match(gone.stdout, /^delete app\/a {2}rev=\d+ {2}previous=one\n$/);
  const json = await kvcli("watch", "app/a", "--from", from, "--once", "-o", "json");
  t.match(JSON.parse(json.stdout), { kind: "change", v: 1, change: "put", key: "app/a", value: "one" });
  const value = await kvcli("watch", "app/a", "--from", from, "--once", "-o", "value");
  t.equal(value.stdout, "one\n");
});

t.test("a watch hears of what happens after it began", async (t) => {
  const { terminal, status } = start(["watch", "live", "--once", "--progress"]);
  while (!terminal.stdout.includes("progress")) await new Promise(setImmediate);
  await kvcli("put", "live", "1");
  t.equal(await status, 0);
  t.match(terminal.stdout, /^(?:progress {2}rev=\d+\n)+put live .*value=1\n$/);
});

t.test("a command is run for each change, and its failure ends the watch", async (t) => {
  const from = `${(await standing()) + 1}`;
  await kvcli("put", "-k", "escaped", "x/\\xff", "bytes");
  await kvcli("put", "x/t", "text");
  await kvcli("del", "x/t");
  const script = 'echo "$KVD_EVENT/$KVD_KEY/$KVD_KEY_B64/$KVD_VERSION"; cat; test $KVD_EVENT = put';
  const run = await kvcli("watch", "--prefix", "x/", "--from", from, "--exec", script);
  t.equal(run.status, 9);
  t.equal(run.stdout, "put//eC///1\nbytesput/x/t/eC90/1\ntextdelete/x/t/eC90/\n");
  t.match(run.stderr, /ended with status 1 at revision (\d+); go on with --from \1/);
  const quiet = await kvcli("watch", "x/t", "--from", from, "--once", "--exec", "kill -9 $$");
  t.match(quiet.stderr, /was ended by SIGKILL/);
});

t.test("a watch and an observer end when their time is up", async (t) => {
  const [watch, once, observer] = await Promise.all([
    kvcli("watch", "--prefix", "", "--progress", "--timeout", "2s"),
    kvcli("watch", "unchanged", "--once", "--timeout", "2s"),
    kvcli("elect", "--observe", "office", "--timeout", "2s"),
  ]);
  t.match(watch, { status: 0, stdout: /^progress {2}rev=\d+\n/, stderr: "" });
  t.match(once, { status: 1, stdout: "", stderr: /time is up, and nothing has changed/ });
  t.match(observer, { status: 0, stdout: "nobody\n", stderr: "" });
});

t.test("a watch from a revision that is not reached says so", async (t) => {
  const at = await standing();
  const [ahead, next] = await Promise.all(
    [at + 2, at + 1].map((from) => kvcli("watch", "mark", "--from", `${from}`, "--timeout", "2s")),
  );
  t.match(ahead, { status: 0, stderr: `kvcli: waiting for revision ${at + 2}; the store stands at ${at}\n` });
  t.match(next, { status: 0, stderr: "" });
});

t.test("a line that is cancelled before its command began ends it at once", async (t) => {
  const clients = new SharedClients();
  const lines = [
    ["watch", "a"],
    ["watch", "a", "--from", "9999"],
    ["wait", "never"],
    ["elect", "--observe", "a"],
  ];
  for (const line of lines) {
    const terminal = new FakeTerminal({ KVD_ENDPOINTS: cluster.endpoints().join(",") });
    const session = { clients, interrupt: AbortSignal.abort() };
    t.equal(await runProgram(KVCLI, line, terminal, session), 130, line.join(" "));
    t.equal(terminal.stderr, "kvcli: interrupted\n");
  }
  const terminal = new FakeTerminal({ KVD_ENDPOINTS: cluster.endpoints().join(",") });
  const line = new AbortController();
  const observing = runProgram(KVCLI, ["elect", "--observe", "a"], terminal, {
    clients,
    interrupt: line.signal,
  });
  while (!terminal.stdout.includes("nobody")) await new Promise(setImmediate);
  line.abort();
  t.equal(await observing, 130, "and while it runs");
  clients.close();
});

t.test("Ctrl-C ends a watch with status 130", async (t) => {
  const { terminal, status } = start(["watch", "--prefix", "", "--progress"]);
  while (!terminal.stdout.includes("progress")) await new Promise(setImmediate);
  process.emit("SIGINT");
  t.equal(await status, 130);
});

t.test("within a session a watch ends with its own line", async (t) => {
  const clients = new SharedClients();
  const line = new AbortController();
  const { terminal } = start(["version"]);
  const args = new Arguments({ key: "in session", progress: true });
  const running = watchCommand.run?.({
    args,
    terminal,
    argv: [],
    session: { clients, interrupt: line.signal },
  });
  const ended = running?.catch((error: unknown) => error);
  while (!terminal.stdout.includes("progress")) await new Promise(setImmediate);
  line.abort();
  t.match(await ended, { code: "interrupted", exitCode: 130 });
  clients.close();
});

t.test("the past of a key is listed, and read", async (t) => {
  for (const value of ["1", "2"]) await kvcli("put", "past", value);
  const revision = (await kvcli("del", "past", "-o", "json")).stdout;
  const { stdout } = await kvcli("history", "past");
  t.match(stdout, /^delete past .*\nput past .* {2}value=2\nput past .* {2}value=1\n$/, revision);
  t.match((await kvcli("history", "past", "--limit", "1")).stdout, /^delete past[^\n]*\n$/);
  const changes = (await kvcli("history", "past", "-o", "json")).stdout.trimEnd().split("\n");
  const [deleted, second, first] = changes.map((line) => JSON.parse(line));
  t.equal(second.revision, deleted.previous_revision);
  t.match(await kvcli("get", "past", "--rev", `${first.revision}`), { status: 0, stdout: "1" });
  t.match(await kvcli("get", "past", "--rev", `${deleted.revision}`), { status: 1, stderr: /not found/ });
  t.match((await kvcli("history", "past", "--before", `${first.revision}`)).status, 1);
  const ahead = await kvcli("get", "past", "--rev", "999999");
  t.match(ahead, { status: 2, stderr: /not reached; the store stands at \d+/ });
  t.match(await kvcli("history", "nothing"), { status: 1, stderr: /no change of it is known/ });
});

t.test("what cannot be meant is a usage error", async (t) => {
  t.match(await kvcli("watch"), { status: 2, stderr: /name a key, or --prefix/ });
  t.match(await kvcli("watch", "a", "--prefix", "b"), { status: 2 });
  t.match(await kvcli("watch", "a", "--from", "0"), { status: 2 });
  t.same(
    [watchCommand, historyCommand, getCommand].map(({ usage }) => usage.split(" ")[0]),
    ["watch", "history", "get"],
  );
});
