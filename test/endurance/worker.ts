import { setTimeout as sleep } from "node:timers/promises";
import { KvdError } from "../../src/base/errors.ts";
import type { Address } from "../../src/base/seams.ts";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import type { Found, Ledger } from "./ledger.ts";
import type { Recorder } from "./recorder.ts";

/** Keys whose content is checked, those that end by themselves, and those of leases: of each worker. */
const KEYS = 100;
const SHORT_LIVED_KEYS = 10;
const VALUE_BYTES_MAX = 1_000;
const NEWEST_CHANGES = 5;
const WATCH_MS_MAX = 60_000;
/** Cluster time and this process's clock may run apart by so much. */
const CLOCK_ERROR = 0.01;

export interface WorkerSetup {
  /** Of the keys that are checked; ends with a slash, as `otherPrefix` does. */
  readonly prefix: string;
  /** Of those that end by themselves or with a lease, and of locks. */
  readonly otherPrefix: string;
  readonly endpoints: readonly Address[];
  /** Of the nodes' HTTP interfaces. */
  readonly urls: readonly string[];
  /** From the beginning of one turn to that of the next. */
  readonly turnMs: number;
}

export interface WorkerDeps {
  readonly client: Client;
  readonly ledger: Ledger;
  readonly recorder: Recorder;
  readonly random: SeededRandom;
}

/** Does one thing after the other, at its pace, with keys that nobody else changes, and checks every answer. */
export class Worker {
  readonly #setup: WorkerSetup;
  readonly #client: Client;
  readonly #ledger: Ledger;
  readonly #recorder: Recorder;
  readonly #random: SeededRandom;
  readonly #turns: readonly (() => Promise<void>)[];
  #tags = 0;
  #isStopping = false;

  constructor(setup: WorkerSetup, { client, ledger, recorder, random }: WorkerDeps) {
    this.#setup = setup;
    this.#client = client;
    this.#ledger = ledger;
    this.#recorder = recorder;
    this.#random = random;
    const weighted: readonly (readonly [number, () => Promise<void>])[] = [
      [36, () => this.#put()],
      [25, () => this.#get()],
      [8, () => this.#count()],
      [7, () => this.#delete()],
      [8, () => this.#exchange()],
      [3, () => this.#range()],
      [2, () => this.#history()],
      [4, () => this.#expire()],
      [3, () => this.#lease()],
      [1, () => this.#watch()],
      [1, () => this.#lock()],
      [1, () => this.#http()],
      [1, () => this.#otherClient()],
    ];
    this.#turns = weighted.flatMap(([weight, turn]) => Array.from({ length: weight }, () => turn));
  }

  stop(): void {
    this.#isStopping = true;
  }

  async run(): Promise<void> {
    let dueMs = performance.now() + this.#random.fraction() * this.#setup.turnMs;
    while (!this.#isStopping) {
      await sleep(Math.max(0, dueMs - performance.now()));
      try {
        await this.#random.pick(this.#turns)();
      } catch (error) {
        // The recorder has it; whose content is in doubt is noted where the change was asked for.
        if (!(error instanceof KvdError)) throw error;
      }
      dueMs = Math.max(dueMs + this.#setup.turnMs, performance.now());
    }
  }

  /** One linearizable read of every key, compared. */
  async checkAll(): Promise<number> {
    const keys = this.#ledger.keys().filter((key) => key.startsWith(this.#setup.prefix));
    for (const key of keys) await this.#read(key, "linearizable");
    return keys.length;
  }

  async #put(): Promise<void> {
    const key = this.#anyKey();
    const tag = this.#nextTag();
    await this.#change("put", [key], () => this.#client.put(key, this.#valueOf(tag)));
    this.#ledger.put(key, tag);
  }

  async #get(): Promise<void> {
    await this.#read(this.#anyKey(), this.#random.isLucky(0.3) ? "sequential" : "linearizable");
  }

  async #count(): Promise<void> {
    const key = `${this.#setup.prefix}counter`;
    const known = this.#ledger.of(key);
    const reply = await this.#change("incr", [key], () => this.#client.modify(key, { op: "incr" }));
    const count = reply.value === undefined ? "" : new TextDecoder().decode(reply.value);
    const due = known.kind === "present" ? Number(known.tag) + 1 : 1;
    if (known.kind !== "doubtful" && Number(count) !== due)
      this.#accuse(`${key} was counted to ${count}, not ${due}`);
    this.#ledger.put(key, count);
  }

  async #delete(): Promise<void> {
    const key = this.#anyKey();
    const known = this.#ledger.of(key);
    const { deleted } = await this.#change("delete", [key], () => this.#client.delete(key));
    if (known.kind !== "doubtful" && deleted !== (known.kind === "present"))
      this.#accuse(`the delete of ${key} says ${deleted ? "deleted" : "nothing was there"}`);
    this.#ledger.delete(key);
  }

  /** A transaction over two keys: one is put, the other put or deleted, if the first is as it is known. */
  async #exchange(): Promise<void> {
    const [key, other] = this.#twoKeys();
    const known = this.#ledger.of(key);
    if (known.kind === "doubtful" || this.#ledger.of(other).kind === "doubtful") return;
    const [tag, otherTag] = [this.#nextTag(), this.#nextTag()];
    const deletes = this.#random.isLucky(0.5);
    const reply = await this.#change("txn", [key, other], () =>
      this.#client.txn({
        if: [
          { key, exists: known.kind === "present" },
          ...(known.kind === "present" ? [{ key, version: known.version }] : []),
        ],
        do: [
          { put: key, value: this.#valueOf(tag) },
          deletes ? { delete: other } : { put: other, value: this.#valueOf(otherTag) },
        ],
      }),
    );
    if (!reply.succeeded) {
      this.#accuse(`a transaction found ${key} otherwise than ${JSON.stringify(known)}`);
      return;
    }
    this.#ledger.put(key, tag);
    if (deletes) this.#ledger.delete(other);
    else this.#ledger.put(other, otherTag);
  }

  async #range(): Promise<void> {
    const { prefix } = this.#setup;
    const keysOnly = this.#random.isLucky(0.5);
    const { items } = await this.#recorder.timed("range", () => this.#client.range({ prefix, keysOnly }));
    if (this.#ledgerIsExact() && items.length !== this.#presentKeys())
      this.#accuse(`a range of ${prefix} has ${items.length} keys, ${this.#presentKeys()} are there`);
  }

  async #history(): Promise<void> {
    const key = this.#anyKey();
    const known = this.#ledger.of(key);
    await this.#recorder.timed("history", async () => {
      let newest: string | undefined;
      for await (const change of this.#client.history(key, { limit: NEWEST_CHANGES }))
        newest ??= change.kind === "put" ? foundIn(change.record).tag : "deleted";
      const tag = known.kind === "present" ? known.tag : "deleted";
      if (known.kind !== "doubtful" && newest !== undefined && newest !== tag)
        this.#accuse(`the newest change of ${key} is ${newest}, not ${tag}`);
    });
  }

  async #expire(): Promise<void> {
    const key = `${this.#setup.otherPrefix}ttl/${this.#random.below(SHORT_LIVED_KEYS)}`;
    const ttlMs = this.#random.between(500, 10_000);
    await this.#recorder.timed("put", () => this.#client.put(key, this.#valueOf("ttl"), { ttlMs }));
  }

  /** A lease with some keys, which is kept alive once, revoked, or left to end; a slow machine may outlast it. */
  async #lease(): Promise<void> {
    const ttlMs = this.#random.between(5_000, 20_000);
    let aliveMs = performance.now();
    const isOver = (error: unknown): boolean =>
      error instanceof KvdError &&
      error.failure.code === "lease_not_found" &&
      performance.now() - aliveMs >= ttlMs * (1 - CLOCK_ERROR);
    const timed = <T>(kind: string, request: () => Promise<T>): Promise<T> =>
      this.#recorder.timed(kind, request, isOver);
    const { leaseId } = await timed("grant", () => this.#client.grantLease({ ttlMs }));
    for (let count = 0; count < 3; count++) {
      const key = `${this.#setup.otherPrefix}lease/${this.#random.below(SHORT_LIVED_KEYS)}`;
      await timed("put", () => this.#client.put(key, this.#valueOf("lease"), { leaseId }));
    }
    if (this.#random.isLucky(0.5)) {
      const sentMs = performance.now();
      await timed("keep-alive", () => this.#client.keepLeaseAlive(leaseId));
      aliveMs = sentMs;
    }
    if (this.#random.isLucky(0.5)) await timed("revoke", () => this.#client.revokeLease(leaseId));
  }

  /** A watch that sees one change, and ends. */
  async #watch(): Promise<void> {
    const key = this.#anyKey();
    const tag = this.#nextTag();
    const watch = this.#client.watch({ key, signal: AbortSignal.timeout(WATCH_MS_MAX) });
    try {
      await this.#recorder.timed("watch", () => watch.started);
      await this.#change("put", [key], () => this.#client.put(key, this.#valueOf(tag)));
      this.#ledger.put(key, tag);
      for await (const event of watch) {
        if (event.kind === "put" && foundIn(event.record).tag !== tag)
          this.#accuse(`a watch of ${key} told ${foundIn(event.record).tag}, not ${tag}`);
        if (event.kind !== "progress") return;
      }
      this.#accuse(`a watch of ${key} was not told of its change within ${WATCH_MS_MAX} ms`);
    } finally {
      watch.close();
    }
  }

  async #lock(): Promise<void> {
    const name = `${this.#setup.otherPrefix}lock`;
    const lock = await this.#recorder.timed("lock", () => this.#client.lock(name, { ttlMs: 10_000 }));
    await this.#recorder.timed("release", () => lock.release());
  }

  async #http(): Promise<void> {
    const key = this.#anyKey();
    const known = this.#ledger.of(key);
    const url = `${this.#random.pick(this.#setup.urls)}/kv/get?key=${encodeURIComponent(key)}`;
    // A node may be down: its HTTP interface is that node's alone, and no failure of the cluster.
    const status = await fetch(url, { signal: AbortSignal.timeout(5_000) })
      .then(async (response) => {
        await response.arrayBuffer();
        return response.status;
      })
      .catch(() => undefined);
    const due = known.kind === "present" ? 200 : 404;
    if (known.kind !== "doubtful" && (status === 200 || status === 404) && status !== due)
      this.#accuse(`HTTP answers ${status} for ${key}, not ${due}`);
  }

  /** Clients come and go. */
  async #otherClient(): Promise<void> {
    const client = await openClient({ endpoints: this.#setup.endpoints, timeoutMs: 30_000 });
    try {
      const key = this.#anyKey();
      const { record } = await this.#recorder.timed("first get", () => client.get(key));
      this.#compare(key, record && foundIn(record));
    } finally {
      client.close();
    }
  }

  async #read(key: string, consistency: "linearizable" | "sequential"): Promise<void> {
    const { record } = await this.#recorder.timed("get", () => this.#client.get(key, { consistency }));
    this.#compare(key, record && foundIn(record));
  }

  /** A change of these keys; when nobody knows what became of it, they are in doubt. */
  async #change<T>(kind: string, keys: readonly string[], request: () => Promise<T>): Promise<T> {
    try {
      return await this.#recorder.timed(kind, request);
    } catch (error) {
      const isKnown = error instanceof KvdError && error.failure.outcome === "not_applied";
      if (!isKnown) for (const key of keys) this.#ledger.doubt(key);
      throw error;
    }
  }

  #compare(key: string, found: Found | undefined): void {
    const contradiction = this.#ledger.contradiction(key, found);
    if (contradiction !== undefined) this.#accuse(contradiction);
  }

  #accuse(violation: string): void {
    this.#recorder.violations.push(violation);
  }

  #ledgerIsExact(): boolean {
    return this.#ledger.doubtful === 0;
  }

  #presentKeys(): number {
    return this.#ledger
      .keys()
      .filter((key) => key.startsWith(this.#setup.prefix) && this.#ledger.of(key).kind === "present").length;
  }

  #anyKey(): string {
    return `${this.#setup.prefix}${this.#random.below(KEYS)}`;
  }

  #twoKeys(): readonly [string, string] {
    const first = this.#random.below(KEYS);
    const other = (first + 1 + this.#random.below(KEYS - 1)) % KEYS;
    return [`${this.#setup.prefix}${first}`, `${this.#setup.prefix}${other}`];
  }

  #nextTag(): string {
    this.#tags += 1;
    return `t${this.#tags}`;
  }

  #valueOf(tag: string): string {
    return `${tag} ${"x".repeat(this.#random.below(VALUE_BYTES_MAX))}`;
  }
}

/** What of a record the ledger knows. */
export function foundIn(record: { readonly value: Uint8Array; readonly version: number }): Found {
  const [tag = ""] = new TextDecoder().decode(record.value).split(" ", 1);
  return { tag, version: record.version };
}
