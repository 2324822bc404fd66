import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import type { Finding } from "../../../src/cli/findings.ts";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { runAt } from "../run-at.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-health-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 3 });
t.teardown(async () => {
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

const kvadm = (...argv: string[]) => runAt(cluster, KVADM, argv, "20s");

/** Until the leader has links to all: right after the start one may still be missing. */
async function whenWell(): Promise<void> {
  while ((await kvadm("is-healthy")).status !== 0) await new Promise((resolve) => setTimeout(resolve, 100));
}

t.test("a cluster that is well says so in every form", async (t) => {
  await whenWell();
  t.match(await kvadm("health"), {
    status: 0,
    stdout: /^SUBJECT +HEALTH +DETAIL\ncluster +ok\nn1 +ok\nn2 +ok\nn3 +ok\n$/,
    stderr: "",
  });
  t.match(JSON.parse((await kvadm("health", "-o", "json")).stdout), {
    healthy: true,
    serves: true,
    findings: [],
  });
  t.match(await kvadm("is-ready"), { status: 0, stdout: "yes\n" });
  t.match(await kvadm("is-ready", "n3"), { status: 0, stdout: "yes\n" });
  t.match(await kvadm("is-healthy", "n2", "-q"), { status: 0, stdout: "" });
});

/** How busy this machine and its disk are is no fault of the cluster's. */
const ofTheMachine = ({ evidence }: { readonly evidence: string }): boolean =>
  /commits of the last|syncs|stood still|socket may|round trip|are free|packets were lost/.test(evidence);

/** How many packets each node knows to have reached each other. */
async function arrivals(): Promise<readonly number[]> {
  const { nodes } = JSON.parse((await kvadm("status", "-o", "json")).stdout);
  return nodes.flatMap(({ peers }: { readonly peers: readonly { readonly acked: number }[] }) =>
    peers.map(({ acked }) => acked),
  );
}

t.test(
  "the doctor looks at the members, the paths between all of them, and on demand at a disk",
  async (t) => {
    const { status, stdout } = await kvadm("doctor", "-o", "json", "--data-dir", dir);
    const { findings } = JSON.parse(stdout);
    t.same(
      findings.filter((finding: Finding) => !ofTheMachine(finding)),
      [],
    );
    t.equal(status, findings.every(({ severity }: Finding) => severity === "advice") ? 0 : 7);
    // A link that is replaced counts afresh, as when two nodes have dialled each other at once.
    for (let again = 0; again < 10 && Math.min(...(await arrivals())) < 16; again++) await kvadm("doctor");
    const arrived = await arrivals();
    t.equal(arrived.length, 6);
    for (const count of arrived) t.ok(count >= 16, `${count} packets arrived`);
    t.match(await kvadm("doctor", "--data-dir", join(dir, "missing")), { status: 9, stderr: /ENOENT/ });
  },
);

t.test("a member that is down is named, and the others stay ready", async (t) => {
  await cluster.kill("n2");
  const health = await kvadm("health");
  t.match(health, { status: 7, stdout: /\nn2 +warning +no answer from/, stderr: /kvadm doctor/ });
  t.match(await kvadm("doctor"), { status: 7, stdout: /warning {2}n2: .*\n {2}so: .*\n {2}do: .*systemctl/ });
  t.match(JSON.parse((await kvadm("doctor", "-o", "json")).stdout).findings, [
    { subject: "n2", severity: "warning" },
  ]);
  t.match(await kvadm("is-healthy"), { status: 7, stdout: "no\n" });
  t.match(await kvadm("is-ready", "n2"), { status: 1, stdout: "no\n" });
  t.match(await kvadm("is-ready"), { status: 0, stdout: "yes\n" });
  t.match(await kvadm("is-healthy", "n9"), {
    status: 2,
    stderr: /no member is called 'n9': there are n1, n2, n3/,
  });
});

t.test("without a majority nobody is ready", async (t) => {
  await cluster.kill("n3");
  t.match(await kvadm("is-ready"), { status: 1, stdout: "no\n" });
  t.match(await kvadm("is-ready", "n1", "--timeout", "2s"), { status: 1, stdout: "no\n" });
  t.match(await kvadm("doctor"), { status: 7, stdout: /^critical {2}cluster: no majority/ });
});
