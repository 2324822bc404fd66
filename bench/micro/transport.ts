import { MESSAGE_BYTES_MAX } from "../../src/base/limits.ts";
import type { Address } from "../../src/base/seams.ts";
import { Endpoint } from "../../src/transport/endpoint.ts";
import type { LinkHandler, LinkId } from "../../src/transport/service.ts";
import type { MicroCase, MicroSuite } from "./micro-case.ts";
import { CRYPTO, fixedRandom } from "./seams.ts";

const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const TURNS_MAX = 100_000;
const NOTHING = new Uint8Array(0);

/** Two endpoints whose datagrams change hands in memory: the transport's own cost, without a kernel. */
class Loopback {
  readonly #left: Endpoint;
  readonly #right: Endpoint;
  readonly #toLeft: Uint8Array[] = [];
  readonly #toRight: Uint8Array[] = [];
  readonly #leftAddress: Address = { host: "127.0.0.1", port: 1 };
  readonly #rightAddress: Address = { host: "127.0.0.1", port: 2 };
  #link: LinkId | undefined;
  #received = 0;
  #nowMs = 0;

  constructor(isSameHost: boolean) {
    const endpoint = (seed: number, queue: Uint8Array[], handler: LinkHandler): Endpoint =>
      new Endpoint(
        {
          receiveBufferBytes: RECEIVE_BUFFER_BYTES,
          linksMax: 4,
          messageBytesMax: MESSAGE_BYTES_MAX,
          isSameHost: () => isSameHost,
          idleTimeoutMs: 60_000,
        },
        {
          random: fixedRandom(seed),
          crypto: CRYPTO,
          transmit: (_to, datagram) => queue.push(datagram.slice()),
          handler,
        },
      );
    this.#left = endpoint(1, this.#toRight, this.#handler());
    this.#right = endpoint(2, this.#toLeft, this.#handler());
    const link = this.#left.connect(this.#rightAddress, NOTHING, 0);
    for (let turn = 0; this.#link === undefined && turn < TURNS_MAX; turn++) this.#turn();
    if (this.#link !== link) throw new Error("the link did not come up");
  }

  /** Sends `count` messages and goes on until all have arrived. */
  deliver(payload: Uint8Array, count: number): void {
    const goal = this.#received + count;
    let unsent = count;
    for (let turn = 0; this.#received < goal; turn++) {
      if (turn === TURNS_MAX) throw new Error("the messages did not arrive");
      while (unsent > 0 && this.#left.sendMessage(this.#link as LinkId, payload)) unsent--;
      this.#turn();
    }
  }

  #turn(): void {
    this.#nowMs += 0.05;
    this.#left.flush(this.#nowMs);
    for (const datagram of this.#toRight.splice(0)) {
      this.#right.receive(datagram, this.#leftAddress, this.#nowMs);
    }
    this.#right.flush(this.#nowMs);
    for (const datagram of this.#toLeft.splice(0)) {
      this.#left.receive(datagram, this.#rightAddress, this.#nowMs);
    }
    this.#left.tick(this.#nowMs);
    this.#right.tick(this.#nowMs);
  }

  #handler(): LinkHandler {
    return {
      admit: () => ({ kind: "accept", reply: NOTHING, replaces: [] }),
      onUp: (link, _body, _from, initiator) => {
        if (initiator) this.#link = link;
      },
      onPayload: () => {
        this.#received++;
      },
      onDown: (_link, reason) => {
        throw new Error(`the link went down: ${reason}`);
      },
    };
  }
}

function deliverCase(loopback: Loopback, name: string, payloadBytes: number, count: number): MicroCase {
  const payload = new Uint8Array(payloadBytes).fill(7);
  return { kind: "sync", name, operations: count, run: () => loopback.deliver(payload, count) };
}

/** Messages from one endpoint to another and their acknowledgements back, per message. */
export async function openTransportSuite(): Promise<MicroSuite> {
  const sameHost = new Loopback(true);
  const acrossHosts = new Loopback(false);
  return {
    name: "transport",
    cases: [
      deliverCase(sameHost, "300 B message, alone", 300, 1),
      deliverCase(sameHost, "300 B messages, 64 a turn", 300, 64),
      deliverCase(sameHost, "16 KiB messages, 16 a turn", 16 * 1024, 16),
      deliverCase(acrossHosts, "300 B messages, 64 a turn, 1,200 B datagrams", 300, 64),
      deliverCase(acrossHosts, "1 MiB message in 1,200 B datagrams", 1024 * 1024, 1),
    ],
    close: async () => undefined,
  };
}
