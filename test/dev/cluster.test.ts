import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVADM } from "../../src/cli/kvadm.ts";
import { runProgram } from "../../src/cli/program.ts";
import { openClient } from "../../src/client/open.ts";
import { DevCluster } from "../../src/dev/cluster.ts";
import { FakeTerminal } from "../cli/fake-terminal.ts";

t.test("a cluster of real processes serves, survives a kill, is found again, and ends", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kvd-dev-test-"));
  const cluster = await DevCluster.up({ dir });
  t.teardown(async () => {
    await DevCluster.open({ dir }).down();
    rmSync(dir, { recursive: true, force: true });
  });
  t.same(
    cluster.list().map(({ id, state }) => `${id} ${state}`),
    ["n1 running", "n2 running", "n3 running"],
  );
  t.equal(new Set(cluster.pids()).size, 3);

  const client = await openClient({ endpoints: cluster.addresses(), timeoutMs: 20_000 });
  t.teardown(() => client.close());
  t.equal((await client.put("k", "1")).version, 1);

  const leader = (await client.get("k")).servedBy;
  await cluster.kill(leader);
  t.equal(cluster.list().find(({ id }) => id === leader)?.state, "stopped");
  t.equal((await client.put("k", "2")).version, 2, "two of three go on");

  const again = DevCluster.open({ dir });
  t.same(again.pids(), cluster.pids(), "another command finds the same processes");
  await again.restart(leader);
  const paused = again.list().find(({ id }) => id !== leader)?.id ?? "";
  again.pause(paused);
  t.equal(Buffer.from((await client.get("k")).record?.value ?? "").toString(), "2");
  again.resume(paused);

  t.throws(() => again.start("n1"), /running already/);
  t.throws(() => again.pause("n9"), /there is no node 'n9'.*n1, n2, n3/);
  await t.rejects(DevCluster.up({ dir, nodes: 5 }), /holds a cluster of 3 nodes/);
  const misuses = [
    ["kill", "n9"],
    ["restart", "n9"],
    ["up", "-n", "5"],
  ];
  for (const argv of misuses)
    t.equal(await runProgram(KVADM, ["dev", ...argv, "--dir", dir], new FakeTerminal()), 2, argv.join(" "));

  await again.down();
  t.same(again.pids(), []);
  t.match(readFileSync(join(dir, "n1.log"), "utf8"), / info stopped/, "it was asked to stop, not killed");
});
