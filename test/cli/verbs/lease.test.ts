import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVCLI } from "../../../src/cli/kvcli.ts";
import { leaseCommand } from "../../../src/cli/verbs/lease.ts";
import { touchCommand } from "../../../src/cli/verbs/touch.ts";
import { ttlCommand } from "../../../src/cli/verbs/ttl.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { runAt } from "../run-at.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-lease-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 1 });
t.teardown(async () => {
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

const kvcli = (...argv: string[]) => runAt(cluster, KVCLI, argv, "20s");

t.test("a lease is granted, holds keys, is kept alive, shown and revoked", async (t) => {
  t.match(await kvcli("lease", "grant", "1h"), { status: 0, stdout: "lease 1  ttl=1h\n" });
  t.match(await kvcli("lease", "grant", "26h", "--id", "70", "-o", "value"), { status: 0, stdout: "70\n" });
  t.match(await kvcli("lease", "grant", "1h", "--id", "70"), { status: 1, stderr: /lease 70 already/ });
  t.match(await kvcli("put", "app/worker", "up", "--lease", "70"), { status: 0 });
  t.match(await kvcli("lease", "keep-alive", "70"), { status: 0, stdout: "lease 70  ttl=26h\n" });
  const shown = JSON.parse((await kvcli("lease", "show", "70", "-o", "json")).stdout);
  t.match(shown, { kind: "lease", v: 1, id: 70, ttl_ms: 93_600_000, keys: [{ key: "app/worker" }] });
  t.match((await kvcli("lease", "ls")).stdout, /^LEASE +TTL +LEFT +KEYS\n1 .*\n70 +26h .* 1\n$/);
  t.match(await kvcli("ttl", "app/worker"), { stdout: /^app\/worker {2}ttl=2[56]h.* {2}lease=70\n$/ });
  t.match(await kvcli("touch", "app/worker", "5s"), { status: 5, stderr: /lives as long as lease 70/ });
  t.match(await kvcli("lease", "revoke", "70"), {
    status: 0,
    stdout: /^lease 70 revoked {2}rev=\d+ {2}deleted=1\n$/,
  });
  t.match(await kvcli("get", "app/worker"), { status: 1 });
  for (const verb of ["keep-alive", "revoke", "show"])
    t.match(await kvcli("lease", verb, "70"), { status: 1 });
  t.match(await kvcli("put", "app/worker", "up", "--lease", "70"), { status: 1, stderr: /no lease 70/ });
});

t.test("a key with a time of its own tells it, and is prolonged by a touch", async (t) => {
  t.match(await kvcli("put", "timed", "1", "--ttl", "10m"), { status: 0 });
  t.match(await kvcli("ttl", "timed"), { status: 0, stdout: /^timed {2}ttl=(10m|9m5\ds)\n$/ });
  t.match(JSON.parse((await kvcli("get", "timed", "-o", "json")).stdout).ttl_ms, Number);
  t.match(await kvcli("touch", "timed", "2h"), { status: 0, stdout: "timed  ttl=2h\n" });
  t.match(await kvcli("ttl", "timed"), { stdout: /ttl=(2h|1h59m)/ });
  t.match(await kvcli("put", "timed", "2"), { status: 0 });
  t.same(await kvcli("ttl", "timed"), { status: 0, stdout: "timed  ttl=stays\n", stderr: "" });
  t.match(await kvcli("ttl", "nothing"), { status: 1 });
  t.match(await kvcli("touch", "nothing", "5s"), { status: 1 });
});

t.test("what cannot be meant is a usage error, or says its limit", async (t) => {
  t.match(await kvcli("put", "k", "v", "--ttl", "5s", "--lease", "7"), { status: 2 });
  t.match(await kvcli("put", "k", "v", "--ttl", "5"), { status: 2, stderr: /--ttl: '5' is not a duration/ });
  t.match(await kvcli("put", "k", "v", "--ttl", "5ms"), { status: 2, stderr: /between 100ms and/ });
  t.match(await kvcli("lease", "show", "x"), { status: 2 });
  t.same(
    [leaseCommand, touchCommand, ttlCommand].map(({ usage }) => usage.split(" ")[0]),
    ["lease", "touch", "ttl"],
  );
});
