import type { Address } from "../base/seams.ts";
import { openUdpNetwork, type UdpNetwork } from "../io/udp-network.ts";

const HOST = "127.0.0.1";

interface Door {
  readonly name: string;
  /** Where the others believe the node to be. */
  readonly outside: UdpNetwork;
  /** Where it is. */
  inside: Address | undefined;
}

/**
 * Stands between nodes on this host, so that what they send each other can be cut off. Each node is known
 * to the others by a port of the relay; what one sends to another's port reaches it from the sender's own.
 */
export class UdpRelay {
  readonly #doors: readonly Door[];
  readonly #byPort = new Map<number, Door>();
  /** `FROM>TO` by name. */
  readonly #cut = new Set<string>();

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

  close(): void {
    for (const { outside } of this.#doors) outside.close();
  }

  #pass(datagram: Uint8Array, from: Address, to: Door): void {
    const sender = this.#byPort.get(from.port);
    if (sender === undefined || to.inside === undefined || this.#cut.has(`${sender.name}>${to.name}`)) return;
    sender.outside.send(to.inside, datagram);
  }
}
