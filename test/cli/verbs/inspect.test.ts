import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { openClient } from "../../../src/client/open.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { FakeTerminal } from "../fake-terminal.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-inspect-test-"));
t.teardown(() => rmSync(dir, { recursive: true, force: true }));
const nodes = join(dir, "nodes");
const path = join(nodes, "n1");

async function kvadm(...argv: string[]) {
  const terminal = new FakeTerminal({});
  const status = await runProgram(KVADM, argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

const cluster = await DevCluster.up({ dir: nodes, nodes: 1 });
t.teardown(() => cluster.down());
const client = await openClient({ endpoints: cluster.addresses() });
await client.put("colour", "green", { timeoutMs: 60_000 });
await client.put(Uint8Array.of(0xff), "", { timeoutMs: 60_000 });
client.close();
const running = await kvadm("inspect", path);
await cluster.kill("n1");

t.test("a directory tells whose it is, while its node runs and afterwards", async (t) => {
  t.match(running, {
    status: 0,
    stdout: /^node +n1 \(id 1\)\ncluster +[0-9a-f]{64}\n(?:.*\n)*damaged +none\n/,
  });
  const { status, stdout } = await kvadm("inspect", path, "-o", "json");
  t.equal(status, 0);
  t.match(JSON.parse(stdout), {
    kind: "data_directory",
    node: "n1",
    members: [{ id: 1, name: "n1", role: "voter" }],
    log: { first_kept: 1, damaged: [] },
    state: {
      directory: "state-1",
      principals: 0,
      leader_lease_ms: 0,
      membership: { members: [{ name: "n1" }] },
    },
    snapshots: [],
    files: [{}, { file: "log/data.mdb" }, {}, { file: "state-1/data.mdb" }, {}],
  });
});

t.test("its log is listed slot by slot, and names no values", async (t) => {
  const { status, stdout } = await kvadm("inspect", path, "--log");
  t.equal(status, 0);
  t.match(stdout, /^SLOT +BALLOT +KIND +BYTES +COMMANDS +WHAT\n1 +1\.1 +noop/);
  t.match(
    stdout,
    /\n\d+ +1\.1 +batch +\d+ +1 +put "colour"\n(?:.*\n)*\d+ +1\.1 +batch +\d+ +1 +put "\\xff"\n$/,
  );
  t.notMatch(stdout, /green/);
  const first = JSON.parse(
    (await kvadm("inspect", path, "--log", "--from", "1", "--limit", "1", "-o", "json")).stdout,
  );
  t.same(first.slots, [{ slot: 1, ballot: "1.1", kind: "noop", bytes: 0, commands: 0, what: "" }]);
});

t.test("what cannot be inspected is refused with its reason", async (t) => {
  t.match(await kvadm("inspect", path, "--from", "1"), { status: 2, stderr: /--log/ });
  t.match(await kvadm("inspect", path, "--log", "--limit", "0"), { status: 2, stderr: /'0' is not/ });
  t.match(await kvadm("inspect", join(dir, "none")), { status: 9, stderr: /does not exist/ });
  t.match(
    running.stdout,
    /\nstate +state-1 +slots below \d+ applied, digest \d+, hash [0-9a-f]+\n +revision \d+, /,
  );
  t.match(await kvadm("inspect", nodes), { status: 8, stderr: /not a kvd data directory/ });
});

t.test("a damaged record is counted, and is exit status 7", async (t) => {
  const file = join(path, "log", "data.mdb");
  const bytes = readFileSync(file);
  // Every copy: pages that are free now still hold older ones.
  for (let at = bytes.indexOf("colour"); at !== -1; at = bytes.indexOf("colour", at + 1)) bytes[at] = 0x43;
  writeFileSync(file, bytes);
  const { status, stdout } = await kvadm("inspect", path);
  t.equal(status, 7);
  t.match(stdout, /\ndamaged +1 slots: \d+\n/);
});
