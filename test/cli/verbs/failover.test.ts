import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { present } from "../../../src/base/assert.ts";
import type { Address } from "../../../src/base/seams.ts";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { openClient } from "../../../src/client/open.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { until } from "../../until.ts";
import { runAt } from "../run-at.ts";

const NAMES: readonly string[] = ["n1", "n2", "n3"];

const dir = mkdtempSync(join(tmpdir(), "kvd-failover-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 3 });
t.teardown(async () => {
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

const kvadm = (...argv: string[]) => runAt(cluster, KVADM, argv, "60s");

/** The leader's name, and the others'. */
async function roles(): Promise<{ leader: string; others: readonly [string, string] }> {
  for (;;) {
    const leader = (await kvadm("leader", "-o", "value")).stdout.trim();
    const [first, second] = NAMES.filter((name) => name !== leader);
    if (leader !== "" && first !== undefined && second !== undefined)
      return { leader, others: [first, second] };
  }
}

function addressOf(name: string): Address {
  return present(cluster.addresses()[NAMES.indexOf(name)], "each node has an address");
}

t.test("where a leader answers nothing is forced, and a dry run names who would do what", async (t) => {
  const { leader, others } = await roles();
  const told = await kvadm("failover", "--to", others[0], "--dry-run");
  t.match(told, { status: 0, stdout: `${leader} would hand over to ${others[0]}\n` });
  t.match(await kvadm("failover", "--dry-run"), {
    stdout: /would hand over to the most advanced of n\d, n\d\n/,
  });
  t.match(await kvadm("failover", "--to", leader, "--dry-run"), {
    stdout: `${leader} leads and would go on\n`,
  });
  t.match(await kvadm("failover", "--to", ""), { status: 2, stderr: /--to needs the name of a node/ });
  const forced = await kvadm("failover", "--force");
  t.match(forced, { status: 1, stdout: "", stderr: /n\d leads and answers, there is nothing to force/ });
  t.equal((await roles()).leader, leader);
});

t.test("a node that is asked to stand leads, though nobody had missed the leader", async (t) => {
  const { others } = await roles();
  const client = await openClient({ endpoints: cluster.addresses() });
  t.teardown(() => client.close());
  t.equal(await client.operator.stand(addressOf(others[0]), { timeoutMs: 60_000 }), others[0]);
  await client.put("after", "1", { timeoutMs: 60_000 });
});

t.test("a node that is down is not asked to take over, nor is anybody else", async (t) => {
  const { leader, others } = await roles();
  const [gone] = others;
  await cluster.kill(gone);
  const away = new RegExp(
    `^kvadm: ${gone} does not answer, and ${leader}, which leads, hears nothing from it`,
  );
  t.match(await kvadm("failover", "--to", gone, "--dry-run"), { status: 3, stdout: "", stderr: away });
  t.match(await kvadm("failover", "--to", gone), { status: 3, stdout: "", stderr: away });
  t.equal((await roles()).leader, leader);
  cluster.start(gone);
  await cluster.waitForAnswer(gone);
  await until("it may take over again", async () => {
    const back = await kvadm("failover", "--to", gone, "--dry-run");
    return back.stdout.startsWith(`${leader} would hand over to ${gone}`);
  });
});

t.test("without a majority a forced node leads as soon as one is there, and not before", async (t) => {
  const { leader, others } = await roles();
  cluster.pause(leader);
  cluster.pause(others[1]);
  const told = await kvadm("failover", "--force", "--dry-run");
  t.match(told, { status: 0, stdout: new RegExp(`^${others[0]} would be asked to stand .*no majority`) });
  const mute = await kvadm("failover", "--force", "--to", leader);
  t.match(mute, { status: 3, stderr: new RegExp(`${leader} does not answer`) });
  const alone = await kvadm("failover", "--force", "--timeout", "2s");
  t.match(alone, { status: 3, stdout: "" });
  const client = await openClient({ endpoints: cluster.addresses() });
  t.teardown(() => client.close());
  const stood = client.operator.stand(addressOf(others[0]), { timeoutMs: 60_000 });
  cluster.resume(others[1]);
  t.ok(others.includes(await stood));
  cluster.resume(leader);
});
