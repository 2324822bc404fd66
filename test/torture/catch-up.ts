import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import type { DevCluster } from "../../src/dev/cluster.ts";
import { servingLeader } from "./failover.ts";

const OUTSTANDING = 64;
const VALUE_BYTES = 200;
const CATCH_UP_MS_MAX = 120_000;
const POLL_MS = 20;

export interface CatchUpResult {
  /** Writes acknowledged while the node was down. */
  readonly writes: number;
  /** Of the load while the node was down, and from its start until it had caught up. */
  readonly beforePerSecond: number;
  readonly duringPerSecond: number;
  /** From the start of the node's process until it had applied what the others had at that moment. */
  readonly catchUpMs: number;
  /** The longest time without an acknowledgement while it caught up. */
  readonly largestGapMs: number;
}

/** A closed loop of puts that counts its acknowledgements. */
class Load {
  acknowledged = 0;
  largestGapMs = 0;
  #lastMs = performance.now();
  #isStopping = false;
  #running: Promise<unknown> = Promise.resolve();

  start(client: Client): void {
    const loop = async (index: number): Promise<void> => {
      const value = new Uint8Array(VALUE_BYTES).fill(index);
      for (let count = 0; !this.#isStopping; count++) {
        await client.put(`catch-up/${index}/${count % 100}`, value, { timeoutMs: 30_000 });
        this.#onAcknowledged();
      }
    };
    this.#running = Promise.all(Array.from({ length: OUTSTANDING }, (_, index) => loop(index)));
  }

  forgetGaps(): void {
    this.largestGapMs = 0;
    this.#lastMs = performance.now();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#running;
  }

  #onAcknowledged(): void {
    const nowMs = performance.now();
    this.largestGapMs = Math.max(this.largestGapMs, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    this.acknowledged += 1;
  }
}

/** Kills a follower, writes `writes` times, starts it again, and watches both it and the load. */
export async function measureCatchUp(cluster: DevCluster, writes: number): Promise<CatchUpResult> {
  const client = await openClient({ endpoints: cluster.addresses() });
  try {
    const leader = await servingLeader(cluster);
    const absent = cluster.list().findIndex(({ id }) => id !== leader);
    const name = cluster.list()[absent]?.id ?? "";
    await cluster.kill(name);
    const load = new Load();
    const startMs = performance.now();
    load.start(client);
    while (load.acknowledged < writes) await sleep(POLL_MS);
    const beforeMs = performance.now() - startMs;
    const missed = load.acknowledged;

    const goal = await appliedOf(client, cluster, leader);
    load.forgetGaps();
    const restartMs = performance.now();
    cluster.start(name);
    while ((await appliedOf(client, cluster, name)) < goal) {
      if (performance.now() - restartMs > CATCH_UP_MS_MAX)
        throw new Error(`${name} has not caught up with slot ${goal}`);
      await sleep(POLL_MS);
    }
    const catchUpMs = performance.now() - restartMs;
    const during = load.acknowledged - missed;
    const { largestGapMs } = load;
    await load.stop();
    return {
      writes: missed,
      beforePerSecond: (missed / beforeMs) * 1_000,
      duringPerSecond: (during / catchUpMs) * 1_000,
      catchUpMs,
      largestGapMs,
    };
  } finally {
    client.close();
  }
}

/** One past the last slot that the node has applied; 0 when it does not answer. */
async function appliedOf(client: Client, cluster: DevCluster, name: string): Promise<number> {
  const index = cluster.list().findIndex(({ id }) => id === name);
  const address = cluster.addresses()[index];
  if (address === undefined) return 0;
  const status = await client.status(address, { timeoutMs: 1_000 }).catch(() => undefined);
  return status?.applied ?? 0;
}
