import { setTimeout as sleep } from "node:timers/promises";
import { present } from "../../src/base/assert.ts";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import type { DevCluster } from "../../src/dev/cluster.ts";
import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { servingLeader } from "../torture/failover.ts";
import { until } from "../until.ts";
import type { Load } from "./load.ts";
import { quantile } from "./load-report.ts";
import { filesOf } from "./node-sample.ts";
import { statusOf } from "./replicas.ts";

const ENTRIES_PER_PUT = 1_000;
const PUTS_AT_ONCE = 16;
const WAIT_MS_MAX = 900_000;
/** So far behind the leader a node may be and count as caught up, under load. */
const LAG_MAX = 50;
/** Beyond what the logs of the others keep. */
const LEFT_BEHIND_SLOTS = 500;

/** Stores so many keys with values of so many bytes. */
export async function fill(
  client: Client,
  keys: number,
  valueBytes: number,
  report: (done: number) => void,
): Promise<void> {
  let next = 0;
  const value = "v".repeat(valueBytes);
  const put = async (): Promise<void> => {
    while (next < keys) {
      const from = next;
      next = Math.min(keys, from + ENTRIES_PER_PUT);
      const entries = Array.from({ length: next - from }, (_, index) => {
        const name = String(from + index).padStart(8, "0");
        return [`filled/${name}`, `${name}${value}`.slice(0, valueBytes)] as const;
      });
      await client.putAll(entries, { timeoutMs: 120_000 });
      if (from % (ENTRIES_PER_PUT * 100) === 0) report(from);
    }
  };
  await Promise.all(Array.from({ length: PUTS_AT_ONCE }, put));
}

/** Waits until those that are up have on disk what was put by now, and the log behind it is cut. */
export async function settled({ cluster, client, receiver }: Transfer): Promise<void> {
  const names = cluster.list().flatMap(({ id }) => (id === receiver ? [] : [id]));
  const statuses = () => Promise.all(names.map((id) => statusOf(client, cluster, id)));
  const goal = Math.max(...(await statuses()).map((status) => status?.applied ?? 0));
  await until(
    "what was put is on disk",
    async () => (await statuses()).every((status) => status !== undefined && status.stateDurable >= goal),
    WAIT_MS_MAX,
  );
}

/** Latencies of writes while something lasted. */
export interface Writes {
  readonly seconds: number;
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  readonly failures: readonly string[];
}

/** How the writes of a load fare while `action` lasts. */
export async function during(load: Load, action: () => Promise<unknown>): Promise<Writes> {
  await load.report();
  const startMs = performance.now();
  await action();
  const { writesMs, failures } = await load.report();
  return {
    seconds: (performance.now() - startMs) / 1_000,
    count: writesMs.length,
    p50Ms: quantile(writesMs, 0.5),
    p99Ms: quantile(writesMs, 0.99),
    slowestMs: quantile(writesMs, 1),
    failures,
  };
}

/** Who is given a snapshot, and who gives it. */
export interface Transfer {
  readonly receiver: string;
  readonly cluster: DevCluster;
  readonly client: Client;
}

/** Kills the receiver, and waits until no log of the others reaches back to what it has. */
export async function leaveBehind(transfer: Transfer): Promise<void> {
  const { receiver, cluster, client } = transfer;
  const before = await chosenOf(transfer);
  await cluster.kill(receiver);
  const others = cluster.list().flatMap(({ id }) => (id === receiver ? [] : [id]));
  await until(
    "the logs are cut",
    async () => {
      const all = await Promise.all(others.map((id) => statusOf(client, cluster, id)));
      return all.every((status) => (status?.firstKept ?? 0) > before + LEFT_BEHIND_SLOTS);
    },
    WAIT_MS_MAX,
  );
}

/** Asked until it answers: on a busy machine that may take some tries. */
async function chosenOf({ receiver, cluster, client }: Transfer): Promise<number> {
  return until(
    `${receiver} answers`,
    async () => (await statusOf(client, cluster, receiver))?.chosen,
    WAIT_MS_MAX,
  );
}

/** Waits until the receiver has applied about as much as the leader. */
export async function caughtUp(transfer: Transfer): Promise<void> {
  await until(`${transfer.receiver} catches up`, () => isCaughtUp(transfer), WAIT_MS_MAX);
}

async function isCaughtUp({ receiver, cluster, client }: Transfer): Promise<boolean> {
  const all = await Promise.all(cluster.list().map(({ id }) => statusOf(client, cluster, id)));
  const goal = Math.max(...all.map((status) => status?.applied ?? 0));
  const own = all.find((status) => status?.name === receiver);
  return own !== undefined && goal - own.applied <= LAG_MAX;
}

/** Waits until somebody serves. */
async function nameOfLeader({ cluster, client }: Transfer): Promise<string> {
  return until(
    "somebody leads",
    async () => {
      const all = await Promise.all(cluster.list().map(({ id }) => statusOf(client, cluster, id)));
      return all.find((status) => status?.role === "leader" && status.serving)?.name;
    },
    WAIT_MS_MAX,
  );
}

/**
 * Kills the receiver, or one of the others, `kills` times while the receiver fetches or builds, and starts it again at
 * once. A receiver that has caught up is left behind again first.
 */
export async function killAround(
  transfer: Transfer,
  kills: number,
  {
    random,
    gapMsMax,
    report,
  }: { readonly random: SeededRandom; readonly gapMsMax: number; report(line: string): void },
): Promise<void> {
  const { receiver, cluster } = transfer;
  const dir = present(cluster.list().find(({ id }) => id === receiver)?.dir, "the receiver has a directory");
  for (let count = 1; count <= kills; count++) {
    await sleep(random.between(300, gapMsMax));
    if (await isCaughtUp(transfer)) {
      report(`  ${receiver} had caught up, and is left behind again`);
      await leaveBehind(transfer);
      cluster.start(receiver);
      await sleep(random.between(300, gapMsMax));
    }
    const leader = await nameOfLeader(transfer);
    const others = cluster.list().flatMap(({ id }) => (id === receiver ? [] : [id]));
    // Whoever does not lead is asked for the snapshot first.
    const sender = random.isLucky(0.7) ? others.find((id) => id !== leader) : leader;
    const victim = random.isLucky(0.5) || sender === undefined ? receiver : sender;
    const { snapshotFile, stateFile } = filesOf(dir);
    await cluster.kill(victim);
    cluster.start(victim);
    await cluster.waitForAnswer(victim, 120_000);
    const what = victim === receiver ? "receiver" : victim === leader ? "leader" : "sender";
    report(
      `  kill ${count}: the ${what}; the receiver has snapshots of ${mib(snapshotFile)} and states of ${mib(stateFile)} MiB`,
    );
  }
}

function mib(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

/** Some node that does not lead, and clients to look at it. */
export async function chooseReceiver(cluster: DevCluster): Promise<Transfer> {
  const leader = await servingLeader(cluster);
  const receiver = present(cluster.list().find(({ id }) => id !== leader)?.id, "somebody does not lead");
  return {
    receiver,
    cluster,
    client: await openClient({ endpoints: cluster.addresses(), timeoutMs: 60_000 }),
  };
}
