import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { openClient } from "../../../src/client/open.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { runAt } from "../run-at.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-log-test-"));
const cluster = await DevCluster.up({ dir, nodes: 1 });
const client = await openClient({ endpoints: cluster.addresses(), timeoutMs: 60_000 });
t.teardown(async () => {
  client.close();
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});

const kvadm = (...argv: string[]) => runAt(cluster, KVADM, argv, "60s");

// A page of the log ends after a mebibyte: these take several.
const LARGE = new Uint8Array(600 * 1024);
for (let at = 0; at < 4; at++) await client.put("large", LARGE);
await client.put("colour", "green");
await client.delete("colour");

t.test("the last slots are listed, with what was done and neither keys nor values", async (t) => {
  const { status, stdout, stderr } = await kvadm("log", "ls");
  t.equal(status, 0, stderr);
  t.match(stdout, /^SLOT +BALLOT +STATE +KIND +BYTES +COMMANDS +WHAT\n/);
  t.match(stdout, /\n\d+ +\d+\.1 +chosen +batch +\d+ +1 +put\n/);
  t.match(stdout, /\n\d+ +\d+\.1 +chosen +batch +\d+ +1 +delete\n/);
  t.notMatch(stdout, /colour|green/);
  t.equal((await kvadm("log", "ls", "--limit", "2")).stdout.split("\n").length, 4);
});

t.test("a part of the log is listed by its bounds, over as many pages as it takes", async (t) => {
  const part = JSON.parse((await kvadm("log", "ls", "n1", "--from", "1", "--to", "3", "-o", "json")).stdout);
  t.match(part, { kind: "log_slots", node: "n1", first_kept: 1 });
  t.same(
    part.slots.map(({ slot }: { slot: number }) => slot),
    [1, 2, 3],
  );
  t.match(part.slots[0], { kind: "noop", chosen: true, operations: {} });
  const all = JSON.parse((await kvadm("log", "ls", "--from", "1", "--limit", "1000", "-o", "json")).stdout);
  t.ok(all.slots.length >= 6);
  t.same(
    all.slots.map(({ slot }: { slot: number }) => slot),
    all.slots.map((_: unknown, index: number) => index + 1),
  );
});

t.test("bounds that are none, and a node that is none, are refused", async (t) => {
  t.match(await kvadm("log", "ls", "--from", "3", "--to", "2"), { status: 2, stderr: /--to 2 is before/ });
  t.match(await kvadm("log", "ls", "--limit", "0"), { status: 2 });
  t.match(await kvadm("log", "ls", "n9"), { status: 2, stderr: /no member is called 'n9'/ });
});
