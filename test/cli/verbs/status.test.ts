import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { runAt } from "../run-at.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-status-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 2 });
t.teardown(async () => {
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

const kvadm = (...argv: string[]) => runAt(cluster, KVADM, argv, "20s");

t.test("the status of a cluster that serves nobody is shown, and is a negative answer", async (t) => {
  t.match(await kvadm("status"), { status: 0, stderr: "" });
  t.match(await kvadm("status", "-q"), { status: 0, stdout: "" });
  await cluster.kill("n2");
  const outage = "kvadm: no majority: 1 of 2 voters answer, and 2 are needed\n";
  t.match(await kvadm("status"), { status: 1, stdout: /^NODE.*\nn1 .*\nn2 .* no answer/, stderr: outage });
  t.match(await kvadm("status", "-q"), { status: 1, stdout: "", stderr: "" });
  const json = await kvadm("status", "-o", "json");
  t.match(JSON.parse(json.stdout), { kind: "status", nodes: [{ answered: true }, { answered: false }] });
  t.match(JSON.parse(json.stderr), { error: { code: "no_leader" } });
  t.match(await kvadm("member", "ls"), {
    status: 1,
    stdout:
      /^as n1 knows them, without a leader: .*\nNODE .*\nn1 +1 .*voter +answers +0\nn2 +- .* no answer +-\n$/,
    stderr: outage,
  });
  t.match(JSON.parse((await kvadm("member", "ls", "-o", "json")).stdout), {
    kind: "members",
    epoch: null,
    known_by: "n1",
    members: [
      { node: "n1", id: 1, role: "voter", answers: true },
      { node: "n2", id: null, endpoint: cluster.endpoints()[1], role: "voter", answers: false },
    ],
  });
  await cluster.kill("n1");
  t.match(await kvadm("status", "--timeout", "500ms"), { status: 3, stdout: "" }, "nobody answers");
});
