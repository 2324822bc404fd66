import { copyBytes } from "../base/bytes.ts";
import type { Address, Random } from "../base/seams.ts";
import { openUdpNetwork, type UdpNetwork } from "../io/udp-network.ts";

const HOST = "127.0.0.1";

interface Door {
  readonly name: string;
  /** Where the others believe the node to be. */
  readonly outside: UdpNetwork;
  /** Where it is. */
  inside: Address | undefined;
}

/** Of all datagrams, so large a share is lost. */
export interface Loss {
  /** From 0 to 1, for each datagram by itself. */
  readonly share: number;
  readonly random: Random;
}

/**
 * Stands between nodes on this host, so that what they send each other can be cut off, or lost. Each node is known
 * to the others by a port of the relay; what one sends to another's port reaches it from the sender's own. Anybody
 * else is let through only after `admitClients`, from a port of its own to each node.
 */
export class UdpRelay {
  readonly #doors: readonly Door[];
  readonly #byPort = new Map<number, Door>();
  /** `FROM>TO` by name. */
  readonly #cut = new Set<string>();
  #loss: Loss | undefined;
  /** The ports by which nodes know clients, by `CLIENT'S PORT>NODE`; undefined: none are let through. */
  #clients: Map<string, Promise<UdpNetwork>> | undefined;

  private constructor(doors: readonly Door[]) {
    this.#doors = doors;
    for (const door of doors) {
      door.outside.onDatagram((datagram, from) => this.#pass(datagram, from, door));
    }
  }

  /** Opens a port for each of the names. */
  static async open(names: readonly string[]): Promise<UdpRelay> {
    const doors: Door[] = [];
    for (const name of names) {
      const outside = await openUdpNetwork({ host: HOST, port: 0 });
      doors.push({ name, outside, inside: undefined });
    }
    return new UdpRelay(doors);
  }

  /** `HOST:PORT` by which the others are to know each node, in the order of the names. */
  get advertised(): readonly string[] {
    return this.#doors.map(({ outside }) => `${HOST}:${outside.local.port}`);
  }

  /** Where each node really listens, in the same order: nothing passes before this is known. */
  connect(addresses: readonly Address[]): void {
    for (const [index, door] of this.#doors.entries()) {
      door.inside = addresses[index];
      if (door.inside !== undefined) this.#byPort.set(door.inside.port, door);
    }
  }

  /** Lets nothing pass between the pairs, and everything between the others. */
  cutOnly(pairs: readonly (readonly [from: string, to: string])[]): void {
    this.#cut.clear();
    for (const [from, to] of pairs) this.#cut.add(`${from}>${to}`);
  }

  /** From now on; undefined: nothing is lost any more. */
  lose(loss: Loss | undefined): void {
    this.#loss = loss;
  }

  admitClients(): void {
    this.#clients ??= new Map();
  }

  close(): void {
    for (const { outside } of this.#doors) outside.close();
    for (const way of this.#clients?.values() ?? []) void way.then((network) => network.close());
    this.#clients = undefined;
  }

  #pass(datagram: Uint8Array, from: Address, to: Door): void {
    const sender = this.#byPort.get(from.port);
    if (to.inside === undefined || this.#isLost()) return;
    if (sender === undefined) return this.#passClients(datagram, from, to);
    if (this.#cut.has(`${sender.name}>${to.name}`)) return;
    sender.outside.send(to.inside, datagram);
  }

  #passClients(datagram: Uint8Array, from: Address, to: Door): void {
    const clients = this.#clients;
    if (clients === undefined) return;
    const name = `${from.port}>${to.name}`;
    let way = clients.get(name);
    if (way === undefined) {
      way = this.#openWay(from, to);
      clients.set(name, way);
    }
    // The socket's buffer belongs to the socket.
    const copy = copyBytes(datagram);
    void way.then((network) => {
      if (to.inside !== undefined) network.send(to.inside, copy);
    });
  }

  async #openWay(client: Address, node: Door): Promise<UdpNetwork> {
    const network = await openUdpNetwork({ host: HOST, port: 0 });
    network.onDatagram((datagram) => {
      if (!this.#isLost()) node.outside.send(client, datagram);
    });
    return network;
  }

  #isLost(): boolean {
    const loss = this.#loss;
    return loss !== undefined && loss.random.below(1_000_000) < loss.share * 1_000_000;
  }
}
