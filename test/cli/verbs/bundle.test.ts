import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import t from "tap";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { KVCLI } from "../../../src/cli/kvcli.ts";
import type { Program } from "../../../src/cli/program.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { runAt } from "../run-at.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-bundle-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 1 });
t.teardown(async () => {
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

const run = (program: Program, ...argv: string[]) => runAt(cluster, program, argv, "20s");

t.test("a bundle has what helps, and nothing that users keep or that opens a door", async (t) => {
  await run(KVCLI, "put", "users-own-key", "users-own-value");
  const { stdout: token } = await run(KVADM, "key", "create", "--id", "web", "--role", "read-only");
  const config = join(dir, "n1.yaml");
  writeFileSync(config, `data_dir: /data\nhttp:\n  token: hunter2\n# ${token.trim()}\n`);
  const log = join(dir, "n1.log");
  writeFileSync(log, `${"x".repeat(2_000_000)}\nstarted node=n1\nrefused token=${token.trim()}\n`);
  const file = join(dir, "b.tar.gz");
  const made = await run(KVADM, "bundle", file, "--config", config, "--log", log, "--log", join(dir, "none"));
  t.match(made, { status: 0, stdout: /b.tar.gz: \d+ files/, stderr: /not in it: log\/.*none: ENOENT/ });
  const archive = gunzipSync(readFileSync(file)).toString("latin1");
  const secret = token.trim().split(".")[1] ?? "";
  t.ok(secret.length > 40);
  for (const hidden of ["users-own-key", "users-own-value", secret, "hunter2"])
    t.notOk(archive.includes(hidden), hidden);
  const wanted = [
    "README.txt",
    "status.txt",
    "status.json",
    "doctor.txt",
    "metrics/n1.txt",
    "slots/n1.txt",
    "host.txt",
  ];
  for (const name of wanted) t.ok(archive.includes(`/${name}`), name);
  t.ok(/kvd_applied_slot \d+/.test(archive), "what was gathered is there");
  t.ok(/started node=n1/.test(archive), "what was gathered is there");
  t.ok(/data_dir: \/data/.test(archive), "what was gathered is there");
  t.ok(/Could not be got:.*none: ENOENT/s.test(archive), "what was gathered is there");
  t.ok(/1 put/.test(archive), "what was gathered is there");
  t.match(await run(KVADM, "bundle", file), { status: 9, stderr: /exists|there/ });
});

t.test("a bundle is made though no node answers, and says so", async (t) => {
  await cluster.kill("n1");
  const { status, stdout, stderr } = await run(KVADM, "bundle", "-", "--timeout", "500ms");
  t.equal(status, 0);
  t.match(stderr, /not in it: status.txt: /);
  t.match(gunzipSync(Buffer.from(stdout, "latin1")).toString("latin1"), /host.txt/);
  t.same(
    readdirSync(dir).filter((name) => name.endsWith(".part")),
    [],
  );
});
