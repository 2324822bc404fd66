import type { Address, Crypto } from "../../base/seams.ts";
import type { TransportFactory } from "../../transport/service.ts";
import type { CallLog } from "../oracles/call-log.ts";
import type { ClientListener } from "../oracles/client-tap.ts";
import type { History } from "../oracles/history.ts";
import type { SnapshotOracle } from "../oracles/snapshot-oracle.ts";
import type { Watching } from "../oracles/watch-log.ts";
import type { Trace } from "../trace.ts";
import { Host } from "../world/host.ts";
import type { ClientProgram } from "../world/nemesis.ts";
import { payloadName } from "../world/payload-names.ts";
import type { Scheduler } from "../world/scheduler.ts";
import type { SeededRandom } from "../world/seeded-random.ts";
import type { SimulatedNetwork } from "../world/simulated-network.ts";
import { watchedTransport } from "../world/watched-transport.ts";
import { HotKeys } from "./hot-keys.ts";
import { KeyRing } from "./key-ring.ts";
import { Session } from "./session.ts";
import type { Workload } from "./workload.ts";

/** Ports of one machine's sockets: a program opens a new one for each of its short-lived clients. */
const PORT_FIRST = 10_000;
const PORTS_PER_CLIENT = 15_000;

export interface ClientsDeps {
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly random: SeededRandom;
  readonly trace: Trace;
  readonly crypto: Crypto;
  readonly openTransport: TransportFactory;
  readonly listener: ClientListener;
  readonly history: History;
  readonly snapshots: SnapshotOracle;
  readonly calls: CallLog;
  readonly watching: (prefix: string) => Watching;
  readonly workload: Workload;
  readonly members: readonly Address[];
  /** Those that are in the cluster now: who knows but one of the others waits in vain. */
  readonly present: () => readonly Address[];
  /** Whether all machines are one, where datagrams may be large. */
  readonly isOneHost: boolean;
  readonly fail: (error: unknown) => void;
}

interface Machine extends ClientProgram {
  readonly index: number;
  readonly workers: readonly string[];
  readonly watching: Watching;
  session: Session | undefined;
  /** Work that has not ended; of the present process alone. */
  outstanding: number;
  sockets: number;
}

/** The machines of the clients, and a program on each. */
export class Clients {
  readonly #deps: ClientsDeps;
  readonly #machines: readonly Machine[];
  readonly #keys: KeyRing;
  readonly #hot = new HotKeys();
  #answered = 0;
  #isStopping = false;

  constructor(deps: ClientsDeps) {
    const { clients, hotKeys, hotShare } = deps.workload;
    this.#deps = { ...deps, openTransport: this.#counted(deps) };
    this.#machines = Array.from({ length: clients }, (_, index) => this.#makeMachine(index));
    const workers = this.#machines.flatMap((machine) => machine.workers);
    this.#keys = new KeyRing(workers, hotKeys, hotShare);
  }

  get programs(): readonly ClientProgram[] {
    return this.#machines;
  }

  /** How much work has not ended. */
  get outstanding(): number {
    return this.#machines.reduce((sum, { outstanding }) => sum + outstanding, 0);
  }

  /** Requests that got an answer. */
  get answered(): number {
    return this.#answered;
  }

  start(): void {
    for (const machine of this.#machines) machine.start();
  }

  /** Whether everybody who watches was told of all that there is. */
  get areToldAll(): boolean {
    const watching = this.#machines.slice(0, this.#deps.workload.watchers);
    return watching.every(({ watching: { track } }) => track?.isComplete === true);
  }

  /** Whoever works does so at a higher rate from now on. */
  hurry(): void {
    for (const { session } of this.#machines) session?.hurry();
  }

  /** Whoever works ends with the request under way. */
  stop(): void {
    this.#isStopping = true;
    for (const { session } of this.#machines) session?.stop();
  }

  /** One put and one read of each program, which must succeed. */
  confirmService(): void {
    for (const machine of this.#machines) {
      const [worker] = machine.workers;
      if (worker !== undefined) this.#ask(machine, (session) => session.confirmService(worker));
    }
  }

  /** Every key that was ever written, which must succeed. */
  readAll(): void {
    const [machine] = this.#machines;
    const [worker] = machine?.workers ?? [];
    if (machine === undefined || worker === undefined) return;
    const keys = [...this.#deps.history.keys()];
    this.#ask(machine, (session) => session.readAll(worker, keys));
  }

  handOver(to: string): void {
    const machine = this.#deps.random.pick(this.#machines);
    if (machine.host.state !== "running") return;
    this.#deps.trace.add("ops", "hand-over", to);
    this.#ask(machine, (session) => session.handOver(to));
  }

  setLease(leaseMs: number): void {
    const machine = this.#deps.random.pick(this.#machines);
    if (machine.host.state !== "running") return;
    this.#deps.trace.add("ops", "lease", `${leaseMs} ms`);
    this.#ask(machine, (session) => session.setLease(leaseMs));
  }

  stand({ name, address }: { readonly name: string; readonly address: Address }): void {
    const machine = this.#deps.random.pick(this.#machines);
    if (machine.host.state !== "running") return;
    this.#deps.trace.add("ops", "stand", name);
    this.#ask(machine, (session) => session.stand(address));
  }

  #counted({ openTransport, trace }: ClientsDeps): TransportFactory {
    return watchedTransport(openTransport, {
      onPayload: (payload) => trace.count(payloadName(payload) ?? "reply:unknown"),
      isSwallowed: () => false,
    });
  }

  #makeMachine(index: number): Machine {
    const { scheduler, random, workload } = this.#deps;
    const name = `c${index + 1}`;
    const host = new Host({
      name,
      scheduler,
      random: random.fork(),
      clockRate: 1,
      usesPromises: () => machine.session?.isWaiting === true,
      onKilled: () => undefined,
    });
    const machine: Machine = {
      index,
      host,
      workers: Array.from({ length: workload.workersPerClient }, (_, at) => `${name}w${at + 1}`),
      watching: this.#deps.watching(random.isLucky(0.5) ? this.#hot.prefix : ""),
      session: undefined,
      outstanding: 0,
      sockets: 0,
      start: () => this.#start(machine),
      kill: () => this.#kill(machine),
    };
    return machine;
  }

  #start(machine: Machine): void {
    if (machine.host.state !== "down") return;
    machine.host.start(() => {
      const { workload } = this.#deps;
      const session = this.#open(machine);
      machine.session = session;
      if (this.#isStopping) session.stop();
      if (machine.index < workload.watchers) session.watch().catch((error) => this.#deps.fail(error));
      for (const worker of machine.workers) this.#await(machine, session.work(worker));
    });
  }

  #kill(machine: Machine): void {
    machine.host.kill();
    machine.session?.abandon();
    machine.session = undefined;
    machine.outstanding = 0;
  }

  #open(machine: Machine): Session {
    const { network, openTransport, listener, members, present, crypto } = this.#deps;
    const { random, history, snapshots, workload, isOneHost } = this.#deps;
    const host = isOneHost ? "127.0.0.1" : `10.0.1.${machine.index + 1}`;
    return new Session({
      host: machine.host,
      network,
      openTransport,
      listener,
      nextAddress: () => {
        const port = PORT_FIRST + PORTS_PER_CLIENT * machine.index + (machine.sockets % PORTS_PER_CLIENT);
        machine.sockets++;
        return { host, port };
      },
      members,
      present,
      crypto,
      random: random.fork(),
      history,
      snapshots,
      keys: this.#keys,
      calls: this.#deps.calls,
      hot: this.#hot,
      watching: machine.watching,
      workload,
      onAnswered: () => {
        this.#answered++;
      },
      count: (name) => this.#deps.trace.count(name),
    });
  }

  #ask(machine: Machine, work: (session: Session) => Promise<void>): void {
    machine.host.turn(() => {
      if (machine.session !== undefined) this.#await(machine, work(machine.session));
    });
  }

  /** Counts what is under way; what fails, fails the run. */
  #await(machine: Machine, work: Promise<void>): void {
    const { session } = machine;
    machine.outstanding++;
    work.then(
      () => {
        if (machine.session === session) machine.outstanding--;
      },
      (error) => this.#deps.fail(error),
    );
  }
}
