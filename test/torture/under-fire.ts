import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { present } from "../../src/base/assert.ts";
import { slot } from "../../src/base/ids.ts";
import { openClient } from "../../src/client/open.ts";
import type { DevCluster } from "../../src/dev/cluster.ts";
import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { servingLeader } from "./failover.ts";
import { sendGarbled } from "./garbled-client.ts";
import type { BarrageResult } from "./hostile-datagrams.ts";
import { barrage, Recorder } from "./hostile-datagrams.ts";
import { NodeCaller } from "./node-caller.ts";

const PATIENCE_MS = 10_000;
/** What is forged in its name breaks the victim's link again and again: it does not wait long. */
const VICTIM_PATIENCE_MS = 300;

/** Garbled messages besides, for each hostile datagram. */
const GARBLED_SHARE = 0.25;

export interface UnderFireResult extends BarrageResult {
  /** Messages sent by a client whose transport is right and whose requests are not. */
  readonly garbledMessages: number;
  /** Acknowledged during the barrage. */
  readonly writes: number;
  /** The version of the key that was written to, when all was over: the number of writes, if all is well. */
  readonly version: number | undefined;
  /** Counters of the node's status that rose, by how much. */
  readonly risen: ReadonlyMap<string, number>;
  /** One line per node that ended or wrote of something unexpected. */
  readonly faults: readonly string[];
}

/** Fires hostile datagrams at the leader's port while clients write, and looks at what came of it. */
export async function fireAtLeader(
  cluster: DevCluster,
  datagrams: number,
  random: SeededRandom,
): Promise<UnderFireResult> {
  const leader = await servingLeader(cluster);
  const index = cluster.list().findIndex(({ id }) => id === leader);
  const address = present(cluster.addresses()[index], "the leader has an address");
  const recorder = await Recorder.open(address);
  const victim = await NodeCaller.open(recorder.address);
  const client = await openClient({ endpoints: cluster.addresses() });
  try {
    for (let turn = 0; turn < 50; turn++) await speak(victim, turn, PATIENCE_MS);
    const before = (await client.status(address)).counters;
    let writes = 0;
    let isOver = false;
    const load = (async (): Promise<void> => {
      for (; !isOver; writes++) await client.put("under/fire", `${writes}`, { timeoutMs: PATIENCE_MS });
    })();
    const talk = (async (): Promise<void> => {
      for (let turn = 0; !isOver; turn++)
        await speak(victim, turn, VICTIM_PATIENCE_MS).catch(() => undefined);
    })();
    const [result, garbledMessages] = await Promise.all([
      barrage(address, datagrams, { recorder, random: random.fork() }),
      sendGarbled(address, Math.floor(datagrams * GARBLED_SHARE), random.fork()),
    ]);
    isOver = true;
    await Promise.all([load, talk]);
    const { record } = await client.get("under/fire");
    const { counters } = await client.status(address);
    const risen = [...counters].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const);
    return {
      ...result,
      garbledMessages,
      writes,
      version: record?.version,
      risen: new Map(risen.filter(([, count]) => count > 0)),
      faults: faultsOf(cluster),
    };
  } finally {
    victim.close();
    client.close();
    recorder.close();
  }
}

function faultsOf(cluster: DevCluster): readonly string[] {
  return cluster.list().flatMap(({ id, state, log }) => {
    const line = readFileSync(log, "utf8")
      .split("\n")
      .find((text) => /fatal|Error/.test(text));
    if (line !== undefined) return [`${id}: ${line}`];
    return state === "running" ? [] : [`${id} is ${state}`];
  });
}

/** Requests of all kinds in turn: what is forged later is made from them. */
async function speak(caller: NodeCaller, turn: number, timeoutMs: number): Promise<void> {
  const key = new TextEncoder().encode("fuzz/material");
  switch (turn % 4) {
    case 0:
      await caller.ask((id) => ({ kind: "status", id }), timeoutMs);
      return;
    case 1: {
      const deadlineMs = Math.round(caller.clusterTimeMs()) + 20_000;
      const identity = { client: randomBytes(16), sequence: 1, deadlineMs };
      await caller.mutate(
        identity,
        { kind: "put", key, value: randomBytes(turn % 100), previous: false },
        timeoutMs,
      );
      return;
    }
    case 2:
      await caller.ask(
        (id, patience) => ({
          kind: "get",
          id,
          timeoutMs: patience,
          key,
          consistency: { level: "linearizable" },
        }),
        timeoutMs,
      );
      return;
    default:
      await caller.allRecords(slot(0), timeoutMs);
  }
}
