import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { present, unreachable } from "../base/assert.ts";
import type { Address } from "../base/seams.ts";
import { DevCluster } from "../dev/cluster.ts";
import { UdpRelay } from "../dev/udp-relay.ts";
import { SystemClock } from "../io/system-clock.ts";
import { SystemCrypto } from "../io/system-crypto.ts";
import { SystemRandom } from "../io/system-random.ts";
import { SystemTimers } from "../io/system-timers.ts";
import { openUdpNetwork } from "../io/udp-network.ts";
import { type Answer, type ChiWorld, HAND_OVER_MS, PATIENCE_MS } from "../lab/chi/chi-world.ts";
import { leaderAmong } from "../lab/chi/leader-among.ts";
import { NodeCaller } from "../lab/chi/node-caller.ts";
import { cutPairs } from "../lab/chi/partition.ts";
import type { NodeAction, Question } from "../lab/chi/script.ts";
import { Endpoint } from "../transport/endpoint.ts";

/** A node that runs tells how it is within this, however busy the machine. */
const STATUS_MS = 1_000;

/** A cluster of real processes in a temporary directory, and a relay between them that can part them. */
export class ChiCluster implements ChiWorld {
  readonly #members: readonly string[];
  readonly #cluster: DevCluster;
  readonly #relay: UdpRelay;
  #closing: Promise<void> | undefined;

  private constructor(members: readonly string[], cluster: DevCluster, relay: UdpRelay) {
    this.#members = members;
    this.#cluster = cluster;
    this.#relay = relay;
  }

  /** Makes the members' directories; none is started. */
  static async create(members: readonly string[]): Promise<ChiCluster> {
    const dir = await mkdtemp(join(tmpdir(), "kvd-chi-"));
    const relay = await UdpRelay.open(members);
    try {
      const cluster = await DevCluster.create({ dir, names: members, advertised: relay.advertised });
      relay.connect(cluster.addresses());
      return new ChiCluster(members, cluster, relay);
    } catch (error) {
      relay.close();
      await rm(dir, { recursive: true, force: true });
      throw error;
    }
  }

  /** A node that starts is waited for: how long a process takes to load is no part of any scenario. */
  async act(action: NodeAction, node: string): Promise<void> {
    switch (action) {
      case "start":
      case "recover":
        // A process that is started now would outlive this one.
        if (this.#closing !== undefined) throw new Error("interrupted");
        this.#cluster.start(node);
        return await this.#cluster.waitForAnswer(node).catch((error: unknown) => {
          // The node was ended together with this cluster, and its log is gone.
          throw this.#closing === undefined ? error : new Error("interrupted");
        });
      case "fail":
        return await this.#cluster.kill(node);
      case "pause":
        return this.#cluster.pause(node);
      case "resume":
        return this.#cluster.resume(node);
      default:
        return unreachable(action);
    }
  }

  async partition(groups: readonly (readonly string[])[]): Promise<void> {
    this.#relay.cutOnly(cutPairs(this.#members, groups));
  }

  async heal(): Promise<void> {
    this.#relay.cutOnly([]);
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, ms);
    });
  }

  ask(question: Question): Promise<Answer> {
    return this.#call(question.node, (caller) => caller.ask(question, PATIENCE_MS));
  }

  handOver(leader: string, node: string): Promise<void> {
    return this.#call(leader, (caller) => caller.handOver(node, HAND_OVER_MS));
  }

  async leader(): Promise<string | undefined> {
    const running = this.#cluster.list().filter(({ state }) => state === "running");
    const statuses = running.map(({ id }) => this.#call(id, (caller) => caller.status(STATUS_MS)));
    return leaderAmong(await Promise.all(statuses));
  }

  /** Leaves nothing behind: no process, no file. More than once is harmless. */
  close(): Promise<void> {
    this.#closing ??= this.#clear();
    return this.#closing;
  }

  async #clear(): Promise<void> {
    const left = this.#cluster.list().filter(({ state }) => state !== "stopped");
    await Promise.all(left.map(({ id }) => this.#cluster.kill(id)));
    this.#relay.close();
    await rm(this.#cluster.dir, { recursive: true, force: true });
  }

  async #call<T>(node: string, use: (caller: NodeCaller) => Promise<T>): Promise<T> {
    const caller = await openCaller(this.#addressOf(node));
    try {
      return await use(caller);
    } finally {
      caller.close();
    }
  }

  #addressOf(node: string): Address {
    return present(this.#cluster.addresses()[this.#members.indexOf(node)], "a script names members alone");
  }
}

async function openCaller(address: Address): Promise<NodeCaller> {
  return new NodeCaller(address, {
    network: await openUdpNetwork({ host: address.host, port: 0 }),
    openTransport: (options, deps) => new Endpoint(options, deps),
    clock: new SystemClock(),
    timers: new SystemTimers(),
    random: new SystemRandom(),
    crypto: new SystemCrypto(),
  });
}
