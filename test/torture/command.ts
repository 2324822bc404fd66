import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DevCluster } from "../../src/dev/cluster.ts";
import { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import type { TortureSummary } from "./torture.ts";
import { Torture } from "./torture.ts";

const USAGE = `npm run torture -- [--rounds N] [--seed S] [-n 3|5] [--clients C] [--store-clients S] [--keep]

Kills and pauses nodes of a real cluster under load, round after round, and checks every answer that the
clients got: no acknowledged write lost, no read older than an acknowledged write, nothing executed twice,
service back each time a majority is up. C clients have keys of their own; S ask for every operation there
is, on keys that they share. The seed decides keys, requests and kills; timing is real.

Exit codes: 0 clean, 1 a broken promise, 2 usage.`;

const EXIT = { clean: 0, violation: 1, usage: 2 } as const;

interface Settings {
  readonly rounds: number;
  readonly seed: number;
  readonly size: number;
  readonly clients: number;
  readonly storeClients: number;
  readonly keep: boolean;
}

function parseSettings(args: readonly string[]): Settings | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: "string", default: "10" },
        seed: { type: "string", default: String(process.pid) },
        nodes: { type: "string", short: "n", default: "3" },
        clients: { type: "string", default: "16" },
        "store-clients": { type: "string", default: "9" },
        keep: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return USAGE;
    const given = [values.rounds, values.seed, values.nodes, values.clients, values["store-clients"]];
    const [rounds, seed, size, clients, storeClients] = given.map(Number);
    const isWhole = (value: number | undefined, min: number): value is number =>
      value !== undefined && Number.isSafeInteger(value) && value >= min;
    if (!isWhole(rounds, 1)) return "--rounds must be a whole number from 1 on";
    if (!isWhole(seed, 0)) return "--seed must be a whole number from 0 on";
    if (size !== 3 && size !== 5) return "-n must be 3 or 5";
    if (!isWhole(clients, 1)) return "--clients must be a whole number from 1 on";
    if (!isWhole(storeClients, 1)) return "--store-clients must be a whole number from 1 on";
    return { rounds, seed, size, clients, storeClients, keep: values.keep };
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

function printSummary(summary: TortureSummary, seed: number): void {
  const { rounds, acknowledgedWrites, unknownWrites, reads, keys, store, groups, serviceBackMs } = summary;
  const sorted = [...serviceBackMs].sort((left, right) => left - right);
  const median = Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
  const worst = Math.round(sorted.at(-1) ?? 0);
  console.log(
    `seed ${seed}: ${rounds} rounds, ${keys} keys, ${acknowledgedWrites} writes acknowledged, ${unknownWrites} unknown, ` +
      `${reads} reads; service back after ${median} ms (median), ${worst} ms (worst)`,
  );
  console.log(
    `${groups} groups of shared keys: ${store.changes} changes, ${store.refusals} refused by their conditions, ` +
      `${store.unknown} unknown; ${store.reads} reads, ${store.sequentialReads} sequential ones`,
  );
}

async function torture(settings: Settings): Promise<number> {
  const { rounds, seed, size, clients, storeClients, keep } = settings;
  const directory = mkdtempSync(join(tmpdir(), "kvd-torture-"));
  const cluster = await DevCluster.up({ dir: join(directory, "nodes"), nodes: size });
  let isClean = false;
  const onSignal = (): void => {
    void cluster.down().then(() => process.exit(EXIT.violation));
  };
  process.once("SIGINT", onSignal);
  process.once("SIGTERM", onSignal);
  try {
    console.log(`seed ${seed}, ${size} nodes in ${directory}, ${clients} clients`);
    const random = new SeededRandom(seed);
    const options = { rounds, clients, storeClients, thinkMsMax: 40 };
    const run = new Torture(cluster, options, { random, report: (line) => console.log(line) });
    const summary = await run.run();
    printSummary(summary, seed);
    const { violation } = summary;
    isClean = violation === undefined;
    if (violation === undefined) return EXIT.clean;
    for (const line of run.linesOf(violation)) console.log(line);
    console.log(`VIOLATION ${violation.key}: ${violation.message}`);
    console.log(`seed ${seed}; the nodes' directories and logs are left in ${directory}`);
    return EXIT.violation;
  } finally {
    await cluster.down();
    if (isClean && !keep) rmSync(directory, { recursive: true, force: true });
  }
}

const settings = parseSettings(process.argv.slice(2));
if (typeof settings === "string") {
  (settings === USAGE ? console.log : console.error)(settings);
  process.exitCode = settings === USAGE ? EXIT.clean : EXIT.usage;
} else {
  process.exitCode = await torture(settings);
}
