import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { keyCommand } from "../../../src/cli/verbs/key.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { parseToken } from "../../../src/io/principal-token.ts";
import { FakeTerminal } from "../fake-terminal.ts";
import { runAt } from "../run-at.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-key-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 1 });
t.teardown(async () => {
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

const kvadm = (...argv: string[]) => runAt(cluster, KVADM, argv, "20s");

t.test("a key is created, listed, rotated and revoked; its secret is shown once", async (t) => {
  const created = await kvadm("key", "create", "--id", "web", "--role", "read-only", "--prefix", "app/");
  t.match(created, { status: 0, stdout: /^web\.[A-Za-z0-9_-]{43}\n$/, stderr: /shown this once/ });
  t.match(await kvadm("key", "create", "--id", "web"), { status: 1, stderr: /a principal web already/ });
  const named = JSON.parse((await kvadm("key", "create", "-o", "json")).stdout);
  t.match(named, { kind: "key", v: 1, id: /^k-[0-9a-f]{12}$/, token: /^k-/ });
  const listed = await kvadm("key", "ls");
  t.match(
    listed.stdout,
    /^ID +ROLE +PREFIX +GRACE\nk-[0-9a-f]+ +read-write +- +-\nweb +read-only +app\/ +-\n$/,
  );
  t.notMatch(listed.stdout, created.stdout.trim().split(".")[1] ?? "");
  const rotated = await kvadm("key", "rotate", "web", "--grace", "1h", "-o", "value");
  t.match(rotated, { status: 0, stdout: /^web\./, stderr: "" });
  t.not(rotated.stdout, created.stdout);
  const keys = JSON.parse((await kvadm("key", "ls", "-o", "json")).stdout);
  t.match(keys, {
    kind: "keys",
    v: 1,
    count: 2,
    keys: [{}, { id: "web", role: "read-only", prefix: "app/" }],
  });
  t.ok(keys.keys[1].grace_left_ms > 3_000_000);
  t.match(await kvadm("key", "revoke", "web"), { status: 0, stdout: "web  revoked\n" });
  t.match(await kvadm("key", "revoke", "web"), { status: 1, stderr: /no principal web/ });
  t.match(await kvadm("key", "rotate", "web"), { status: 1 });
});

t.test("a token goes to a file that its owner alone may read, and is whole at all times", async (t) => {
  const file = join(dir, "deploy.key");
  const created = await kvadm("key", "create", "--id", "deploy", "--out", file);
  t.match(created, { status: 0, stdout: `deploy  created  token in ${file}\n`, stderr: "" });
  t.equal(statSync(file).mode & 0o777, 0o600);
  const first = readFileSync(file, "utf8");
  t.ok(parseToken(first.trim()));
  t.match(await kvadm("key", "create", "--id", "other", "--out", file), {
    status: 9,
    stderr: /exists already/,
  });
  t.equal((await kvadm("key", "ls", "-o", "value")).stdout.includes("other"), false);
  t.match(await kvadm("key", "rotate", "deploy", "--out", file), { status: 0 });
  t.not(readFileSync(file, "utf8"), first);
  t.equal(statSync(file).mode & 0o777, 0o600);
  const absent = join(dir, "absent.key");
  t.match(await kvadm("key", "create", "--id", "deploy", "--out", absent), { status: 1 });
  t.throws(() => statSync(absent), "a token that never counts is not left behind");
  writeFileSync(`${file}.new`, "");
  t.match(await kvadm("key", "rotate", "deploy", "--out", file), { status: 9 });
});

t.test("a token that no node was told of is left nowhere", async (t) => {
  const file = join(dir, "doubt.key");
  const terminal = new FakeTerminal({ KVD_ENDPOINTS: "127.0.0.1:9", KVD_TIMEOUT: "200ms" });
  const status = await runProgram(KVADM, ["key", "create", "--id", "d", "--out", file], terminal);
  t.equal(status, 3);
  t.throws(() => statSync(file));
});

t.test("what cannot be meant is a usage error, or says its rule", async (t) => {
  t.match(await kvadm("key", "create", "--role", "root"), { status: 2, stderr: /read-only/ });
  t.match(await kvadm("key", "create", "--id", "a.b"), { status: 2, stderr: /letters, digits/ });
  t.match(await kvadm("key", "rotate", "x", "--grace", "soon"), { status: 2 });
  t.match(await kvadm("key", "revoke"), { status: 2 });
  t.match(await kvadm("key", "--help"), { status: 0, stdout: /create .*\n.*ls .*\n/ });
  t.equal(keyCommand.usage.split(" ")[0], "key");
});
