import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { KVADM } from "../../src/cli/kvadm.ts";
import { runProgram } from "../../src/cli/program.ts";
import { type Client, openClient } from "../../src/client/open.ts";
import { DevCluster } from "../../src/dev/cluster.ts";
import { FakeTerminal } from "../cli/fake-terminal.ts";
import { until } from "../until.ts";
import { withDirectory } from "./with-cluster.ts";

const WRITERS = 8;
const PATIENCE = { timeoutMs: 60_000 };

async function kvadm(...argv: string[]) {
  const terminal = new FakeTerminal({});
  const status = await runProgram(KVADM, argv, terminal);
  return { status, stdout: terminal.stdout, stderr: terminal.stderr };
}

/** Counts up in a key for each writer; what was acknowledged and what was only asked for, by writer. */
class Load {
  readonly acknowledged = new Map<number, number>();
  readonly asked = new Map<number, number>();
  #isStopping = false;
  readonly #running: Promise<unknown>;

  constructor(client: Client) {
    const loop = async (writer: number): Promise<void> => {
      for (let count = 1; !this.#isStopping; count++) {
        this.asked.set(writer, count);
        await client.put(`count/${writer}`, String(count), { timeoutMs: 1_000 });
        this.acknowledged.set(writer, count);
      }
    };
    const loops = Array.from({ length: WRITERS }, (_, writer) => loop(writer).catch(() => undefined));
    this.#running = Promise.all(loops);
  }

  get total(): number {
    return [...this.acknowledged.values()].reduce((sum, count) => sum + count, 0);
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }
}

async function appliedAt(client: Client, cluster: DevCluster, index: number): Promise<number> {
  const address = cluster.addresses()[index];
  if (address === undefined) throw new Error(`there is no node ${index}`);
  return (await client.status(address, PATIENCE)).applied;
}

async function countAt(client: Client, writer: number): Promise<number> {
  const { record } = await client.get(`count/${writer}`, PATIENCE);
  return Number(new TextDecoder().decode(record?.value));
}

/** Of the two files that hold everything. */
function fingerprintOf(path: string): string {
  const hash = createHash("sha256");
  for (const file of ["log", "state-1"]) hash.update(readFileSync(join(path, file, "data.mdb")));
  return hash.digest("hex");
}

/** Loses n2 and n3 while n1 was part of every majority that acknowledged anything; the load until then. */
async function loseMajority(cluster: DevCluster): Promise<Load> {
  const client = await openClient({ endpoints: cluster.addresses() });
  try {
    await client.put("short", "lived", { ...PATIENCE, ttlMs: 3_600_000 });
    await cluster.kill("n3");
    await client.put("without", "n3", PATIENCE);
    const before = await appliedAt(client, cluster, 1);
    await until("n1 has all that n3 knew", async () => (await appliedAt(client, cluster, 0)) >= before);
    const load = new Load(client);
    await until("there is load", async () => load.total >= 100);
    await Promise.all([cluster.kill("n2"), cluster.kill("n1")]);
    await load.stop();
    return load;
  } finally {
    client.close();
  }
}

t.test(
  "a cluster whose majority is gone lives on from the directory that is left, with all that was acknowledged with it",
  { timeout: 600_000 },
  async (t) => {
    await withDirectory(async (directory) => {
      const old = await DevCluster.up({ dir: join(directory, "old"), nodes: 3 });
      let load: Load;
      const left = join(old.dir, "n1");
      try {
        const refused = await kvadm("recover", left, "--dry-run");
        t.match(refused, { status: 8, stderr: /in use/ }, "a node runs there");
        load = await loseMajority(old);
      } finally {
        await old.down();
      }
      for (const name of ["n2", "n3"]) rmSync(join(old.dir, name), { recursive: true });

      const before = fingerprintOf(left);
      const file = join(directory, "left.snap");
      const planned = await kvadm("recover", left, "--dry-run");
      t.match(planned, {
        status: 0,
        stdout: /\nmay be lost +writes that a majority without n1 acknowledged/,
      });
      t.match(await kvadm("recover", left, "--out", file, "--unsafe"), { status: 0, stderr: "" });
      t.equal(fingerprintOf(left), before, "the directory is as it was");
      t.match(await kvadm("snapshot", "verify", file), { status: 0 });

      const fresh = await DevCluster.create({ dir: join(directory, "new"), names: ["n1"] });
      const home = join(fresh.dir, "n1");
      rmSync(home, { recursive: true });
      const plan = ["--cluster", join(fresh.dir, "cluster.yaml"), "--node", "n1"];
      t.match(await kvadm("snapshot", "restore", file, ...plan, "--data-dir", home), { status: 0 });
      fresh.start("n1");
      await fresh.waitForLeader();
      const client = await openClient({ endpoints: fresh.addresses() });
      try {
        for (const [writer, count] of load.acknowledged) {
          const value = await countAt(client, writer);
          t.ok(value >= count, `writer ${writer}: ${value}, of which ${count} were acknowledged`);
          t.ok(value <= (load.asked.get(writer) ?? 0), "and nothing that was never asked for");
        }
        t.ok((await client.get("short", PATIENCE)).record, "what ends by itself is still there");
        await fresh.join("n2");
        await fresh.join("n3");
        await until("three vote", async () => {
          const { membership, settled } = await client.operator.members(PATIENCE);
          return settled && membership.members.filter(({ role }) => role === "voter").length === 3;
        });
        const check = await kvadm("check", "-E", fresh.endpoints().join(","), "--timeout", "60s");
        t.match(check, { status: 0 }, "all three hold the same");
      } finally {
        client.close();
        await fresh.down();
      }
    });
  },
);
