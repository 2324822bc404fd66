import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { openClient } from "../../../src/client/open.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { runAt } from "../run-at.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-config-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 1 });
t.teardown(async () => {
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

const kvadm = (...argv: string[]) => runAt(cluster, KVADM, argv, "60s");

t.test("a setting holds until it is set again, after a restart, too", async (t) => {
  t.match(await kvadm("config", "show"), { status: 0, stdout: /^SETTING +VALUE\nlease +off\n$/ });
  t.match(await kvadm("config", "set", "lease", "250ms"), { status: 0, stdout: /lease +250ms/ });
  const client = await openClient({ endpoints: cluster.addresses() });
  t.teardown(() => client.close());
  await client.put("k", "1", { timeoutMs: 60_000 });
  t.match(await client.get("k", { timeoutMs: 60_000 }), {
    record: { modRevision: 1 },
    level: "linearizable",
  });
  await cluster.restart("n1");
  await cluster.waitForLeader();
  t.match(await kvadm("config", "show", "-o", "json"), { stdout: /"kind":"config".*"lease_ms":250/ });
  t.match(await kvadm("config", "set", "lease", "off", "-o", "value"), { status: 0, stdout: "off\n" });
  t.match(await kvadm("config", "show", "-o", "value"), { stdout: "off\n" });
});

t.test("what cannot be set says what can", async (t) => {
  for (const value of ["301ms", "1s", "100ms", "on", "0"])
    t.match(await kvadm("config", "set", "lease", value), {
      status: 2,
      stderr: /not off, nor 150ms to 300ms/,
    });
  t.match(await kvadm("config", "set", "leese", "off"), { status: 2 });
  t.match(await kvadm("config", "set", "lease"), { status: 2 });
});
