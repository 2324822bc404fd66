import type { Address } from "../../../src/base/seams.ts";
import type { Client } from "../../../src/client/client.ts";
import { openClient } from "../../../src/client/open.ts";
import type { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import { checkStore } from "./checker.ts";
import { StoreGroups } from "./groups.ts";
import type { StoreFault, StoreHistory } from "./history.ts";
import { StoreWorker } from "./worker.ts";

/** So many clients meet on the same keys. */
const CLIENTS_PER_GROUP = 3;

export interface StoreWorkloadOptions {
  readonly endpoints: readonly Address[];
  readonly clients: number;
  readonly thinkMsMax: number;
}

/** Clients that ask for everything there is, on keys that they share. */
export class StoreWorkload {
  readonly #history: StoreHistory;
  readonly #groups: StoreGroups;
  readonly #workers: readonly StoreWorker[];
  readonly #clients: readonly Client[];
  #running: Promise<unknown> = Promise.resolve();
  #checked = 0;

  private constructor(
    history: StoreHistory,
    groups: StoreGroups,
    workers: readonly StoreWorker[],
    clients: readonly Client[],
  ) {
    this.#history = history;
    this.#groups = groups;
    this.#workers = workers;
    this.#clients = clients;
  }

  static async open(
    options: StoreWorkloadOptions,
    history: StoreHistory,
    random: SeededRandom,
  ): Promise<StoreWorkload> {
    const { endpoints, thinkMsMax } = options;
    const groups = new StoreGroups(Math.ceil(options.clients / CLIENTS_PER_GROUP));
    const clients = await Promise.all(
      Array.from({ length: options.clients }, () => openClient({ endpoints })),
    );
    const workers = clients.map((client, at) => {
      const name = `s${at + 1}`;
      const index = Math.floor(at / CLIENTS_PER_GROUP);
      const fork = random.fork();
      return new StoreWorker({ name, index, client, clients, history, groups, random: fork, thinkMsMax });
    });
    return new StoreWorkload(history, groups, workers, clients);
  }

  /** Groups whose whole history was explained. */
  get checked(): number {
    return this.#checked;
  }

  start(): void {
    this.#running = Promise.all(this.#workers.map((worker) => worker.run()));
  }

  /** Ends once every client has its last answer; rejects when one of them failed in an unexpected way. */
  async stop(): Promise<void> {
    for (const worker of this.#workers) worker.stop();
    await this.#running;
  }

  /** Checks the groups that went out of use since the last time. */
  checkRetired(): StoreFault | undefined {
    return this.#check(this.#groups.takeRetired());
  }

  /** Reads every group that is left, and checks it; after `stop`. */
  async finalCheck(): Promise<StoreFault | undefined> {
    const [worker] = this.#workers;
    const names = this.#groups.names;
    for (const name of names) await worker?.readAll(name);
    return this.#check(names);
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  #check(names: readonly string[]): StoreFault | undefined {
    const [known] = this.#history.faults;
    if (known !== undefined) return known;
    for (const group of names) {
      const verdict = checkStore(this.#history.of(group));
      if (verdict.kind === "gave-up")
        return { group, message: `no order of effects was found in ${verdict.configurations} steps` };
      if (verdict.kind === "impossible") {
        const { client, operation, invoked } = verdict.operation;
        const what = `no order of effects explains what ${client} was told of its ${operation.kind}`;
        return { group, message: `${what} at ${invoked}` };
      }
      this.#checked += 1;
    }
    return undefined;
  }
}
