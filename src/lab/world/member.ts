import { AssertionError } from "../../base/assert.ts";
import { copyBytes, EMPTY_BYTES } from "../../base/bytes.ts";
import { type NodeId, nodeId, type Slot } from "../../base/ids.ts";
import type { Address, Crypto, DiskSpace, Network } from "../../base/seams.ts";
import { isLoopback } from "../../client/links.ts";
import { KvdNode, type NodeOptions } from "../../node/node.ts";
import type { Step } from "../../node/step.ts";
import type { ChangeRefusal } from "../../paxos/change-refusal.ts";
import type { MemberRole, Membership, Member as PaxosMember } from "../../paxos/membership.ts";
import { memberOf } from "../../paxos/membership-step.ts";
import { MemoryDisk } from "../../storage/memory-disk.ts";
import type { MemoryStorage } from "../../storage/memory-storage.ts";
import type { TransportFactory } from "../../transport/service.ts";
import type { NodeStatus } from "../../wire/client-messages.ts";
import { LAB_WINDOW } from "../oracles/forgetting.ts";
import type { SlotOracle } from "../oracles/slot-oracle.ts";
import { Violation } from "../oracles/violation.ts";
import type { Trace } from "../trace.ts";
import { type CrashPoint, KILLED, PASSED } from "./crash-points.ts";
import { Host, ProcessKilled } from "./host.ts";
import { MemberDisk } from "./member-disk.ts";
import { ObservedStorage } from "./observed-storage.ts";
import { isOfAcceptor, payloadName } from "./payload-names.ts";
import type { Scheduler } from "./scheduler.ts";
import type { SeededRandom } from "./seeded-random.ts";
import { addressText, type SimulatedNetwork } from "./simulated-network.ts";
import { Testimony } from "./testimony.ts";
import { watchedTransport } from "./watched-transport.ts";

/** A simulated disk that is full fails; one that is nearly full is not simulated. */
const ROOMY: DiskSpace = { freeBytes: 2 ** 40, totalBytes: 2 ** 41, logFileBytes: 0, stateFileBytes: 0 };

export interface MemberDeps {
  readonly scheduler: Scheduler;
  readonly network: SimulatedNetwork;
  readonly trace: Trace;
  readonly crypto: Crypto;
  readonly oracle: SlotOracle;
  readonly random: SeededRandom;
  readonly openTransport: TransportFactory;
  readonly clockRate: number;
  /** Who is there from the beginning, when some come later; everybody by default. */
  readonly genesis?: Membership;
  /** How much of the log a node keeps for others, and how often it makes a snapshot. */
  readonly keeping: Pick<NodeOptions, "tail" | "snapshotPeriod">;
  /** The process is gone, by whatever cause. */
  readonly onDown: (member: Member) => void;
  /** Neither is called any more once another image was put in the place of the member's disk. */
  readonly onStep: (node: string, step: Step) => void;
  /** A process that had opened its disk is gone, and this is what it left. */
  readonly onCrash: (node: string, disk: MemoryDisk) => void;
  /** Something broke outside of any event. */
  readonly fail: (error: unknown) => void;
}

/** One member of the simulated cluster: a machine, a disk, and an unmodified node that comes and goes. */
export class Member {
  readonly name: string;
  readonly id: NodeId;
  readonly address: Address;
  readonly host: Host;
  readonly storage: MemberDisk;
  readonly #deps: MemberDeps;
  readonly #memberAddresses: ReadonlySet<string>;
  /** What is passed when something is sent, by the address as the process holds it: they are few, and stay. */
  readonly #sendPoints = new WeakMap<Address, CrashPoint>();
  #node: KvdNode | undefined;
  /** By point: how often it is still to be passed, the last time included. */
  readonly #armed = new Map<CrashPoint, number>();
  #isApplying = false;
  /** Why it has ended for good; undefined while it may come back. */
  #lostBecause: string | undefined;
  #testimony = new Testimony();
  /** The only one with whom anything is exchanged, when there is one. */
  onlyPeer: Address | undefined;
  /** While it is set nothing that is done on purpose ends the process. */
  isSpared = false;
  /** Whether it was set up yet: who is no founder joins when it is told to. */
  #isInvited: boolean;
  /** It was removed, and nobody needs it any more. */
  isDismissed = false;
  /** What its acceptor says is lost, all else goes on. */
  isAcceptorSilent = false;
  readonly alarms = new Set<string>();

  constructor(index: number, membership: Membership, clusterId: Uint8Array, deps: MemberDeps) {
    const own = membership.members[index];
    if (own === undefined) throw new AssertionError(`no member ${index}`);
    this.name = own.name;
    this.id = own.id;
    this.address = own.address;
    this.#deps = deps;
    const genesis = deps.genesis ?? membership;
    this.#isInvited = memberOf(genesis, own.id) !== undefined;
    // Who it is; whom to reach it knows from the beginning, or is reached.
    const joined = this.#isInvited ? {} : { joined: { ...genesis, members: [...genesis.members, own] } };
    this.#memberAddresses = new Set(membership.members.map(({ address }) => addressText(address)));
    const incarnation = deps.random.bytes(16);
    this.host = new Host({
      name: own.name,
      scheduler: deps.scheduler,
      random: deps.random.fork(),
      clockRate: deps.clockRate,
      usesPromises: () => false,
      onKilled: (how) => this.#afterDeath(how),
    });
    this.storage = new MemberDisk(
      new MemoryDisk({ clusterId, node: own.id, incarnation, genesis, ...joined }),
      {
        host: this.host,
        trace: deps.trace,
        random: deps.random,
        crypto: deps.crypto,
        pass: (point) => this.#pass(point),
      },
    );
  }

  /** What is durable now, whether the process is up or not. */
  get disk(): MemoryDisk {
    return this.storage.image;
  }

  get isUp(): boolean {
    return this.host.state !== "down";
  }

  /** Whether it has ended for good, because its disk can no longer be what it was. */
  get isLost(): boolean {
    return this.#lostBecause !== undefined;
  }

  /** Whether it takes itself for the leader; one that is stopping listens to nobody any more. */
  get isServing(): boolean {
    return !this.host.awaitsPromises && this.#node?.status().serving === true;
  }

  /** What the present process has heard that the others' disks hold. */
  get testimony(): Testimony {
    return this.#testimony;
  }

  /** Undefined while the process is down or has not opened its disk yet. */
  status(): NodeStatus | undefined {
    return this.#node?.status();
  }

  /** From now on it may run. */
  invite(): void {
    this.#isInvited = true;
  }

  start(): void {
    if (this.isUp || this.isLost || !this.#isInvited) return;
    this.host.start(() => {
      this.storage.open(
        (storage) => this.#boot(storage),
        (reason) => this.#onUnusable(reason),
      );
    });
  }

  /** As `kill -9`, between two turns of the process. */
  kill(): void {
    if (!this.isUp || this.isSpared) return;
    this.host.kill();
    this.#afterDeath("killed");
  }

  /** Kills the process, or the next, when it gets to `point` for the n-th time from now. */
  arm(point: CrashPoint, countdown: number): void {
    this.#armed.set(point, countdown);
  }

  disarm(): void {
    this.#armed.clear();
  }

  /** As SIGTERM: the process ends by itself, some time later. False when there is none that listens. */
  stop(): boolean {
    const node = this.#node;
    if (node === undefined || this.isSpared) return false;
    if (this.host.state !== "running" || this.host.awaitsPromises) return false;
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
      this.#pass("stop-begun");
      node.stop().then(
        () => end("stopped"),
        (error) => {
          if (error instanceof ProcessKilled) end(error.message);
          else if (this.host.life === life) this.#deps.fail(error);
        },
      );
    });
    return true;
  }

  /** Has the group led to another membership; the reason why not, when it is not. */
  changeMembership(next: (current: Membership) => Membership): ChangeRefusal | undefined {
    const node = this.#node;
    let refusal: ChangeRefusal | undefined = "not-serving";
    if (node === undefined || this.host.state !== "running" || this.host.awaitsPromises) return refusal;
    this.host.turn(() => {
      refusal = node.changeMembership(next);
    });
    return refusal;
  }

  /** It was removed: its process may end for good, and does when it is told. */
  dismiss(): void {
    this.isDismissed = true;
  }

  /** Its machine is taken away: nobody is to need it. */
  scrap(): void {
    this.#lostBecause = "scrapped";
    this.kill();
  }

  /** The record of one of its log's slots fails its checks from now on. */
  damage(at: Slot): void {
    this.storage.damage(at);
  }

  #boot(storage: MemoryStorage): void {
    const { random, crypto, trace, openTransport } = this.#deps;
    trace.add(this.name, "started", `start ${storage.identity.startCount}`);
    const host = this.host;
    const node = new KvdNode(
      {
        version: "lab",
        history: LAB_WINDOW,
        space: { reserveBytes: undefined, quotaBytes: undefined },
        ...this.#deps.keeping,
      },
      {
        storage: this.#observed(storage),
        network: this.#network(),
        openTransport: watchedTransport(openTransport, {
          onPayload: (payload) => trace.count(payloadName(payload) ?? "message:unknown"),
          isSwallowed: (payload) => this.isAcceptorSilent && isOfAcceptor(payload),
        }),
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
        disk: () => ROOMY,
        onStep: (step) => this.#onStep(step),
        retire: (_why, reason) => this.#retire(reason),
        fence: (reason: string) => {
          throw new Violation("I18 all make one state", `${this.name}: ${reason}`);
        },
      },
    );
    this.#pass("start-recovered");
    this.#node = node;
    node.start();
    this.#pass("start-listening");
  }

  #network(): Network {
    const { host, address: local } = this;
    const network = this.#deps.network.open({ host, local, onSend: (to) => this.#onSend(to) });
    const isAllowed = (other: Address): boolean =>
      this.onlyPeer === undefined || addressText(other) === addressText(this.onlyPeer);
    return {
      ...network,
      send: (to, datagram) => {
        if (isAllowed(to)) network.send(to, datagram);
      },
      onDatagram: (handler) =>
        network.onDatagram((datagram, from) => {
          if (isAllowed(from)) handler(datagram, from);
        }),
    };
  }

  #observed(storage: MemoryStorage): ObservedStorage {
    return new ObservedStorage(storage, {
      pass: (point) => {
        this.#passApplied();
        this.#pass(point);
      },
      onLearned: (learning) => this.#deps.oracle.onLearned({ node: this.name, ...learning }),
    });
  }

  #onStep(step: Step): void {
    this.#passApplied();
    // What an exchanged disk makes a member do proves nothing: it is to end before anybody hears of it.
    if (!this.storage.isReplaced) this.#deps.onStep(this.name, step);
    this.#testimony.hear(step);
    if (step.effects.chosen.length === 0) return;
    this.#pass("apply-before");
    this.#isApplying = true;
  }

  #onSend(to: Address): void {
    this.#passApplied();
    if (this.host.awaitsPromises) this.#pass("stop-sending");
    this.#pass(this.#sendPoints.get(to) ?? this.#sendPoint(to));
  }

  #sendPoint(to: Address): CrashPoint {
    const point = this.#memberAddresses.has(addressText(to)) ? "send-member" : "send-client";
    this.#sendPoints.set(to, point);
    return point;
  }

  #passApplied(): void {
    if (!this.#isApplying) return;
    this.#isApplying = false;
    this.#pass("apply-after");
  }

  #pass(point: CrashPoint): void {
    this.#deps.trace.count(PASSED[point]);
    const countdown = this.isSpared ? undefined : this.#armed.get(point);
    if (countdown === undefined) return;
    this.#armed.set(point, countdown - 1);
    if (countdown > 1) return;
    this.#armed.delete(point);
    this.#deps.trace.add(this.name, KILLED[point]);
    this.#deps.trace.count("fault:crash-point");
    throw new ProcessKilled(`killed at ${point}`);
  }

  /** Right when its disk was exchanged on purpose, or it was removed; anybody else has forgotten something. */
  #retire(reason: string): never {
    if (!this.storage.isReplaced && !this.isDismissed)
      throw new Violation("nobody retires", `${this.name}: ${reason}`);
    return this.#endForGood(reason);
  }

  /** Right when its state was damaged on purpose, the log did not reach back far enough, and nobody else is there. */
  #onUnusable(reason: string): never {
    if (!this.storage.isStateDamaged) throw new Violation("a disk can be opened", `${this.name}: ${reason}`);
    return this.#endForGood(reason);
  }

  #endForGood(reason: string): never {
    this.#lostBecause = reason;
    this.#deps.trace.add(this.name, "retired", reason);
    throw new ProcessKilled("retired");
  }

  #afterDeath(how: string): void {
    this.#deps.trace.add(this.name, "down", how);
    const wasOpen = this.storage.crash();
    this.#node = undefined;
    this.#isApplying = false;
    this.#testimony = new Testimony();
    if (wasOpen && !this.storage.isReplaced) this.#deps.onCrash(this.name, this.disk);
    this.#deps.onDown(this);
  }
}

/** Who is in the cluster from the beginning: n1, n2, ... on one host, or each on its own. */
export function genesisOf(count: number, isOneHost: boolean, learners = 0): Membership {
  const members = Array.from({ length: count }, (_, index) =>
    nodeAt(index, isOneHost, index < count - learners ? "voter" : "learner"),
  );
  return { epoch: 1, members, nextNodeId: members.length + 1 };
}

/** The same, and as many nodes more that may join. */
export function withJoiners(genesis: Membership, joiners: number, isOneHost: boolean): Membership {
  const { members } = genesis;
  const more = Array.from({ length: joiners }, (_, index) =>
    nodeAt(members.length + index, isOneHost, "learner"),
  );
  return { ...genesis, members: [...members, ...more] };
}

function nodeAt(index: number, isOneHost: boolean, role: MemberRole): PaxosMember {
  const address = { host: isOneHost ? "127.0.0.1" : `10.0.0.${index + 1}`, port: 7400 + index };
  return { id: nodeId(index + 1), name: `n${index + 1}`, address, role, incarnation: copyBytes(EMPTY_BYTES) };
}
