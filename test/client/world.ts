import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { present } from "../../src/base/assert.ts";
import { copyBytes } from "../../src/base/bytes.ts";
import type { Failure } from "../../src/base/errors.ts";
import type { NodeId, Slot } from "../../src/base/ids.ts";
import type {
  Address,
  Clock,
  Crypto,
  DatagramHandler,
  Network,
  Random,
  Timers,
} from "../../src/base/seams.ts";
import { Client } from "../../src/client/client.ts";
import type { ClientOptions } from "../../src/client/options.ts";
import type { Command } from "../../src/kv/command.ts";
import { Effort } from "../../src/kv/effort.ts";
import { EventHistory } from "../../src/kv/event-history.ts";
import { Machine } from "../../src/kv/machine.ts";
import { isPast, pastAnswer } from "../../src/node/past-answer.ts";
import type { Origin } from "../../src/node/proposals.ts";
import { readAnswer } from "../../src/node/read-answer.ts";
import type { ReadRequest } from "../../src/node/waiting-reads.ts";
import { Watches } from "../../src/node/watches.ts";
import { Endpoint } from "../../src/transport/endpoint.ts";
import type { LinkId } from "../../src/transport/service.ts";
import { decodeRequest, encodeReply } from "../../src/wire/client-codec.ts";
import type {
  LeaderHint,
  NodeStatus,
  OfferedSnapshot,
  Reply,
  ReplyBody,
  Request,
} from "../../src/wire/client-messages.ts";
import { decodeCommand } from "../../src/wire/command-codec.ts";
import { encodeHelloReply } from "../../src/wire/hello-codec.ts";
import { batch, TestState, testCrypto } from "../kv/test-state.ts";

const DELAY_MS = 1;

interface Scheduled {
  readonly atMs: number;
  readonly order: number;
  readonly action: () => void;
  isCancelled: boolean;
}

/** Time that moves only when told to, and datagrams in memory: the same calls give the same execution. */
export class World implements Clock, Timers, Random, Crypto {
  readonly sockets = new Map<string, DatagramHandler>();
  readonly nodes: FakeNode[] = [];
  /** The one replicated store that all nodes share. */
  readonly state = new TestState();
  readonly #machine = new Machine(this.state, this.state.recovered(), testCrypto);
  readonly events = new EventHistory(this.state, this.#machine);
  /** Answers to requests for a snapshot, one after another, and the chunks of the last one. */
  readonly snapshots: (OfferedSnapshot | undefined)[] = [];
  chunks: readonly Uint8Array[] = [];
  #slot = 1;
  timeMs = 1_000_000;
  leader: FakeNode | undefined;
  #nowMs = 0;
  #order = 0;
  #queue: Scheduled[] = [];
  #state = 7;
  #lastPort = 9_000;

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  get revision(): number {
    return this.#machine.revision;
  }

  /** Reads what the last slot left. */
  read(request: ReadRequest): ReplyBody {
    const { state, events, revision } = this;
    if (isPast(request))
      return present(pastAnswer(request, { state, events }).run(new Effort(1e9)), "it is found");
    const nowMs = this.timeMs + this.#nowMs;
    return readAnswer(request, { state, revision, machine: this.#machine, nowMs });
  }

  /** Applies a command in the next slot. */
  apply(command: Command): ReplyBody {
    const stampMs = this.timeMs + this.#nowMs;
    const { effects, outcomes } = this.#machine.apply(this.#slot++ as Slot, batch(stampMs, command));
    this.state.add(effects);
    const [outcome] = outcomes;
    if (outcome === undefined) throw new Error("a command has an outcome");
    return outcome;
  }

  after(delayMs: number, action: () => void): { cancel: () => void } {
    const entry = { atMs: this.#nowMs + delayMs, order: this.#order++, action, isCancelled: false };
    this.#queue.push(entry);
    return {
      cancel: () => {
        entry.isCancelled = true;
      },
    };
  }

  every(periodMs: number, action: () => void): { cancel: () => void } {
    let isCancelled = false;
    const again = (): void => {
      if (isCancelled) return;
      action();
      this.after(periodMs, again);
    };
    this.after(periodMs, again);
    return {
      cancel: () => {
        isCancelled = true;
      },
    };
  }

  soon(action: () => void): void {
    this.after(0, action);
  }

  below(limit: number): number {
    this.#state = (this.#state * 48_271) % 2_147_483_647;
    return this.#state % limit;
  }

  bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.below(256));
  }

  crc32(bytes: Uint8Array, seed = 0): number {
    return crc32(bytes, seed);
  }

  sha256(bytes: Uint8Array): Uint8Array {
    return new Uint8Array(createHash("sha256").update(bytes).digest());
  }

  /** Runs everything due within `ms`, letting promises settle in between. */
  async run(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const due = this.#queue
        .filter((entry) => entry.atMs <= endMs)
        .toSorted((left, right) => left.atMs - right.atMs || left.order - right.order)[0];
      if (due === undefined) break;
      this.#queue.splice(this.#queue.indexOf(due), 1);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      if (!due.isCancelled) due.action();
    }
    this.#nowMs = endMs;
  }

  /** The promise's value, in as much time as it takes, 60 s at most. */
  async resolve<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const mark = (): void => {
      isSettled = true;
    };
    promise.then(mark, mark);
    for (let step = 0; step < 6_000 && !isSettled; step++) await this.run(10);
    return promise;
  }

  /** Everybody stands still for `ms`: what is due meanwhile happens late. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  network(address: Address): Network {
    const key = `${address.host}:${address.port}`;
    return {
      send: (to, datagram) => {
        const copy = copyBytes(datagram);
        this.after(DELAY_MS, () => this.sockets.get(`${to.host}:${to.port}`)?.(copy, address));
      },
      onDatagram: (handler) => void this.sockets.set(key, handler),
      receiveBufferBytes: 4 * 1024 * 1024,
      local: address,
      close: () => void this.sockets.delete(key),
    };
  }

  client(options: Partial<ClientOptions> = {}): Client {
    const network = this.network({ host: "127.0.0.1", port: ++this.#lastPort });
    const endpoints = options.endpoints ?? this.nodes.map((node) => node.address);
    return new Client(
      { ...options, endpoints },
      {
        network,
        openTransport: (options, deps) => new Endpoint(options, deps),
        clock: this,
        timers: this,
        random: this,
        crypto: this,
      },
    );
  }
}

/** What a node does with a request instead of answering it as it should. */
export type Intercept = (request: Request) => ReplyBody | "drop" | "execute-and-drop" | undefined;

/** A node of a cluster that needs no protocol: all of them work on the world's one store. */
export class FakeNode {
  readonly name: string;
  readonly address: Address;
  readonly world: World;
  readonly clusterId: Uint8Array;
  readonly received: Request[] = [];
  readonly commands: Command[] = [];
  intercept: Intercept = () => undefined;
  isFrozen = false;
  /** Where the members believe it to be; undefined: where it is. */
  knownAt: Address | undefined;
  #watches: Watches;
  #endpoint: Endpoint;

  constructor(world: World, name: string, port: number, clusterByte = 1) {
    this.world = world;
    this.name = name;
    this.address = { host: "127.0.0.1", port };
    this.clusterId = new Uint8Array(32).fill(clusterByte);
    this.#watches = this.#openWatches();
    this.#endpoint = this.#open();
    world.nodes.push(this);
    world.every(10, () => {
      if (this.isFrozen) return;
      this.#watches.run(world.nowMs());
      this.#watches.expire(world.nowMs());
      this.#endpoint.tick(world.nowMs());
      this.#endpoint.flush(world.nowMs());
    });
  }

  /** Comes back as a new process: what the old one knew of its links is gone. */
  restart(): void {
    this.isFrozen = false;
    this.#watches = this.#openWatches();
    this.#endpoint = this.#open();
  }

  /** Watches that wait for an answer. */
  get watchCount(): number {
    return this.#watches.count;
  }

  hint(): LeaderHint {
    return { name: this.name, ...(this.knownAt ?? this.address) };
  }

  #openWatches(): Watches {
    return new Watches({
      events: this.world.events,
      answer: (origin, body) => this.#reply(origin, body),
      isLed: () => this.world.leader !== undefined,
    });
  }

  #open(): Endpoint {
    const { world } = this;
    const network = world.network(this.address);
    const endpoint = new Endpoint(
      {
        receiveBufferBytes: network.receiveBufferBytes,
        linksMax: 100,
        messageBytesMax: 5 * 1024 * 1024,
        isSameHost: () => true,
        idleTimeoutMs: 30_000,
      },
      {
        random: world,
        crypto: world,
        transmit: (to, datagram) => network.send(to, datagram),
        handler: {
          admit: () => ({ kind: "accept", reply: this.#welcome(), replaces: [] }),
          onUp: () => undefined,
          onDown: () => undefined,
          onPayload: (link, payload) => this.#onPayload(link, payload),
        },
      },
    );
    network.onDatagram((datagram, from) => {
      if (this.isFrozen) return;
      endpoint.receive(datagram, from, world.nowMs());
      endpoint.flush(world.nowMs());
    });
    return endpoint;
  }

  #welcome(): Uint8Array {
    const members = this.world.nodes.map((node) => node.hint());
    const leader = this.world.leader?.hint();
    const timeMs = this.world.timeMs + this.world.nowMs();
    return encodeHelloReply({
      kind: "welcome",
      clusterId: this.clusterId,
      node: this.name,
      timeMs,
      leader,
      members,
    });
  }

  #onPayload(link: LinkId, payload: Uint8Array): void {
    const request = decodeRequest(payload);
    if (typeof request === "string") throw new Error(request);
    this.received.push(request);
    const instead = this.intercept(request);
    if (instead === "drop") return;
    const body = typeof instead === "object" ? instead : this.#execute(link, request);
    if (instead === "execute-and-drop" || body === "later") return;
    this.#reply({ link, id: request.id }, body);
  }

  #reply({ link, id }: Origin, body: ReplyBody): void {
    const reply: Reply = {
      id,
      body,
      applied: (this.world.revision + 1) as Slot,
      revision: this.world.revision,
      leader: this.world.leader?.hint(),
      servedBy: this.name,
    };
    this.#endpoint.sendMessage(link, encodeReply(reply));
  }

  #execute(link: LinkId, request: Request): ReplyBody | "later" {
    switch (request.kind) {
      case "ping":
        return { kind: "pong" };
      case "status":
        return { kind: "status", status: this.#status() };
      case "get":
      case "range":
      case "history":
      case "leases":
      case "principals":
        return this.world.read(request);
      case "watch": {
        if (request.from === 0) return this.world.read(request);
        const refused = this.#watches.add({ link, id: request.id }, request, this.world.nowMs());
        return refused === undefined ? "later" : { kind: "failure", failure: refused };
      }
      case "cancel":
        this.#watches.cancel({ link, id: request.id });
        return "later";
      case "hand-over":
        return { kind: "handed-over", to: request.to };
      case "measure":
        return { kind: "pong" };
      case "members":
      case "change-members":
        return refusal("unavailable", "not_applied", "there is nobody else");
      case "stand":
        return { kind: "handed-over", to: this.name };
      case "shorten-log":
        return { kind: "shortening", below: 1 as Slot };
      case "age":
        return { kind: "age", last: 0 };
      case "log": {
        const [zero, slots] = [0 as Slot, []];
        return { kind: "log", firstKept: zero, chosen: zero, end: zero, next: zero, slots };
      }
      case "refetch":
        return { kind: "pong" };
      case "state-hash":
        return { kind: "state-hash", watermark: 1 as Slot, at: 1 as Slot, state: undefined };
      case "snapshot":
        return { kind: "snapshot", offered: this.world.snapshots.shift() };
      case "chunk":
        return { kind: "chunk", content: this.world.chunks[request.index] };
      case "mutate": {
        if (this.world.leader === undefined) return refusal("no_leader", "not_applied", "nobody leads");
        if (this.world.leader !== this) return refusal("not_leader", "not_applied", "not the leader");
        const command = decodeCommand(request.command);
        if (typeof command === "string") throw new Error(command);
        this.commands.push(command);
        return this.world.apply(command);
      }
    }
  }

  #status(): NodeStatus {
    const zero = 0 as Slot;
    return {
      id: 1 as NodeId,
      name: this.name,
      endpoint: `${this.address.host}:${this.address.port}`,
      clusterId: this.clusterId,
      role: this.world.leader === this ? "leader" : "follower",
      serving: true,
      ballot: "1.1",
      leader: this.world.leader?.hint(),
      chosen: zero,
      applied: zero,
      stateDurable: zero,
      firstKept: zero,
      end: zero,
      digest: 0,
      stateHash: 0,
      revision: this.world.revision,
      keys: this.world.state.keys.size,
      timeMs: this.world.timeMs + this.world.nowMs(),
      leaderLeaseMs: 0,
      leased: false,
      logBytes: 0,
      stateBytes: 0,
      startCount: 1,
      damaged: 0,
      version: "0",
      alarms: [],
      voters: [this.name],
      peers: [],
      counters: new Map(),
    };
  }
}

export function refusal(code: Failure["code"], outcome: Failure["outcome"], message: string): ReplyBody {
  const retryable = ["no_leader", "not_leader", "overloaded", "lost_leadership", "timeout"].includes(code);
  return { kind: "failure", failure: { code, outcome, retryable, message } };
}

/** Three nodes, the first of which leads. */
export function threeNodes(): {
  readonly world: World;
  readonly nodes: readonly [FakeNode, FakeNode, FakeNode];
} {
  const world = new World();
  const nodes = [
    new FakeNode(world, "n1", 7401),
    new FakeNode(world, "n2", 7402),
    new FakeNode(world, "n3", 7403),
  ] as const;
  world.leader = nodes[0];
  return { world, nodes: [nodes[0], nodes[1], nodes[2]] };
}
