import { assert } from "../base/assert.ts";
import type { Address } from "../base/seams.ts";
import { ACK_BLOCK_BYTES_MAX, type AckBlock, writeEmptyAckBlock } from "./ack-ranges.ts";
import { Acknowledger } from "./acknowledger.ts";
import { CongestionWindow } from "./congestion.ts";
import type { Drops } from "./drops.ts";
import { Fifo } from "./fifo.ts";
import {
  ABANDON_OFFSET,
  DATAGRAM_OFFSET,
  DATAGRAM_OVERHEAD_BYTES,
  FRAGMENT_OFFSET,
  FRAGMENT_OVERHEAD_BYTES,
  FRAME_TYPE,
  frameEnd,
  inspectFrames,
  type Room,
  readFragmentPlace,
  WHOLE_OFFSET,
  WHOLE_OVERHEAD_BYTES,
  writeClose,
  writeDatagram,
  writePing,
} from "./frame.ts";
import { Inbox } from "./inbox.ts";
import { readU48, U48_LIMIT } from "./octets.ts";
import { Outbox } from "./outbox.ts";
import {
  DATAGRAM_BYTES_SAFE,
  numberOf,
  PACKET_OFFSET,
  PACKET_TYPE,
  TAG_BYTES,
  writeHeader,
} from "./packet.ts";
import { chargeOf } from "./path.ts";
import type { Protection } from "./protection.ts";
import { SentPacket, SentPackets } from "./retransmit.ts";
import { RttEstimator } from "./rtt.ts";
import type { DownReason, LinkHandler, LinkId, LinkStats, Withdrawable } from "./service.ts";
import { SlidingWindow } from "./sliding-window.ts";

/** Source: RFC 6479; larger than any reordering that a path shows. */
const REPLAY_PACKETS = 2048;
const DATAGRAMS_QUEUED_MAX = 64;
/** Eight of the longest messages, less what many small ones cost. */
const HELD_BYTES_MAX = 32 * 1024 * 1024;

/** What one probe sends again: two packets, since one alone is as easily lost as the first time. */
const PROBE_PACKETS = 2;
const PROBES_UNTIL_PERSISTENT = 3;
/** Both must hold before unanswered probes mean that nobody is there. */
const PROBES_UNTIL_SILENT = 8;
const SILENCE_MS_MIN = 1000;
const KEEP_ALIVES_PER_TIMEOUT = 3;
const LOSS_SMOOTHING = 1 / 64;

/** Packets from here on are those that a path with a small MTU does not let through. */
const LARGE_BYTES = (DATAGRAM_BYTES_SAFE * 3) / 4;
const MEASURING_PACKETS_MAX = 64;

/** A ping or a close, which must never be what makes a packet too long. */
const SIGNAL_BYTES = 1;
const FIXED_BYTES = PACKET_OFFSET.payload + TAG_BYTES + ACK_BLOCK_BYTES_MAX + SIGNAL_BYTES;

/** What all links of an endpoint share. */
export interface LinkContext {
  readonly protection: Protection;
  readonly transmit: (to: Address, datagram: Uint8Array) => void;
  readonly handler: LinkHandler;
  readonly drops: Drops;
  /** Where packets are put together, one at a time. */
  readonly buffer: Uint8Array;
  readonly ackBlock: AckBlock;
  /** Records for use again. */
  readonly spare: SentPacket[];
  /** The link has something for the next flush. */
  readonly wantsFlush: (link: Link) => void;
  readonly idleTimeoutMs: number;
  readonly messageBytesMax: number;
  /** When this process last found that it had been held up; what was sent before tells nothing of the path. */
  stalledUntilMs: number;
}

export interface LinkPeer {
  readonly address: Address;
  /** The connection id that the peer chose: what our packets bear. */
  readonly connection: number;
  /** How much the peer's buffer takes from us, in charged bytes. */
  readonly windowBytes: number;
  readonly datagramBytes: number;
  readonly messageBytesMax: number;
}

/** One live connection: packs and opens its packets, and decides what is sent again. */
export class Link {
  readonly id: LinkId;
  /** The connection id that this side chose: what the peer's packets bear. */
  readonly connection: number;
  readonly peer: LinkPeer;
  /** Set while the endpoint has it on the list for the next flush. */
  isFlushWanted = false;
  #state: "up" | "closing" | "ended" = "up";
  readonly #context: LinkContext;
  readonly #received = new SlidingWindow(REPLAY_PACKETS);
  readonly #acknowledger: Acknowledger;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #datagrams = new Fifo<Uint8Array>();
  readonly #sent = new SentPackets();
  readonly #rtt = new RttEstimator();
  readonly #congestion: CongestionWindow;
  #isCongestionLimited = false;
  #isPingDue = false;
  #heardMs: number;
  #pingedMs: number;
  #probes = 0;
  #probeMs = 0;
  #probingSinceMs = 0;
  #loss = 0;
  #acked = 0;
  #lost = 0;
  #largeLost = 0;
  /** Packets that are to be sent only to see whether they arrive. */
  #measuring = 0;
  #nowMs: number;

  constructor(ids: { id: LinkId; connection: number }, peer: LinkPeer, context: LinkContext, nowMs: number) {
    this.id = ids.id;
    this.connection = ids.connection;
    this.peer = peer;
    this.#context = context;
    this.#heardMs = nowMs;
    this.#pingedMs = nowMs;
    this.#nowMs = nowMs;
    this.#acknowledger = new Acknowledger(peer.datagramBytes);
    this.#congestion = new CongestionWindow(peer.datagramBytes);
    this.#inbox = new Inbox(context.messageBytesMax, (reason) => context.drops.count(reason));
    this.#outbox = new Outbox({
      wholeBytesMax: peer.datagramBytes - FIXED_BYTES - WHOLE_OVERHEAD_BYTES,
      pieceBytes: peer.datagramBytes - FIXED_BYTES - FRAGMENT_OVERHEAD_BYTES,
      messageBytesMax: Math.min(context.messageBytesMax, peer.messageBytesMax),
      heldBytesMax: HELD_BYTES_MAX,
    });
  }

  get stats(): LinkStats {
    return {
      rttMs: this.#rtt.smoothedMs,
      loss: this.#loss,
      queuedBytes: this.#outbox.heldBytes,
      inFlightBytes: this.#sent.bytes,
      datagramBytes: this.peer.datagramBytes,
      acked: this.#acked,
      lost: this.#lost,
      largeLost: this.#largeLost,
    };
  }

  sendDatagram(payload: Uint8Array): void {
    if (payload.length > this.peer.datagramBytes - FIXED_BYTES - DATAGRAM_OVERHEAD_BYTES) {
      this.#context.drops.count("datagram_too_large");
      return;
    }
    if (this.#datagrams.length >= DATAGRAMS_QUEUED_MAX) {
      this.#datagrams.shift();
      this.#context.drops.count("datagram_queue_full");
    }
    this.#datagrams.push(payload);
    this.#context.wantsFlush(this);
  }

  sendMessage(payload: Uint8Array, about: Withdrawable | undefined): boolean {
    if (!this.#outbox.submit(payload, about)) return false;
    this.#context.wantsFlush(this);
    return true;
  }

  withdraw(below: Withdrawable): void {
    this.#outbox.withdraw(below);
    if (this.#outbox.hasAbandons) this.#context.wantsFlush(this);
  }

  /** Asks the peer for a sign of life with the next flush. */
  ping(): void {
    this.#isPingDue = true;
    this.#context.wantsFlush(this);
  }

  /** The next flush sends so many packets of the safe size, filled up with pings. */
  measure(packets: number): void {
    this.#measuring = Math.min(this.#measuring + packets, MEASURING_PACKETS_MAX);
    this.#context.wantsFlush(this);
  }

  /** Takes the round trip of the handshake for a first sample. */
  onHandshakeRoundTrip(roundTripMs: number): void {
    this.#rtt.sample(roundTripMs, 0);
  }

  /** The next flush sends what the windows allow, then says goodbye; nothing is delivered any more. */
  close(): void {
    this.#state = "closing";
    this.#context.wantsFlush(this);
  }

  /** Nothing is sent or delivered any more. */
  end(): void {
    this.#state = "ended";
  }

  /** Takes a datagram that bears this link's connection id. Answers why the link ended, if it did. */
  receive(datagram: Uint8Array, nowMs: number): DownReason | undefined {
    const { ackBlock, protection } = this.#context;
    const number = numberOf(datagram);
    if (this.#received.isSeen(number)) return this.#drop("packet_repeated");
    const packet = protection.open(datagram);
    if (packet === undefined) return this.#drop("bad_tag");
    const frames = ackBlock.read(packet, PACKET_OFFSET.payload);
    const kind = frames < 0 ? "malformed" : inspectFrames(packet, frames);
    if (kind === "malformed") return this.#drop("packet_malformed");
    if (this.#sent.isImpossible(ackBlock)) return this.#drop("ack_impossible");
    this.#received.add(number);
    this.#heardMs = nowMs;
    this.#nowMs = nowMs;
    if (ackBlock.count > 0) this.#onAckBlock(ackBlock, nowMs);
    const isEliciting = kind === "eliciting";
    this.#acknowledger.onReceived(number, { bytes: datagram.length, isEliciting }, nowMs);
    if (this.#acknowledger.isDue(nowMs)) this.#context.wantsFlush(this);
    return this.#deliver(packet, frames);
  }

  /** Looks at everything that depends on time. Answers why the link ended, if it did. */
  tick(nowMs: number): DownReason | undefined {
    this.#nowMs = nowMs;
    const { idleTimeoutMs } = this.#context;
    const silenceMs = nowMs - this.#heardMs;
    if (silenceMs >= idleTimeoutMs) return "silent";
    const keepAliveMs = idleTimeoutMs / KEEP_ALIVES_PER_TIMEOUT;
    if (silenceMs >= keepAliveMs && nowMs - this.#pingedMs >= keepAliveMs) {
      this.#pingedMs = nowMs;
      this.ping();
    }
    if (this.#acknowledger.isDue(nowMs)) this.#context.wantsFlush(this);
    if (this.#sent.oldest === undefined) return undefined;
    this.#detectLost(nowMs);
    return this.#probe(nowMs);
  }

  /** Transmits everything that the windows allow. */
  flush(nowMs: number): void {
    if (this.#state === "ended") return;
    this.#nowMs = nowMs;
    while (this.#emit(nowMs, false));
    this.#isCongestionLimited = this.#sent.bytes >= this.#congestion.windowBytes && this.#outbox.hasWork();
    if (this.#state !== "closing") return;
    this.#emit(nowMs, true);
    this.#state = "ended";
  }

  readonly #onAcked = (packet: SentPacket): void => {
    const { ackBlock, stalledUntilMs } = this.#context;
    if (packet.number === ackBlock.highs[0] && packet.sentMs >= stalledUntilMs) {
      this.#rtt.sample(this.#nowMs - packet.sentMs, ackBlock.delayMs);
    }
    this.#probes = 0;
    this.#loss -= this.#loss * LOSS_SMOOTHING;
    this.#acked++;
    if (packet.bytes >= LARGE_BYTES) this.#largeLost = 0;
    if (this.#isCongestionLimited) this.#congestion.onAcked(packet.bytes, packet.sentMs);
    if (packet.acknowledges >= 0) this.#acknowledger.onHeard(packet.acknowledges);
    this.#outbox.onAcked(packet);
    this.#recycle(packet);
  };

  readonly #onLost = (packet: SentPacket): void => {
    this.#loss += (1 - this.#loss) * LOSS_SMOOTHING;
    this.#lost++;
    if (packet.bytes >= LARGE_BYTES) this.#largeLost++;
    this.#congestion.onLost(packet.sentMs, this.#nowMs);
    this.#outbox.onLost(packet);
    this.#recycle(packet);
  };

  #onAckBlock(block: AckBlock, nowMs: number): void {
    this.#sent.acknowledge(block, this.#onAcked);
    this.#detectLost(nowMs);
    if (this.#outbox.hasWork()) this.#context.wantsFlush(this);
  }

  #detectLost(nowMs: number): void {
    const oldest = this.#sent.oldest;
    if (oldest === undefined || oldest.number > this.#sent.largestAcked) return;
    this.#sent.detectLost(nowMs - this.#rtt.lossDelayMs, this.#onLost);
    if (this.#outbox.hasWork()) this.#context.wantsFlush(this);
  }

  /** Sends again what has waited too long, so that the answer tells what is lost. Source: RFC 9002, 6.2. */
  #probe(nowMs: number): DownReason | undefined {
    const oldest = this.#sent.oldest;
    if (oldest === undefined) return undefined;
    const sinceMs = this.#probes === 0 ? oldest.sentMs : Math.max(oldest.sentMs, this.#probeMs);
    if (nowMs - sinceMs < this.#rtt.probeMs(this.#probes)) return undefined;
    if (this.#probes === 0) this.#probingSinceMs = nowMs;
    this.#probes++;
    this.#probeMs = nowMs;
    const silentSinceMs = Math.max(this.#heardMs, this.#probingSinceMs);
    if (this.#probes > PROBES_UNTIL_SILENT && nowMs - silentSinceMs >= SILENCE_MS_MIN) return "silent";
    if (this.#probes === PROBES_UNTIL_PERSISTENT) this.#congestion.onPersistent();
    for (let count = 0; count < PROBE_PACKETS; count++) {
      const packet = this.#sent.takeOldest();
      if (packet === undefined) break;
      this.#outbox.onLost(packet);
      this.#recycle(packet);
    }
    this.ping();
    return undefined;
  }

  #deliver(packet: Uint8Array, frames: number): DownReason | undefined {
    const { handler } = this.#context;
    for (let at = frames; at < packet.length && this.#state === "up"; ) {
      const end = frameEnd(packet, at);
      switch (packet[at]) {
        case FRAME_TYPE.whole:
          if (this.#inbox.isNewWhole(readU48(packet, at + WHOLE_OFFSET.id))) {
            handler.onPayload(this.id, packet.subarray(at + WHOLE_OFFSET.body, end));
          }
          break;
        case FRAME_TYPE.fragment: {
          const body = packet.subarray(at + FRAGMENT_OFFSET.body, end);
          const message = this.#inbox.onFragment(readFragmentPlace(packet, at), body);
          if (message !== undefined) handler.onPayload(this.id, message);
          break;
        }
        case FRAME_TYPE.datagram:
          handler.onPayload(this.id, packet.subarray(at + DATAGRAM_OFFSET.body, end));
          break;
        case FRAME_TYPE.abandon:
          this.#inbox.onAbandon(readU48(packet, at + ABANDON_OFFSET.id));
          break;
        case FRAME_TYPE.close:
          return "closed_by_peer";
        default:
          assert(packet[at] === FRAME_TYPE.ping, "frames were inspected");
      }
      at = end;
    }
    return undefined;
  }

  /** Puts one packet together and transmits it; false when there is nothing to send, or no window for it. */
  #emit(nowMs: number, isLast: boolean): boolean {
    const carries = (this.#isPingDue || this.#isWindowOpen()) && this.#outbox.hasWork();
    const isMeasure = this.#measuring > 0;
    const isWanted = carries || isMeasure || this.#isPingDue || this.#datagrams.length > 0 || isLast;
    if (!isWanted && !this.#acknowledger.isDue(nowMs)) return false;
    const { buffer, spare } = this.#context;
    const record = spare.pop() ?? new SentPacket();
    const room: Room = {
      bytes: buffer,
      offset: this.#writeAcks(record, nowMs),
      end: this.peer.datagramBytes - TAG_BYTES - SIGNAL_BYTES,
    };
    const isPing = this.#isPingDue || isMeasure;
    if (isPing) room.offset = writePing(buffer, room.offset);
    this.#isPingDue = false;
    this.#packDatagrams(room);
    if (carries) this.#outbox.pack(room, record);
    if (isMeasure) this.#fill(room);
    if (isLast) room.offset = writeClose(buffer, room.offset);
    this.#transmit(room.offset, record, isPing || record.messages.length > 0);
    return !isLast;
  }

  /** Makes the packet one of the safe size. */
  #fill(room: Room): void {
    this.#measuring--;
    const end = Math.min(room.end, DATAGRAM_BYTES_SAFE - TAG_BYTES - SIGNAL_BYTES);
    while (room.offset < end) room.offset = writePing(room.bytes, room.offset);
  }

  #writeAcks(record: SentPacket, nowMs: number): number {
    const { buffer } = this.#context;
    if (!this.#acknowledger.isPending) return writeEmptyAckBlock(buffer, PACKET_OFFSET.payload);
    record.acknowledges = this.#acknowledger.largest;
    return this.#acknowledger.write(buffer, PACKET_OFFSET.payload, nowMs);
  }

  #packDatagrams(room: Room): void {
    for (let next = this.#datagrams.peek(); next !== undefined; next = this.#datagrams.peek()) {
      if (room.offset + DATAGRAM_OVERHEAD_BYTES + next.length > room.end) return;
      room.offset = writeDatagram(room.bytes, room.offset, next);
      this.#datagrams.shift();
    }
  }

  #transmit(length: number, record: SentPacket, isEliciting: boolean): void {
    const { buffer, protection, transmit } = this.#context;
    const number = this.#sent.next;
    assert(number < U48_LIMIT, "packet numbers never run out");
    assert(length + TAG_BYTES <= this.peer.datagramBytes, "a packet fits its path");
    writeHeader(buffer, { type: PACKET_TYPE.data, receiver: this.peer.connection, number });
    if (isEliciting) {
      record.number = number;
      record.sentMs = this.#nowMs;
      record.bytes = length + TAG_BYTES;
      record.charge = chargeOf(record.bytes);
      this.#sent.add(record);
    } else {
      this.#sent.add(undefined);
      this.#recycle(record);
    }
    transmit(this.peer.address, protection.seal(buffer, length));
  }

  #isWindowOpen(): boolean {
    if (this.#sent.oldest === undefined) return true;
    if (this.#sent.bytes >= this.#congestion.windowBytes) return false;
    return this.#sent.charge + chargeOf(this.peer.datagramBytes) <= this.peer.windowBytes;
  }

  #drop(reason: string): undefined {
    this.#context.drops.count(reason);
  }

  #recycle(packet: SentPacket): void {
    packet.reset();
    this.#context.spare.push(packet);
  }
}
