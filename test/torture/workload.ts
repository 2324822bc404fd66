import type { Address } from "../../src/base/seams.ts";
import type { Client } from "../../src/client/client.ts";
import { openClient } from "../../src/client/open.ts";
import type { History } from "../../src/lab/oracles/history.ts";
import { KeyRing } from "../../src/lab/workload/key-ring.ts";
import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import { NodeCaller } from "./node-caller.ts";
import { Worker } from "./worker.ts";

export interface WorkloadOptions {
  readonly endpoints: readonly Address[];
  readonly clients: number;
  /** Each client waits up to this long between two requests. */
  readonly thinkMsMax: number;
}

/** Clients that never rest: puts, gets and deletes, all of them noted in one history. */
export class Workload {
  readonly keys: KeyRing;
  readonly #workers: readonly Worker[];
  readonly #closeable: readonly { close(): void }[];
  #running: Promise<unknown> = Promise.resolve();

  private constructor(keys: KeyRing, workers: readonly Worker[], closeable: readonly { close(): void }[]) {
    this.keys = keys;
    this.#workers = workers;
    this.#closeable = closeable;
  }

  static async open(options: WorkloadOptions, history: History, random: SeededRandom): Promise<Workload> {
    const { endpoints, thinkMsMax } = options;
    const names = Array.from({ length: options.clients }, (_, index) => `c${index + 1}`);
    const keys = new KeyRing(names);
    const clients = await Promise.all(names.map(() => openClient({ endpoints })));
    const callers = await Promise.all(endpoints.map((endpoint) => NodeCaller.open(endpoint)));
    const workers = names.map((name, index) => {
      const client = clients[index] as Client;
      return new Worker({ name, client, callers, history, keys, random: random.fork(), thinkMsMax });
    });
    return new Workload(keys, workers, [...clients, ...callers]);
  }

  start(): void {
    this.#running = Promise.all(this.#workers.map((worker) => worker.run()));
  }

  /** Ends once every client has its last answer; rejects when one of them failed in an unexpected way. */
  async stop(): Promise<void> {
    for (const worker of this.#workers) worker.stop();
    await this.#running;
  }

  /** One linearizable read of each key, noted in the history; some clients at a time. */
  async readAll(keys: Iterable<string>): Promise<void> {
    const waiting = [...keys];
    const drain = async (worker: Worker): Promise<void> => {
      for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) await worker.read(key);
    };
    await Promise.all(this.#workers.map(drain));
  }

  close(): void {
    for (const each of this.#closeable) each.close();
  }
}
