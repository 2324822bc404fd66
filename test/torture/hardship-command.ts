import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openClient } from "../../src/client/open.ts";
import { DevCluster } from "../../src/dev/cluster.ts";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { measureCatchUp } from "./catch-up.ts";
import { holdIdleConnections } from "./idle-connections.ts";
import { fireAtLeader } from "./under-fire.ts";

const USAGE = `npm run hardship -- catch-up [--writes 100000]
npm run hardship -- datagrams [--count 100000] [--seed S]
npm run hardship -- connections [--count 10000]

catch-up: kills a follower, writes so often, starts it again; prints how long it took to catch up and
          what the others did meanwhile.
datagrams: fires random, truncated, replayed, mutated and forged datagrams at the leader's port under load.
connections: holds idle HTTP connections to a node, as many as the descriptors allow; prints how many it
          reached and what they cost.

Exit codes: 0 clean, 1 something broke, 2 usage.`;

async function catchUp(cluster: DevCluster, writes: number): Promise<number> {
  const result = await measureCatchUp(cluster, writes);
  const { beforePerSecond, duringPerSecond, catchUpMs, largestGapMs } = result;
  console.log(
    `${result.writes} writes missed, caught up after ${Math.round(catchUpMs)} ms; ` +
      `${Math.round(beforePerSecond)} writes/s before, ${Math.round(duringPerSecond)} during, ` +
      `longest pause ${Math.round(largestGapMs)} ms`,
  );
  return 0;
}

async function datagrams(cluster: DevCluster, count: number, seed: number): Promise<number> {
  const result = await fireAtLeader(cluster, count, new SeededRandom(seed));
  const { answers, answeredBytes, sentBytes, writes, version, risen, faults } = result;
  console.log(`${count} hostile datagrams (${sentBytes} bytes), ${answers} answers (${answeredBytes} bytes)`);
  console.log(`${result.garbledMessages} garbled messages from a client of good standing`);
  console.log(`${writes} writes meanwhile, executed: ${version ?? 0}`);
  for (const [name, rise] of risen) console.log(`${name} ${rise}`);
  for (const fault of faults) console.log(`FAULT ${fault}`);
  return faults.length === 0 && version === writes ? 0 : 1;
}

async function connections(cluster: DevCluster, count: number): Promise<number> {
  const client = await openClient({ endpoints: cluster.addresses(), timeoutMs: 30_000 });
  const result = await holdIdleConnections(cluster, count, () => client.put("idle", "1"));
  client.close();
  const { reached, stoppedBy, beforeKib, withKib, serves } = result;
  const each = Math.round(((withKib - beforeKib) * 1024) / Math.max(1, reached));
  console.log(`${reached} of ${count} idle connections; ${stoppedBy ?? "as many as were asked for"}`);
  console.log(`memory of the node: ${beforeKib} KiB before, ${withKib} KiB with them: ${each} bytes each`);
  console.log(serves ? "it went on serving" : "FAULT it did not go on serving");
  return serves && reached > 0 ? 0 : 1;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    writes: { type: "string", default: "100000" },
    count: { type: "string" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
const KINDS: Readonly<Record<string, (cluster: DevCluster) => Promise<number>>> = {
  "catch-up": (cluster) => catchUp(cluster, writes),
  datagrams: (cluster) => datagrams(cluster, count, seed),
  connections: (cluster) => connections(cluster, count),
};
const [kind = ""] = positionals;
const wanted = values.count ?? (kind === "connections" ? "10000" : "100000");
const [writes, count, seed] = [values.writes, wanted, values.seed].map(Number) as [number, number, number];
const run = KINDS[kind];
const areWhole = [writes, count, seed].every((value) => Number.isSafeInteger(value) && value > 0);
if (values.help) console.log(USAGE);
else if (run === undefined || !areWhole) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const directory = mkdtempSync(join(tmpdir(), "kvd-hardship-"));
  const cluster = await DevCluster.up({ dir: join(directory, "nodes"), nodes: 3 });
  try {
    process.exitCode = await run(cluster);
  } finally {
    await cluster.down();
    rmSync(directory, { recursive: true, force: true });
  }
}
