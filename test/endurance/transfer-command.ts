import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { DevCluster } from "../../src/dev/cluster.ts";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { Load } from "./load.ts";
import { differenceOfReplicas, statusOf } from "./replicas.ts";
import {
  caughtUp,
  chooseReceiver,
  during,
  fill,
  killAround,
  leaveBehind,
  settled,
  type Transfer,
  type Writes,
} from "./transfer.ts";

const USAGE = `npm run transfer -- [--keys 1000000] [--bytes 256] [--kills 20] [--rate 150] [--seed S]

Three real nodes; one is killed while the others are given KEYS keys and cut their logs. Then, under a mixed
load of RATE turns a second, it is started and gets a snapshot of everything; once without trouble, for the
figures, and once more while it and those who send are killed KILLS times. At the end every record of every
replica is compared.

Exit codes: 0 alike and nothing lost, 1 otherwise, 2 usage.`;

const START_ARGUMENTS = [
  ["--history-age", "60s"],
  ["--tail-slots", "100"],
].flat();
const BEFORE_MS = 20_000;
/** Kills are no further apart, so that many of them fall into one transfer, however long that takes. */
const GAP_MS_MAX = 10_000;

interface Settings {
  readonly keys: number;
  readonly bytes: number;
  readonly kills: number;
  readonly rate: number;
  readonly seed: number;
}

function sayWrites(when: string, { seconds, count, p50Ms, p99Ms, slowestMs, failures }: Writes): void {
  console.log(
    `${when}: ${seconds.toFixed(1)} s, ${count} writes, p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)}, ` +
      `slowest ${Math.round(slowestMs)} ms; ${failures.length} requests failed`,
  );
}

async function fillWithout(transfer: Transfer, { keys, bytes }: Settings): Promise<void> {
  const { cluster, receiver, client } = transfer;
  await cluster.kill(receiver);
  const startMs = performance.now();
  await fill(client, keys, bytes, (done) => console.log(`  ${done} keys`));
  console.log(
    `${keys} keys of ${bytes} bytes put in ${Math.round((performance.now() - startMs) / 1000)} s, ${receiver} is down`,
  );
}

async function run(settings: Settings): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "kvd-transfer-"));
  const cluster = await DevCluster.up({
    dir: join(directory, "nodes"),
    nodes: 3,
    startArguments: START_ARGUMENTS,
  });
  const transfer = await chooseReceiver(cluster);
  const { receiver, client } = transfer;
  let load: Load | undefined;
  let isClean = false;
  try {
    console.log(
      `${cpus().length} cores of ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}; seed ${settings.seed}`,
    );
    await fillWithout(transfer, settings);
    load = await Load.start(cluster, {
      seed: settings.seed,
      processes: 1,
      workersPerProcess: 16,
      turnsPerSecond: settings.rate,
    });
    await settled(transfer);
    const before = await during(load, () => sleep(BEFORE_MS));
    sayWrites("before", before);
    const clean = await during(load, () => {
      cluster.start(receiver);
      return caughtUp(transfer);
    });
    sayWrites("snapshot sent, undisturbed", clean);
    const { stateBytes = 0 } = (await statusOf(client, cluster, receiver)) ?? {};
    console.log(
      `p99 during against before: ${(clean.p99Ms / before.p99Ms).toFixed(2)}; the state has ${Math.round(stateBytes / 2 ** 20)} MiB`,
    );
    const after = await during(load, () => sleep(BEFORE_MS));
    sayWrites("after", after);
    await leaveBehind(transfer);
    const random = new SeededRandom(settings.seed);
    const gapMsMax = Math.min(GAP_MS_MAX, Math.max(1_000, Math.round(clean.seconds * 400)));
    const disturbed = await during(load, async () => {
      cluster.start(receiver);
      await killAround(transfer, settings.kills, { random, gapMsMax, report: (line) => console.log(line) });
      const startMs = performance.now();
      await caughtUp(transfer);
      console.log(`caught up ${((performance.now() - startMs) / 1000).toFixed(1)} s after the last kill`);
    });
    sayWrites(`snapshot sent, ${settings.kills} kills`, disturbed);
    const end = await load.finish();
    const difference = await differenceOfReplicas(cluster);
    const faults = [
      ...before.failures,
      ...after.failures,
      ...clean.failures,
      ...disturbed.failures,
      ...end.failures,
      ...end.violations,
    ];
    if (difference !== undefined) faults.push(difference);
    console.log(
      `${end.keysChecked} keys compared with what was acknowledged; replicas ${difference === undefined ? "equal" : "DIFFER"}`,
    );
    for (const fault of faults) console.log(`FAULT ${fault}`);
    isClean = faults.length === 0;
    if (!isClean) console.log(`the nodes' directories and logs are left in ${directory}`);
    return isClean ? 0 : 1;
  } finally {
    load?.kill();
    client.close();
    await cluster.down();
    if (isClean) rmSync(directory, { recursive: true, force: true });
  }
}

const { values } = parseArgs({
  options: {
    keys: { type: "string", default: "1000000" },
    bytes: { type: "string", default: "256" },
    kills: { type: "string", default: "20" },
    rate: { type: "string", default: "150" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
const settings: Settings = {
  keys: Number(values.keys),
  bytes: Number(values.bytes),
  kills: Number(values.kills),
  rate: Number(values.rate),
  seed: Number(values.seed),
};
if (values.help) console.log(USAGE);
else if (!Object.values(settings).every((value) => Number.isSafeInteger(value) && value > 0)) {
  console.error(USAGE);
  process.exitCode = 2;
} else process.exitCode = await run(settings);
