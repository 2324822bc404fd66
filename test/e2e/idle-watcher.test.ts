import { readdirSync, readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { request } from "node:http";
import t from "tap";
import type { Client } from "../../src/client/client.ts";
import { withCluster } from "./with-cluster.ts";

const CHANGES = 20_000;
/** After so many the memory of a node stays as it is. */
const CHANGES_BEFORE = 60_000;
const CHANGES_OF_A_PUT = 100;
const VALUE = "v".repeat(2_000);
/** Of the 40 MB that are made while nobody reads. */
const MIB_KEPT_MAX = 24;
const MIB = 1024 * 1024;
const DESCRIPTORS_MORE_MAX = 2;

t.test(
  "a watcher that does not read costs its node nothing, and is told each change once when it does",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      const [node] = cluster.list();
      // What the node needs for such a load anyway is there before it is measured.
      await change(client, "before/", CHANGES_BEFORE);
      const stream = await opened(`${node?.url}/v1/watch?prefix=w/`);
      const before = usageOf(node?.pid ?? 0);
      const first = await change(client, "w/", CHANGES);
      const after = usageOf(node?.pid ?? 0);
      const grown = after.bytes - before.bytes;
      t.comment(`${Math.round(grown / MIB)} MiB more, ${after.descriptors - before.descriptors} descriptors`);
      t.ok(grown < MIB_KEPT_MAX * MIB, `${grown} bytes more`);
      t.ok(after.descriptors - before.descriptors <= DESCRIPTORS_MORE_MAX);

      const ids = await idsOf(stream, CHANGES);
      const wanted = Array.from({ length: CHANGES }, (_, index) => idAt(first, index));
      t.ok(
        ids.every((id, index) => id === wanted[index]),
        "each once, in order",
      );
      t.equal(ids.length, CHANGES);
    }, 1);
  },
);

/** So many puts, a hundred at a revision. Gives back the first revision. */
async function change(client: Client, prefix: string, count: number): Promise<number> {
  let first = 0;
  for (let done = 0; done < count; done += CHANGES_OF_A_PUT) {
    const entries = Array.from(
      { length: CHANGES_OF_A_PUT },
      (_, index) => [`${prefix}${index}`, VALUE] as const,
    );
    const { revision } = await client.putAll(entries, { timeoutMs: 60_000 });
    if (done === 0) first = revision;
  }
  return first;
}

function idAt(first: number, index: number): string {
  const revision = first + Math.floor(index / CHANGES_OF_A_PUT);
  const place = (index % CHANGES_OF_A_PUT) + 1;
  return place === CHANGES_OF_A_PUT ? `${revision}` : `${revision}.${place}`;
}

/** The stream, of which nothing is read yet. */
function opened(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { accept: "text/event-stream" }, agent: false }, resolve);
    asked.on("error", reject);
    asked.end();
  });
}

/** The ids of the first changes that come. */
async function idsOf(stream: IncomingMessage, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let rest = "";
  for await (const part of stream) {
    const events = `${rest}${String(part)}`.split("\n\n");
    rest = events.pop() ?? "";
    for (const event of events) {
      const id = /^event: put\nid: (.+)$/m.exec(event)?.[1];
      if (id !== undefined) ids.push(id);
    }
    if (ids.length >= count) break;
  }
  return ids;
}

/** Memory of its own, without mapped files, and open descriptors. */
function usageOf(pid: number): { readonly bytes: number; readonly descriptors: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kib = Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1]);
  return { bytes: kib * 1024, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}
