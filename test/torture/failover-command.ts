import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DevCluster } from "../../src/dev/cluster.ts";
import { measureFailover } from "./failover.ts";

const USAGE = `npm run failover -- [--trials 20]

Kills the leader of three real nodes under load, again and again, and prints how long it took until a
write that was sent after the kill was acknowledged.`;

async function failover(trials: number): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "kvd-failover-"));
  const cluster = await DevCluster.up({ dir: join(directory, "nodes"), nodes: 3 });
  try {
    const results = await measureFailover(cluster, trials, ({ leader, gapMs, failedWrites }, index) => {
      console.log(
        `trial ${index}: ${leader} killed, writes went on after ${Math.round(gapMs)} ms, ${failedWrites} failed`,
      );
    });
    const gaps = results.map(({ gapMs }) => gapMs).sort((left, right) => left - right);
    const failed = results.reduce((sum, { failedWrites }) => sum + failedWrites, 0);
    const median = Math.round(gaps[Math.floor(gaps.length / 2)] ?? 0);
    const worst = Math.round(gaps.at(-1) ?? 0);
    console.log(`${trials} leaders killed: median ${median} ms, worst ${worst} ms; ${failed} writes failed`);
  } finally {
    await cluster.down();
    rmSync(directory, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: { trials: { type: "string", default: "20" }, help: { type: "boolean", default: false } },
});
const trials = Number(values.trials);
if (values.help) console.log(USAGE);
else if (Number.isSafeInteger(trials) && trials > 0) await failover(trials);
else {
  console.error("--trials must be a whole number from 1 on");
  process.exitCode = 2;
}
