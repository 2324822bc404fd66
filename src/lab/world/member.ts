import { AssertionError } from "../../base/assert.ts";
import { copyBytes, EMPTY_BYTES } from "../../base/bytes.ts";
import { GROUP_ZERO, nodeId, type Slot } from "../../base/ids.ts";
import type { Address, Crypto } from "../../base/seams.ts";
import { isLoopback } from "../../client/links.ts";
import { KvdNode } from "../../node/node.ts";
import type { Step } from "../../node/step.ts";
import type { Membership } from "../../paxos/membership.ts";
import { MemoryDisk } from "../../storage/memory-disk.ts";
import { MemoryStorage } from "../../storage/memory-storage.ts";
import type { TransportFactory } from "../../transport/service.ts";
import type { NodeStatus } from "../../wire/client-messages.ts";
import type { SlotOracle } from "../oracles/slot-oracle.ts";
import { Violation } from "../oracles/violation.ts";
import type { Trace } from "../trace.ts";
import { Host, ProcessKilled } from "./host.ts";
import { ObservedStorage } from "./observed-storage.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { SimulatedNetwork } from "./simulated-network.ts";

/** Where in its own code a process may be killed; each is met again and again. */
export const CRASH_POINTS = ["before-write", "write-begun", "write-ended", "after-write", "sending"] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** How long commits take, in ms. */
export type DiskPace = readonly [min: number, max: number];

export interface MemberDeps {
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly trace: Trace;
  readonly crypto: Crypto;
  readonly oracle: SlotOracle;
  readonly random: SeededRandom;
  readonly openTransport: TransportFactory;
  readonly clockRate: number;
  /** The process is gone, by whatever cause. */
  readonly onDown: (member: Member) => void;
  readonly onStep: (node: string, step: Step) => void;
  /** Something broke outside of any event. */
  readonly fail: (error: unknown) => void;
}

/** One member of the simulated cluster: a machine, a disk, and an unmodified node that comes and goes. */
export class Member {
  readonly name: string;
  readonly address: Address;
  readonly host: Host;
  readonly #deps: MemberDeps;
  #disk: MemoryDisk;
  #storage: MemoryStorage | undefined;
  #node: KvdNode | undefined;
  #armed: { readonly point: CrashPoint; countdown: number } | undefined;
  pace: DiskPace;
  readonly alarms = new Set<string>();

  constructor(index: number, membership: Membership, clusterId: Uint8Array, deps: MemberDeps) {
    const own = membership.members[index];
    if (own === undefined) throw new AssertionError(`no member ${index}`);
    this.name = own.name;
    this.address = own.address;
    this.#deps = deps;
    this.pace = [0.05, 0.5];
    const incarnation = deps.random.bytes(16);
    this.#disk = new MemoryDisk({ clusterId, node: own.id, incarnation, genesis: membership });
    this.host = new Host({
      name: own.name,
      scheduler: deps.scheduler,
      random: deps.random.fork(),
      clockRate: deps.clockRate,
      usesPromises: false,
      onKilled: () => this.#afterDeath("killed at its crash point"),
    });
  }

  get disk(): MemoryDisk {
    return this.#disk;
  }

  get isUp(): boolean {
    return this.host.state !== "down";
  }

  /** Whether it takes itself for the leader; one that is stopping listens to nobody any more. */
  get isServing(): boolean {
    return !this.host.awaitsPromises && this.#node?.status().serving === true;
  }

  /** Undefined while the process is down. */
  status(): NodeStatus | undefined {
    return this.#node?.status();
  }

  start(): void {
    if (this.isUp) return;
    this.#armed = undefined;
    this.host.start(() => this.#boot());
  }

  /** As `kill -9`, between two turns of the process. */
  kill(): void {
    if (!this.isUp) return;
    this.host.kill();
    this.#afterDeath("killed");
  }

  /** Kills the process when it gets to `point` for the n-th time from now. */
  arm(point: CrashPoint, countdown: number): void {
    this.#armed = { point, countdown };
  }

  /** As SIGTERM: the process ends by itself, some time later. */
  stop(): void {
    const node = this.#node;
    if (node === undefined || this.host.state !== "running" || this.host.awaitsPromises) return;
    const { life } = this.host;
    this.#deps.trace.add(this.name, "stopping");
    this.host.turn(() => {
      this.host.awaitsPromises = true;
      this.#deps.scheduler.notePromises();
      const end = (how: string): void => {
        if (this.host.life !== life) return;
        this.host.kill();
        this.#afterDeath(how);
      };
      node.stop().then(
        () => end("stopped"),
        (error) => {
          if (error instanceof ProcessKilled) end("killed at its crash point");
          else if (this.host.life === life) this.#deps.fail(error);
        },
      );
    });
  }

  /** The record of one of its log's slots fails its checks from now on. */
  damage(at: Slot): void {
    this.#deps.trace.add(this.name, "damaged", `slot ${at}`);
    if (this.#storage === undefined) this.#disk.damage(GROUP_ZERO, at);
    else this.#storage.damage(GROUP_ZERO, at);
  }

  #boot(): void {
    const { network, random, crypto, trace, openTransport } = this.#deps;
    const storage = new MemoryStorage(this.#disk, (what, finish) => this.#commit(what, finish));
    this.#storage = storage;
    trace.add(this.name, "started", `start ${storage.identity.startCount}`);
    const host = this.host;
    this.#node = new KvdNode(
      { version: "lab" },
      {
        storage: this.#observed(storage),
        network: network.open({ host, local: this.address, onSend: () => this.#pass("sending") }),
        openTransport,
        clock: host,
        timers: host,
        random: random.fork(),
        crypto,
        log: (level, event, fields) => {
          trace.add(this.name, event, JSON.stringify(fields));
          if (event === "alarm") this.alarms.add(String(fields["text"]));
          if (level === "error") throw new Violation("no error is logged", `${this.name}: ${event}`);
        },
        isSameHost: isLoopback,
        onStep: (step) => this.#deps.onStep(this.name, step),
        retire: (reason) => {
          throw new Violation("nobody retires", `${this.name}: ${reason}`);
        },
      },
    );
    this.#node.start();
  }

  #observed(storage: MemoryStorage): ObservedStorage {
    return new ObservedStorage(storage, {
      onWrite: () => this.#pass("before-write"),
      onWriting: () => this.#pass("write-begun"),
      onLearned: (learning) => this.#deps.oracle.onLearned({ node: this.name, ...learning }),
    });
  }

  #commit(what: "log" | "state", finish: () => void): void {
    const [min, max] = this.pace;
    const takesMs = min + this.#deps.random.fraction() * (max - min);
    this.host.deliver(takesMs, () => {
      if (what === "log") this.#pass("write-ended");
      finish();
      if (what === "log") this.#pass("after-write");
    });
  }

  #pass(point: CrashPoint): void {
    if (this.#armed?.point !== point) return;
    this.#armed.countdown--;
    if (this.#armed.countdown > 0) return;
    this.#armed = undefined;
    this.#deps.trace.add(this.name, `crash-point-${point}`);
    throw new ProcessKilled(point);
  }

  #afterDeath(how: string): void {
    this.#deps.trace.add(this.name, "down", how);
    if (this.#storage !== undefined) this.#disk = this.#storage.crash(this.#deps.random);
    this.#storage = undefined;
    this.#node = undefined;
    this.#armed = undefined;
    this.#deps.onDown(this);
  }
}

/** Who is in the cluster from the beginning: n1, n2, ... on one host, or each on its own. */
export function genesisOf(count: number, isOneHost: boolean): Membership {
  const members = Array.from({ length: count }, (_, index) => ({
    id: nodeId(index + 1),
    name: `n${index + 1}`,
    address: { host: isOneHost ? "127.0.0.1" : `10.0.0.${index + 1}`, port: 7400 + index },
    role: "voter" as const,
    incarnation: copyBytes(EMPTY_BYTES),
  }));
  return { epoch: 1, members };
}
