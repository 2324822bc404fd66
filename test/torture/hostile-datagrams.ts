import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Address } from "../../src/base/seams.ts";
import { SystemCrypto } from "../../src/io/system-crypto.ts";
import type { SeededRandom } from "../../src/lab/world/seeded-random.ts";
import {
  numberOf,
  PACKET_OFFSET,
  PACKET_TYPE,
  receiverOf,
  TAG_BYTES,
  writeHeader,
} from "../../src/transport/packet.ts";
import { ChecksumProtection } from "../../src/transport/protection.ts";

/** Kinds of hostile datagrams, in equal shares. */
export const HOSTILE_KINDS = ["random", "truncated", "replayed", "mutated", "sealed", "forged"] as const;
export type HostileKind = (typeof HOSTILE_KINDS)[number];

const RANDOM_BYTES_MAX = 1_500;
/** So many at a time, so that the socket's buffer is not all that drops them. */
const BURST = 50;
/** Of an ack block with one range, the usual one. */
const ACK_BLOCK_BYTES = 11;
/** Kept of what passed by lately, as material. */
const RECORDED_MAX = 400;

/**
 * A relay between a client and one node that keeps what it relays, in both directions: the genuine
 * datagrams that the hostile ones are made from. It can also speak in the client's place.
 */
export class Recorder {
  readonly address: Address;
  #recorded: readonly Uint8Array[] = [];
  /** The client's last data packets. */
  #spoken: readonly Uint8Array[] = [];
  /** The last number forged, by the receiver's connection id. */
  readonly #forgedNumbers = new Map<number, number>();
  readonly #inside: Socket;
  readonly #outside: Socket;

  private constructor(address: Address, inside: Socket, outside: Socket) {
    this.address = address;
    this.#inside = inside;
    this.#outside = outside;
  }

  static async open(node: Address): Promise<Recorder> {
    const inside = await boundSocket();
    const outside = await boundSocket();
    const recorder = new Recorder({ host: "127.0.0.1", port: inside.address().port }, inside, outside);
    let clientPort = 0;
    inside.on("message", (datagram, from) => {
      clientPort = from.port;
      recorder.#recorded = kept(recorder.#recorded, datagram);
      if (datagram[PACKET_OFFSET.type] === PACKET_TYPE.data)
        recorder.#spoken = kept(recorder.#spoken, datagram);
      outside.send(datagram, node.port, node.host);
    });
    outside.on("message", (datagram) => {
      recorder.#recorded = kept(recorder.#recorded, datagram);
      if (clientPort !== 0) inside.send(datagram, clientPort, "127.0.0.1");
    });
    return recorder;
  }

  get recorded(): readonly Uint8Array[] {
    return this.#recorded;
  }

  /** A changed copy of something that the client said, under a new number and a right checksum. */
  forge(random: SeededRandom): Uint8Array {
    const genuine = random.pick(this.#spoken.slice(-20));
    const packet = genuine.slice(0, genuine.length - TAG_BYTES);
    // Behind the acknowledgements, mostly: what spoils those spoils the packet, and nothing deeper is reached.
    const from = PACKET_OFFSET.payload + (random.isLucky(0.8) ? ACK_BLOCK_BYTES : 0);
    packet.set(mutated(packet.slice(from), random), from);
    // A number that the node has not seen on this link, or the packet is dropped as a copy.
    const receiver = receiverOf(genuine);
    const number = Math.max(numberOf(genuine), this.#forgedNumbers.get(receiver) ?? 0) + 1;
    this.#forgedNumbers.set(receiver, number);
    writeHeader(packet, { type: PACKET_TYPE.data, receiver, number });
    return sealed(packet);
  }

  /** Sends from the address that the node knows as the client's. */
  inject(datagram: Uint8Array, node: Address): void {
    this.#outside.send(datagram, node.port, node.host);
  }

  close(): void {
    this.#inside.close();
    this.#outside.close();
  }
}

function kept(recorded: readonly Uint8Array[], datagram: Uint8Array): readonly Uint8Array[] {
  return [...recorded.slice(-RECORDED_MAX), Uint8Array.from(datagram)];
}

function sealed(packet: Uint8Array): Uint8Array {
  const room = new Uint8Array(packet.length + TAG_BYTES);
  room.set(packet);
  return new ChecksumProtection(new SystemCrypto()).seal(room, packet.length);
}

function hostileDatagram(kind: HostileKind, recorder: Recorder, random: SeededRandom): Uint8Array {
  const genuine = random.pick(recorder.recorded);
  switch (kind) {
    case "random":
      return random.bytes(random.below(RANDOM_BYTES_MAX));
    case "truncated":
      return genuine.slice(0, random.below(genuine.length));
    case "replayed":
      return genuine;
    case "mutated":
      return mutated(genuine, random);
    case "sealed":
      // The checksum is right again: what is wrong lies deeper, in headers and frames.
      return sealed(mutated(genuine.slice(0, Math.max(16, genuine.length - TAG_BYTES)), random));
    case "forged":
      return recorder.forge(random);
  }
}

function mutated(genuine: Uint8Array, random: SeededRandom): Uint8Array {
  const changed = Uint8Array.from(genuine);
  const count = random.between(1, 4);
  for (let change = 0; change < count && changed.length > 0; change++) {
    // Half of the changes hit the front, where headers and lengths stand.
    const reach = random.isLucky(0.5) ? Math.min(64, changed.length) : changed.length;
    changed[random.below(reach)] = random.below(256);
  }
  return changed;
}

export interface BarrageResult {
  readonly sent: number;
  /** Datagrams that came back, and their bytes: nobody should be answered who has not been proven genuine. */
  readonly answers: number;
  readonly answeredBytes: number;
  readonly sentBytes: number;
}

/**
 * Sends `count` hostile datagrams to the node: from a socket that nobody knows, but for the forged ones,
 * which come from a client's own address and reach the decoders of messages.
 */
export async function barrage(
  node: Address,
  count: number,
  material: { readonly recorder: Recorder; readonly random: SeededRandom },
): Promise<BarrageResult> {
  const socket = await boundSocket();
  let answers = 0;
  let answeredBytes = 0;
  let sentBytes = 0;
  socket.on("message", (datagram) => {
    answers += 1;
    answeredBytes += datagram.length;
  });
  for (let sent = 0; sent < count; sent++) {
    const kind = HOSTILE_KINDS[sent % HOSTILE_KINDS.length] as HostileKind;
    const datagram = hostileDatagram(kind, material.recorder, material.random);
    if (kind === "forged") material.recorder.inject(datagram, node);
    else {
      sentBytes += datagram.length;
      socket.send(datagram, node.port, node.host);
    }
    if (sent % BURST === BURST - 1) await sleep(2);
  }
  await sleep(500);
  socket.close();
  return { sent: count, answers, answeredBytes, sentBytes };
}

async function boundSocket(): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}
