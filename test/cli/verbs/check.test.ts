import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { openClient } from "../../../src/client/open.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { runAt } from "../run-at.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-check-test-"));
const cluster = await DevCluster.up({ dir, nodes: 3 });
const client = await openClient({ endpoints: cluster.addresses(), timeoutMs: 60_000 });
t.teardown(async () => {
  client.close();
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

const kvadm = (...argv: string[]) => runAt(cluster, KVADM, argv);

t.test(
  "members that made the same of the same slots are told so, while the cluster is written to",
  async (t) => {
    let isOver = false;
    const writing = (async () => {
      for (let at = 0; !isOver; at++) await client.put(`key-${at % 7}`, `${at}`);
    })();
    const { status, stdout } = await kvadm("check", "--timeout", "60s", "-o", "json");
    isOver = true;
    await writing;
    t.equal(status, 0, stdout);
    const told = JSON.parse(stdout);
    t.match(told, { kind: "check", equal: true, differs: false });
    t.same(
      told.members.map(({ node, verdict }: { node: string; verdict: string }) => [node, verdict]),
      [
        ["n1", "equal"],
        ["n2", "equal"],
        ["n3", "equal"],
      ],
    );
    t.equal(
      new Set(
        told.members.map(
          ({ slot, hash, keys }: Readonly<Record<string, unknown>>) => `${slot} ${hash} ${keys}`,
        ),
      ).size,
      1,
    );
  },
);

t.test("a member that does not answer leaves the question open", async (t) => {
  await cluster.kill("n3");
  const { status, stdout } = await kvadm("check", "--timeout", "60s");
  t.equal(status, 7);
  t.match(stdout, /^NODE +SLOT +HASH +KEYS +VERDICT\nn1 +\d+ +[0-9a-f]{14} +\d+ +equal\n/);
  t.match(stdout, /\nn3 +- +- +- +no answer\n$/);
});
