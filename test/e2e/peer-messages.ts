import { SystemCrypto } from "../../src/io/system-crypto.ts";
import type { Message } from "../../src/paxos/messages.ts";
import { AckBlock } from "../../src/transport/ack-ranges.ts";
import { FRAME_TYPE, frameEnd, WHOLE_OFFSET } from "../../src/transport/frame.ts";
import { PACKET_OFFSET, PACKET_TYPE } from "../../src/transport/packet.ts";
import { ChecksumProtection } from "../../src/transport/protection.ts";
import { payloadKind } from "../../src/wire/payload.ts";
import { decodePeer } from "../../src/wire/peer-codec.ts";

const protection = new ChecksumProtection(new SystemCrypto());

/** What members say to each other in one datagram: its messages in one piece, in order. */
export function peerMessages(datagram: Uint8Array): readonly Message[] {
  const packet = protection.open(datagram);
  if (packet === undefined || packet[PACKET_OFFSET.type] !== PACKET_TYPE.data) return [];
  const messages: Message[] = [];
  let at = new AckBlock().read(packet, PACKET_OFFSET.payload);
  while (at >= 0 && at < packet.length) {
    const end = frameEnd(packet, at);
    if (packet[at] === FRAME_TYPE.whole) {
      const payload = packet.subarray(at + WHOLE_OFFSET.body, end);
      const received = payloadKind(payload) === "peer" ? decodePeer(payload) : "";
      if (typeof received !== "string") messages.push(received.message);
    }
    at = end;
  }
  return messages;
}
