import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../../../src/client/client.ts";
import type { SeededRandom } from "../../../src/lab/world/seeded-random.ts";
import type { SeenRow, StoreChangeOperation, StoreOperation, StoreOutcome } from "./call.ts";
import { change, read } from "./caller.ts";
import { shownRows } from "./checker.ts";
import { drawOperation } from "./draw.ts";
import type { StoreGroups } from "./groups.ts";
import type { StoreHistory } from "./history.ts";

/** Longer than any outage that a round may cause. */
const PATIENCE_MS = 12_000;
/** Shorter than an election: such a request often ends with an unknown outcome. */
const SHORT_PATIENCE_MS = 250;
const REPEATS_MAX = 5;
const CHANCE = { short: 0.15, repeat: 0.8, elsewhere: 0.5, sequential: 0.5 } as const;

export interface StoreWorkerDeps {
  readonly name: string;
  /** Of the groups: those with the same index meet on the same keys. */
  readonly index: number;
  readonly client: Client;
  /** A repeat may come from any of them. */
  readonly clients: readonly Client[];
  readonly history: StoreHistory;
  readonly groups: StoreGroups;
  readonly random: SeededRandom;
  readonly thinkMsMax: number;
}

/** One client that asks for anything there is, of keys that others change at the same time. */
export class StoreWorker {
  readonly #deps: StoreWorkerDeps;
  /** What it was shown last of each key by a linearizable answer. */
  readonly #shown = new Map<string, SeenRow | null>();
  #values = 0;
  #isStopping = false;

  constructor(deps: StoreWorkerDeps) {
    this.#deps = deps;
  }

  /** Ends with the request under way after `stop`. */
  async run(): Promise<void> {
    const { random, thinkMsMax } = this.#deps;
    while (!this.#isStopping) {
      await this.#once();
      await sleep(random.below(thinkMsMax + 1));
    }
  }

  stop(): void {
    this.#isStopping = true;
  }

  /** Reads a whole group, linearizably. */
  async readAll(group: string): Promise<void> {
    const { history, name, client } = this.#deps;
    const operation = { kind: "range", prefix: group, limit: 100 } as const;
    const open = history.invoke(name, group, operation);
    const level = { consistency: "linearizable", timeoutMs: PATIENCE_MS } as const;
    history.finish(open, await read(client, operation, level));
  }

  async #once(): Promise<void> {
    const { random, groups, index, history, name } = this.#deps;
    const group = groups.begin(index);
    const nextValue = (): string => {
      this.#values += 1;
      return `${name}.${this.#values}`;
    };
    const operation = drawOperation({ group, random, nextValue, shown: this.#shown });
    const isRead = operation.kind === "get" || operation.kind === "range";
    const isSequential = isRead && random.isLucky(CHANCE.sequential);
    const level = isSequential ? "sequential" : "linearizable";
    const open = history.invoke(name, group, operation, level);
    const outcome = isRead
      ? await read(this.#deps.client, operation, { consistency: level, timeoutMs: PATIENCE_MS })
      : await this.#change(operation);
    history.finish(open, outcome);
    groups.ended(group, outcome.kind === "unknown");
    if (!isSequential) this.#remember(operation, outcome);
  }

  #change(operation: StoreChangeOperation): Promise<StoreOutcome> {
    const { client, clients, random } = this.#deps;
    const patience = {
      firstMs: random.isLucky(CHANCE.short) ? SHORT_PATIENCE_MS : PATIENCE_MS,
      repeatMs: PATIENCE_MS,
      repeats: random.isLucky(CHANCE.repeat) ? REPEATS_MAX : 0,
    };
    return change(client, operation, patience, () =>
      random.isLucky(CHANCE.elsewhere) ? random.pick(clients) : client,
    );
  }

  #remember(operation: StoreOperation, outcome: StoreOutcome): void {
    if (outcome.kind !== "answered") return;
    const { answer, revision } = outcome;
    for (const [key, row] of shownRows(operation, answer)) this.#shown.set(key, row);
    if (answer.kind === "modify" && operation.kind === "modify") this.#shown.set(operation.key, answer.row);
    if (answer.kind === "put" && operation.kind === "put") {
      const { version, created } = answer;
      this.#shown.set(operation.key, { value: operation.value, version, created, changed: revision });
    }
    if (answer.kind === "delete" && operation.kind === "delete") this.#shown.set(operation.key, null);
  }
}
