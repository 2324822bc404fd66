import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { slot } from "../../src/base/ids.ts";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import type { DevCluster } from "../../src/dev/cluster.ts";
import type { NodeStatus, RangeItem } from "../../src/wire/client-messages.ts";
import { NodeCaller } from "../torture/node-caller.ts";

const CONVERGE_MS_MAX = 120_000;
const POLL_MS = 200;
const PAGE_MS = 60_000;

/** What a node says of itself; undefined when it does not answer. */
export async function statusOf(
  client: Client,
  cluster: DevCluster,
  name: string,
): Promise<NodeStatus | undefined> {
  const index = cluster.list().findIndex(({ id }) => id === name);
  const address = cluster.addresses()[index];
  if (address === undefined) throw new Error(`there is no node ${name}`);
  return client.status(address, { timeoutMs: 2_000 }).catch(() => undefined);
}

/**
 * Compares all nodes of a cluster at rest: the slots that they have applied, the digests of these, and every record that each one's replica
 * holds. Keys that end meanwhile are waited for. What differs to the last, or undefined.
 */
export async function differenceOfReplicas(cluster: DevCluster): Promise<string | undefined> {
  const client = await openClient({ endpoints: cluster.addresses() });
  const untilMs = performance.now() + CONVERGE_MS_MAX;
  try {
    for (;;) {
      const difference = await differenceNow(client, cluster);
      if (difference === undefined || performance.now() > untilMs) return difference;
      await sleep(POLL_MS);
    }
  } finally {
    client.close();
  }
}

async function differenceNow(client: Client, cluster: DevCluster): Promise<string | undefined> {
  const names = cluster.list().map(({ id }) => id);
  const answers = await Promise.all(names.map((name) => statusOf(client, cluster, name)));
  const states = answers.map((status, index) => {
    if (status === undefined) return `${names[index]} does not answer`;
    return `applied ${status.applied}, digest ${status.digest}, revision ${status.revision}, ${status.keys} keys`;
  });
  if (new Set(states).size > 1) return `the nodes differ: ${states.join("; ")}`;
  const hashes = await Promise.all(cluster.addresses().map((address) => hashOf(address)));
  return new Set(hashes).size === 1 ? undefined : `the records differ: ${hashes.join(", ")}`;
}

/** A hash of every key, value, version and revision of one node's own replica. */
async function hashOf(address: { readonly host: string; readonly port: number }): Promise<string> {
  const caller = await NodeCaller.open(address);
  const hash = createHash("sha256");
  try {
    for await (const items of caller.pages(slot(0), PAGE_MS)) for (const item of items) hashItem(hash, item);
    return hash.digest("hex").slice(0, 16);
  } finally {
    caller.close();
  }
}

function hashItem(hash: ReturnType<typeof createHash>, item: RangeItem): void {
  hash.update(item.key);
  const { record } = item;
  hash.update(`/${record.version}/${record.createRevision}/${record.modRevision}/${record.leaseId}/`);
  hash.update(record.value);
}
