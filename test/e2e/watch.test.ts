import { setTimeout as sleep } from "node:timers/promises";
import t from "tap";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import type { WatchOptions } from "../../src/client/options.ts";
import type { KeyChange, WatchEvent } from "../../src/client/replies.ts";
import type { Watch } from "../../src/client/watch.ts";
import type { DevCluster } from "../../src/dev/cluster.ts";
import { withCluster } from "./with-cluster.ts";

const KEYS = ["w/a", "w/b", "w/c", "x/a"];
const CHANGES_OF_LEADER = 10;
const PATIENCE_MS = 60_000;
const WRITE_PAUSE_MS = 5;

t.test(
  "watchers hear each change once, in order, none missing, while the leader is changed ten times",
  { timeout: 300_000 },
  async (t) => {
    await withCluster(async (cluster, client) => {
      const watchers = await Promise.all([
        Watcher.begin(cluster, 0, { prefix: "w/" }),
        Watcher.begin(cluster, 1, { prefix: "w/", previous: true }),
        Watcher.begin(cluster, 2, {}),
        Watcher.begin(cluster, 0, { key: "w/b" }),
      ]);
      const startMs = performance.now();
      const load = new Load(client);
      for (let change = 0; change < CHANGES_OF_LEADER; change += 2) {
        const leader = await client.operator.handOver("", { timeoutMs: PATIENCE_MS });
        await cluster.kill(leader);
        await cluster.restart(leader);
      }
      const last = await load.stop();
      t.comment(`${last} revisions in ${Math.round(performance.now() - startMs)} ms`);
      const happened = await historyOf(client);
      for (const watcher of watchers) {
        const told = await watcher.upTo(last);
        const wanted = happened.filter((change) => watcher.isWatched(change));
        t.ok(wanted.length > CHANGES_OF_LEADER);
        t.same(told.map(summary), wanted.map(summary), `${watcher.name}: each once, in order`);
        t.ok(told.every(endsAsItShould), `${watcher.name}: the last of each revision is marked`);
      }
      const late = await Watcher.begin(cluster, 1, { prefix: "w/", from: watchers[0]?.first ?? 1 });
      t.same(
        (await late.upTo(last)).map(summary),
        (await watchers[0]?.upTo(last))?.map(summary),
        "and later",
      );
      const previous = await watchers[1]?.upTo(last);
      t.ok(previous?.every(followsPrevious), "what was there before is what the change before left");
    });
  },
);

/** Puts, multi-puts and deletes, one after another. */
class Load {
  readonly #done: Promise<number>;
  #isStopped = false;

  constructor(client: Client) {
    this.#done = this.#run(client);
  }

  /** The last revision that it made. */
  stop(): Promise<number> {
    this.#isStopped = true;
    return this.#done;
  }

  async #run(client: Client): Promise<number> {
    const options = { timeoutMs: PATIENCE_MS };
    for (let count = 0; !this.#isStopped; count++) {
      const key = KEYS[count % KEYS.length] as string;
      const entries = KEYS.map((name) => [name, `${count}`] as const);
      if (count % 7 === 3) await client.delete(key, options);
      else if (count % 5 === 2) await client.putAll(entries, options);
      else await client.put(key, `${count}`, options);
      await sleep(WRITE_PAUSE_MS);
    }
    // Every watcher hears of the last one.
    return (
      await client.putAll(
        KEYS.map((name) => [name, "last"] as const),
        options,
      )
    ).revision;
  }
}

type Told = Exclude<WatchEvent, { kind: "progress" }>;

/** A client of its own that begins at one node, and what it is told meanwhile. */
class Watcher {
  readonly name: string;
  readonly first: number;
  readonly #options: WatchOptions;
  readonly #client: Client;
  readonly #watch: Watch;
  readonly #told: Told[] = [];
  readonly #ended: Promise<void>;
  #awaited = Number.POSITIVE_INFINITY;
  #reached = 0;

  private constructor(client: Client, options: WatchOptions, watch: Watch, first: number) {
    this.name = JSON.stringify(options);
    this.#client = client;
    this.#options = options;
    this.first = first;
    this.#watch = watch;
    this.#ended = this.#read();
  }

  static async begin(cluster: DevCluster, node: number, options: WatchOptions): Promise<Watcher> {
    const endpoints = cluster.addresses().slice(node, node + 1);
    const client = await openClient({ endpoints, timeoutMs: PATIENCE_MS });
    const watch = client.watch({ ...options, progress: true });
    const first = await watch.started;
    return new Watcher(client, options, watch, first);
  }

  isWatched({ key, revision }: KeyChange): boolean {
    const { key: one, prefix = "" } = this.#options;
    const name = Buffer.from(key).toString();
    return revision >= this.first && (one === undefined ? name.startsWith(`${prefix}`) : name === one);
  }

  /** All that it was told until it had heard of all up to `revision`. */
  async upTo(revision: number): Promise<readonly Told[]> {
    this.#awaited = revision;
    if (this.#reached >= revision) this.#watch.close();
    await this.#ended;
    this.#client.close();
    return this.#told;
  }

  async #read(): Promise<void> {
    for await (const event of this.#watch) {
      if (event.kind !== "progress") this.#told.push(event);
      if (event.kind === "progress" || event.endsRevision) this.#reached = event.revision;
      if (this.#reached >= this.#awaited) return;
    }
  }
}

/** All changes of all keys, in order: by revision, and then as multi-puts name them. */
async function historyOf(client: Client): Promise<readonly KeyChange[]> {
  const changes: KeyChange[] = [];
  for (const key of KEYS) for await (const change of client.history(key)) changes.push(change);
  return changes.sort((left, right) => left.revision - right.revision);
}

function summary(change: KeyChange): string {
  const value = change.kind === "put" ? Buffer.from(change.record.value).toString() : "";
  const name = Buffer.from(change.key).toString();
  return `${change.kind} ${name}=${value} at ${change.revision} after ${change.previousRevision}`;
}

function endsAsItShould(event: Told, index: number, told: readonly Told[]): boolean {
  return event.endsRevision === (told[index + 1]?.revision ?? event.revision + 1) > event.revision;
}

function followsPrevious(event: Told, index: number, told: readonly Told[]): boolean {
  const before = told.slice(0, index).findLast(({ key }) => Buffer.from(key).equals(event.key));
  if (before === undefined) return true;
  if (before.kind === "delete") return event.previous === undefined;
  return event.previous !== undefined && Buffer.from(before.record.value).equals(event.previous.value);
}
