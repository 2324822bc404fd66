import { readU32, writeU32 } from "../../transport/octets.ts";
import { BytePool } from "./byte-pool.ts";

/** One byte says what a datagram of the plain transport is. */
export const PLAIN_KIND = {
  hello: 1,
  reply: 2,
  refusal: 3,
  message: 4,
  datagram: 5,
  /** Acknowledgements alone. */
  ack: 6,
  /** Wants a sign of life. */
  ping: 7,
  close: 8,
} as const;
type PlainKind = (typeof PLAIN_KIND)[keyof typeof PLAIN_KIND];

const KIND_MAX = PLAIN_KIND.close;
export const ACKS_PER_PACKET_MAX = 60;
const OFFSET = { kind: 0, receiver: 1, number: 5, floor: 9, acks: 13 } as const;
const ACKS_START = OFFSET.acks + 1;
const ACK_BYTES = 4;

export interface PlainPacket {
  readonly kind: PlainKind;
  /** The connection id that the receiver chose; 0 in a hello. */
  readonly receiver: number;
  /** Of a message its id, of a hello or a reply the connection id that the sender chose, else 0. */
  readonly number: number;
  /** Of a message: no id below this is sent any more. Else 0. */
  readonly floor: number;
  /** Ids of messages that have arrived at the sender; at most ACKS_PER_PACKET_MAX. */
  readonly acks: readonly number[];
  readonly body: Uint8Array;
}

const memory = new BytePool();

/** The datagram, in memory that nothing else is written to. */
export function encodePlain(packet: PlainPacket): Uint8Array {
  const { kind, receiver, number, floor, acks, body } = packet;
  const start = ACKS_START + ACK_BYTES * acks.length;
  const datagram = memory.take(start + body.length);
  datagram[OFFSET.kind] = kind;
  writeU32(datagram, OFFSET.receiver, receiver);
  writeU32(datagram, OFFSET.number, number);
  writeU32(datagram, OFFSET.floor, floor);
  datagram[OFFSET.acks] = acks.length;
  for (let index = 0; index < acks.length; index++) {
    writeU32(datagram, ACKS_START + ACK_BYTES * index, acks[index] as number);
  }
  datagram.set(body, start);
  return datagram;
}

/** The packet, whose body is a view of `datagram`; undefined when it is none. */
export function decodePlain(datagram: Uint8Array): PlainPacket | undefined {
  const kind = datagram[OFFSET.kind] ?? 0;
  const count = datagram[OFFSET.acks] ?? ACKS_PER_PACKET_MAX + 1;
  const start = ACKS_START + ACK_BYTES * count;
  if (kind < PLAIN_KIND.hello || kind > KIND_MAX) return undefined;
  if (count > ACKS_PER_PACKET_MAX || datagram.length < start) return undefined;
  const acks: number[] = [];
  for (let index = 0; index < count; index++) acks.push(readU32(datagram, ACKS_START + ACK_BYTES * index));
  return {
    kind: kind as PlainKind,
    receiver: readU32(datagram, OFFSET.receiver),
    number: readU32(datagram, OFFSET.number),
    floor: readU32(datagram, OFFSET.floor),
    acks,
    body: datagram.subarray(start),
  };
}
