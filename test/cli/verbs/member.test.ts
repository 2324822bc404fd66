import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { parseJoinFile } from "../../../src/cli/join-file.ts";
import { KVADM } from "../../../src/cli/kvadm.ts";
import { KVD } from "../../../src/cli/kvd.ts";
import type { Program } from "../../../src/cli/program.ts";
import { DevCluster } from "../../../src/dev/cluster.ts";
import { SystemCrypto } from "../../../src/io/system-crypto.ts";
import { runAt } from "../run-at.ts";

const dir = mkdtempSync(join(tmpdir(), "kvd-member-test-"));
const cluster = await DevCluster.up({ dir: join(dir, "nodes"), nodes: 1 });
t.teardown(async () => {
  await cluster.down();
  rmSync(dir, { recursive: true, force: true });
});
const FILE = join(dir, "n2.join");
const THERE = "127.0.0.1:1";

const run = (program: Program, ...argv: string[]) => runAt(cluster, program, argv, "20s");

const member = (...argv: string[]) => run(KVADM, "member", ...argv);

t.test("the members are told with id, address and role", async (t) => {
  t.match(await member("ls"), {
    status: 0,
    stdout: /^NODE +ID +ADDR +ROLE +STATE +LAG\nn1 +1 +\S+ +voter +leads +\d\n$/,
  });
  t.match(JSON.parse((await member("ls", "-o", "json")).stdout), {
    kind: "members",
    epoch: 1,
    settled: true,
    next_id: 2,
    members: [{ node: "n1", id: 1, endpoint: cluster.endpoints()[0], role: "voter", leads: true }],
  });
});

t.test("a dry run says what would be, and nothing is changed", async (t) => {
  const told = await member("add", "n2", THERE, "--dry-run", "-f", FILE);
  t.match(told, {
    status: 0,
    stdout: /^n2 would be a member without a vote; of n1 a majority, 1, would vote/,
  });
  t.equal(existsSync(FILE), false);
  t.match(await member("remove", "n1", "--dry-run"), { status: 8, stderr: /n1 alone has a vote/ });
  t.match(JSON.parse((await member("ls", "-o", "json")).stdout), { epoch: 1 });
});

t.test("a member that is added is told in a file, which a directory is made from", async (t) => {
  t.match(await member("add", "n2", THERE, "--learner", "-f", FILE), {
    status: 0,
    stdout:
      /^n2 is a member without a vote, until kvadm member promote\nnext, on its machine: kvd init --join /,
  });
  const plan = parseJoinFile(readFileSync(FILE, "utf8"), new SystemCrypto());
  t.match(plan, { node: 2, genesis: { epoch: 1 }, joined: { epoch: 2, members: [{}, { role: "learner" }] } });
  t.match(await member("add", "n2", THERE, "-f", "-"), { status: 0, stdout: readFileSync(FILE, "utf8") });
  const waited = await member("add", "n2", THERE, "-f", FILE, "--wait", "--timeout", "1s");
  t.match(waited, { status: 3, stderr: /n2 has no vote yet|within 1000 ms/ });
  const made = await run(KVD, "init", "--join", FILE, "--data-dir", join(dir, "n2"));
  t.match(made, { status: 0, stdout: /node n2 of cluster / });
  t.match(await run(KVD, "init", "--join", FILE, "--data-dir", join(dir, "n2")), { status: 8 });
  t.match(await run(KVD, "init", "--join", FILE, "--single", "--data-dir", dir), { status: 2 });
  t.match(await run(KVD, "init", "--join", join(dir, "none"), "--data-dir", dir), {
    status: 9,
    stderr: /kvadm member add/,
  });
});

t.test("what cannot be is refused with the reason", async (t) => {
  const refusals: readonly (readonly [readonly string[], number, RegExp])[] = [
    [["add", "n2", "127.0.0.1:2"], 2, /a member is called n2 already/],
    [["add", "n3", THERE], 2, /is the address of n2 already/],
    [["add", "3", "127.0.0.1:2"], 2, /no node name/],
    [["add", "n3", "127.0.0.1:x"], 2, /is not HOST:PORT/],
    [["add", "n3", "127.0.0.1:2", "--learner", "--wait"], 2, /--learner/],
    [["promote", "n9"], 2, /'n9': there are n1, n2/],
    [["promote", "n2"], 8, /n2 has not caught up|no majority answers/],
    [["remove", "n9"], 2, /'n9'/],
    [["replace", "n1", "n1"], 2, /a name of its own/],
    [["replace", "n9", "n8", "127.0.0.1:3"], 2, /nothing to replace/],
  ];
  for (const [argv, status, stderr] of refusals)
    t.match(await member(...argv), { status, stderr }, argv.join(" "));
  t.match(await member("replace", "n1", "n2"), { status: 1, stdout: /n2 does not vote yet; once it does/ });
  const elsewhere = await member("replace", "n1", "n2", "127.0.0.1:3");
  t.match(elsewhere, {
    status: 2,
    stdout: "",
    stderr: /a member is called n2 already, at .*: not at 127.0.0.1:3/,
  });
  t.match(await member("replace", "n1", "n2", THERE), { status: 1, stdout: /n2 does not vote yet/ });
});

t.test("a learner that never came is let go, and its id with it", async (t) => {
  t.match(await member("remove", "n2"), {
    status: 0,
    stdout: /^n2 is no member any more; of n1 a majority, 1, /,
  });
  const { next_id, epoch, members } = JSON.parse((await member("ls", "-o", "json")).stdout);
  t.same([next_id, epoch, members.length], [3, 3, 1]);
  t.match(await member("add", "n2", THERE, "-f", FILE, "-o", "json"), { status: 0, stdout: /"id":3/ });
  t.match(await member("add", "n2", THERE, "-f", join(dir, "no", "where")), {
    status: 9,
    stderr: /n2 is a member, but .* cannot be written/,
  });
});
