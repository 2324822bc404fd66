import type { Address, Crypto } from "../../base/seams.ts";
import { Client } from "../../client/client.ts";
import type { LinksDeps } from "../../client/links.ts";
import type { TransportFactory } from "../../transport/service.ts";
import type { CallLog } from "../oracles/call-log.ts";
import { type ClientListener, tapped } from "../oracles/client-tap.ts";
import type { Action, History, OpenOperation, Outcome } from "../oracles/history.ts";
import type { SnapshotOracle } from "../oracles/snapshot-oracle.ts";
import type { Watching } from "../oracles/watch-log.ts";
import type { Host } from "../world/host.ts";
import type { SeededRandom } from "../world/seeded-random.ts";
import type { SimulatedNetwork } from "../world/simulated-network.ts";
import { Echoes } from "./echoes.ts";
import type { HotKeys } from "./hot-keys.ts";
import type { KeyRing } from "./key-ring.ts";
import type { Workload } from "./workload.ts";

export interface ProgramDeps {
  readonly host: Host;
  readonly network: SimulatedNetwork;
  readonly openTransport: TransportFactory;
  /** Hears every request and reply. */
  readonly listener: ClientListener;
  /** An address that no socket of this host has had before. */
  readonly nextAddress: () => Address;
  readonly members: readonly Address[];
  /** Those that are in the cluster now. */
  readonly present: () => readonly Address[];
  readonly crypto: Crypto;
  readonly random: SeededRandom;
  readonly history: History;
  readonly snapshots: SnapshotOracle;
  readonly keys: KeyRing;
  /** The calls that concern the keys of `hot`. */
  readonly calls: CallLog;
  readonly hot: HotKeys;
  readonly watching: Watching;
  readonly workload: Workload;
  /** A request got an answer. */
  readonly onAnswered: () => void;
  /** For the report of what came to pass how often. */
  readonly count: (name: string) => void;
}

/** One process of a client machine: a real client, those that it opens for one request alone, and what is under way. */
export class Program {
  /** Of this process: after a restart it is another. */
  readonly name: string;
  readonly deps: ProgramDeps;
  readonly client: Client;
  readonly #echoes: Echoes;
  readonly #open = new Set<OpenOperation>();
  #calls = 0;
  #puts = 0;

  /** Within a turn of the host's process. */
  constructor(deps: ProgramDeps) {
    this.deps = deps;
    this.#echoes = new Echoes(deps.listener);
    this.name = `${deps.host.name}.${deps.host.life}`;
    this.client = new Client({ endpoints: deps.members }, this.seams());
  }

  /** Whether an event of this process may be an answer that somebody waits for. */
  get isWaiting(): boolean {
    return this.#calls > 0;
  }

  /** A value's tag that no other put has. */
  nextTag(): string {
    this.#puts += 1;
    return `${this.name}.${this.#puts}`;
  }

  /** Waits for what a client was asked. */
  async call<T>(answer: Promise<T>): Promise<T> {
    const value = await this.wait(answer);
    this.deps.onAnswered();
    return value;
  }

  /** Waits for something that is no answer, and may not come for long. */
  async wait<T>(promise: Promise<T>): Promise<T> {
    this.#calls += 1;
    try {
      return await promise;
    } finally {
      this.#calls -= 1;
    }
  }

  /** A client that knows one member, does one thing, and is gone: what a shell script is. */
  async briefly<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const endpoint = this.deps.random.pick(this.deps.present());
    const client = new Client({ endpoints: [endpoint] }, this.seams());
    try {
      return await work(client);
    } finally {
      client.close();
    }
  }

  /** Some change that was answered before comes to some member once more. */
  echo(): Promise<void> {
    const { random, members } = this.deps;
    return this.call(this.#echoes.send(random, members, this.seams()));
  }

  /** With a socket of its own. */
  seams(): LinksDeps {
    const { host, network, nextAddress, random, crypto, openTransport } = this.deps;
    return {
      network: network.open({ host, local: nextAddress() }),
      openTransport: tapped(openTransport, this.#echoes),
      clock: host,
      timers: host,
      random: random.fork(),
      crypto,
    };
  }

  invoke(worker: string, key: string, action: Action): OpenOperation {
    const open = this.deps.history.invoke(worker, key, action);
    this.#open.add(open);
    if (action.kind !== "get") this.deps.keys.begin(key);
    return open;
  }

  finish(open: OpenOperation, outcome: Outcome): void {
    if (!this.#open.delete(open)) return;
    this.deps.history.finish(open, outcome);
    if ("revision" in outcome) this.deps.calls.onRevision(outcome.revision);
    if (open.action.kind !== "get") this.deps.keys.used(open.key, outcome.kind === "unknown");
  }

  /** The process was killed: nobody will ever know what became of what was under way. */
  abandon(): void {
    for (const open of [...this.#open]) this.finish(open, { kind: "unknown" });
  }
}
