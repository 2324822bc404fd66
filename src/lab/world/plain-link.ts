import { EMPTY_BYTES } from "../../base/bytes.ts";
import type { Address } from "../../base/seams.ts";
import type { DownReason, LinkId, LinkStats, Withdrawable } from "../../transport/service.ts";
import { ACKS_PER_PACKET_MAX, encodePlain, PLAIN_KIND, type PlainPacket } from "./plain-packet.ts";

/** As much as a real link holds: what a queue limit does to its users is the same. */
const HELD_BYTES_MAX = 32 * 1024 * 1024;
const MESSAGE_OVERHEAD_BYTES = 128;
const DATAGRAMS_QUEUED_MAX = 64;
/** What fits the smallest datagram of a real link. */
const DATAGRAM_PAYLOAD_BYTES_MAX = 1100;
const KEEP_ALIVES_PER_TIMEOUT = 3;
const RESEND_MS_MIN = 30;
const RESEND_MS_MAX = 400;
/** Both must hold before unanswered messages mean that nobody is there. */
const SENDS_UNTIL_SILENT = 4;
const SILENCE_MS = 1500;
/** The first packet of a link tells the peer that its reply arrived: until that is answered it is repeated. */
const UNPROVEN_PING_MS = 50;
const UNPROVEN_MS_MAX = 2000;
const RTT_SMOOTHING = 1 / 8;

interface Outgoing {
  readonly id: number;
  readonly payload: Uint8Array;
  readonly about: Withdrawable | undefined;
  firstSentMs: number;
  sentMs: number;
  sends: number;
}

export interface PlainLinkContext {
  readonly transmit: (to: Address, datagram: Uint8Array) => void;
  readonly count: (reason: string) => void;
  readonly deliver: (link: LinkId, payload: Uint8Array) => void;
  readonly wantsFlush: (link: PlainLink) => void;
  readonly idleTimeoutMs: number;
  readonly messageBytesMax: number;
}

export interface PlainPeer {
  readonly address: Address;
  /** The connection id that the peer chose. */
  readonly connection: number;
}

/** One live connection: every message is a datagram, sent again until it is acknowledged. */
export class PlainLink {
  readonly id: LinkId;
  /** The connection id that this side chose. */
  readonly connection: number;
  readonly peer: PlainPeer;
  isFlushWanted = false;
  #state: "up" | "closing" | "ended" = "up";
  readonly #context: PlainLinkContext;
  /** Unacknowledged, by id, ascending. */
  readonly #outgoing = new Map<number, Outgoing>();
  #unsent: Outgoing[] = [];
  #datagrams: Uint8Array[] = [];
  #acks: number[] = [];
  /** Ids that arrived: every one below the floor counts as such, and these above it. */
  #floor = 0;
  readonly #arrived = new Set<number>();
  #nextId = 0;
  #heldBytes = 0;
  #rttMs = 0;
  #heardMs: number;
  #pingedMs: number;
  /** Whether the peer has shown that it holds this link, too. */
  #isProven = false;
  #signal: "none" | "ping" | "answer" = "none";

  constructor(
    ids: { readonly id: LinkId; readonly connection: number },
    peer: PlainPeer,
    context: PlainLinkContext,
    nowMs: number,
  ) {
    this.id = ids.id;
    this.connection = ids.connection;
    this.peer = peer;
    this.#context = context;
    this.#heardMs = nowMs;
    this.#pingedMs = nowMs;
  }

  get stats(): LinkStats {
    let inFlightBytes = 0;
    for (const { sends, payload } of this.#outgoing.values()) if (sends > 0) inFlightBytes += payload.length;
    const path = { datagramBytes: DATAGRAM_PAYLOAD_BYTES_MAX, acked: 0, lost: 0, largeLost: 0 };
    return { rttMs: this.#rttMs, loss: 0, queuedBytes: this.#heldBytes, inFlightBytes, ...path };
  }

  sendDatagram(payload: Uint8Array): void {
    if (payload.length > DATAGRAM_PAYLOAD_BYTES_MAX) return this.#context.count("datagram_too_large");
    if (this.#datagrams.length >= DATAGRAMS_QUEUED_MAX) {
      this.#datagrams.shift();
      this.#context.count("datagram_queue_full");
    }
    this.#datagrams.push(payload);
    this.#context.wantsFlush(this);
  }

  sendMessage(payload: Uint8Array, about: Withdrawable | undefined): boolean {
    const bytes = payload.length + MESSAGE_OVERHEAD_BYTES;
    if (payload.length > this.#context.messageBytesMax || this.#heldBytes + bytes > HELD_BYTES_MAX)
      return false;
    const message = { id: this.#nextId++, payload, about, firstSentMs: 0, sentMs: 0, sends: 0 };
    this.#heldBytes += bytes;
    this.#outgoing.set(message.id, message);
    this.#unsent.push(message);
    this.#context.wantsFlush(this);
    return true;
  }

  withdraw(below: Withdrawable): void {
    for (const message of this.#outgoing.values()) {
      const { about } = message;
      if (about === undefined) continue;
      if (about.epoch < below.epoch || about.position < below.position) this.#release(message);
    }
  }

  ping(): void {
    this.#signal = "ping";
    this.#context.wantsFlush(this);
  }

  /** The next flush sends what waits, then says goodbye; nothing is delivered any more. */
  close(): void {
    this.#state = "closing";
    this.#context.wantsFlush(this);
  }

  end(): void {
    this.#state = "ended";
  }

  /** Takes a packet of this link. Answers why the link ended, if it did. */
  receive(packet: PlainPacket, nowMs: number): DownReason | undefined {
    this.#heardMs = nowMs;
    this.#isProven = true;
    for (const id of packet.acks) this.#onAcked(id, nowMs);
    if (packet.kind === PLAIN_KIND.close) return "closed_by_peer";
    if (packet.kind === PLAIN_KIND.ping && this.#signal === "none") {
      this.#signal = "answer";
      this.#context.wantsFlush(this);
    }
    if (this.#state !== "up") return undefined;
    if (packet.kind === PLAIN_KIND.message) this.#onMessage(packet);
    if (packet.kind === PLAIN_KIND.datagram) this.#context.deliver(this.id, packet.body);
    return undefined;
  }

  /** Looks at everything that depends on time. Answers why the link ended, if it did. */
  tick(nowMs: number): DownReason | undefined {
    const { idleTimeoutMs } = this.#context;
    const silenceMs = nowMs - this.#heardMs;
    if (silenceMs >= (this.#isProven ? idleTimeoutMs : UNPROVEN_MS_MAX)) return "silent";
    if (!this.#isProven && nowMs - this.#pingedMs >= UNPROVEN_PING_MS) {
      this.#pingedMs = nowMs;
      this.ping();
    }
    const keepAliveMs = idleTimeoutMs / KEEP_ALIVES_PER_TIMEOUT;
    if (silenceMs >= keepAliveMs && nowMs - this.#pingedMs >= keepAliveMs) {
      this.#pingedMs = nowMs;
      this.ping();
    }
    if (this.#acks.length > 0) this.#context.wantsFlush(this);
    return this.#outgoing.size === 0 ? undefined : this.#resend(nowMs);
  }

  #resend(nowMs: number): DownReason | undefined {
    for (const message of this.#outgoing.values()) {
      if (message.sends === 0 || nowMs - message.sentMs < this.#resendMs(message)) continue;
      const waitedMs = nowMs - Math.max(this.#heardMs, message.firstSentMs);
      if (message.sends >= SENDS_UNTIL_SILENT && waitedMs >= SILENCE_MS) return "silent";
      message.sentMs = nowMs;
      this.#unsent.push(message);
      this.#context.wantsFlush(this);
    }
    return undefined;
  }

  /** Acknowledgements alone wait for the tick: until then a message may take them along. */
  flush(nowMs: number, isTick: boolean): void {
    if (this.#state === "ended") return;
    const unsent = this.#unsent;
    this.#unsent = [];
    for (const message of unsent) if (this.#outgoing.has(message.id)) this.#send(message, nowMs);
    for (const payload of this.#datagrams) this.#transmit(PLAIN_KIND.datagram, payload);
    this.#datagrams = [];
    if (this.#signal === "ping") this.#transmit(PLAIN_KIND.ping);
    else if (this.#signal === "answer") this.#transmit(PLAIN_KIND.ack);
    this.#signal = "none";
    while (this.#acks.length > 0 && (isTick || this.#acks.length > ACKS_PER_PACKET_MAX))
      this.#transmit(PLAIN_KIND.ack);
    if (this.#state !== "closing") return;
    this.#transmit(PLAIN_KIND.close);
    this.#state = "ended";
  }

  #send(message: Outgoing, nowMs: number): void {
    if (message.sends === 0) message.firstSentMs = nowMs;
    message.sentMs = nowMs;
    message.sends++;
    this.#transmit(PLAIN_KIND.message, message.payload, message.id);
  }

  #transmit(kind: PlainPacket["kind"], body: Uint8Array = EMPTY_BYTES, number = 0): void {
    const acks = this.#acks.splice(0, ACKS_PER_PACKET_MAX);
    const floor = this.#outgoing.keys().next().value ?? this.#nextId;
    const receiver = this.peer.connection;
    this.#context.transmit(this.peer.address, encodePlain({ kind, receiver, number, floor, acks, body }));
  }

  #resendMs(message: Outgoing): number {
    const firstMs = Math.max(RESEND_MS_MIN, 2 * this.#rttMs + RESEND_MS_MIN);
    return Math.min(RESEND_MS_MAX, firstMs * 2 ** (message.sends - 1));
  }

  #onAcked(id: number, nowMs: number): void {
    const message = this.#outgoing.get(id);
    if (message === undefined) return;
    // Of several sends nobody can tell which one was answered (Karn's rule).
    if (message.sends === 1) {
      const sampleMs = nowMs - message.sentMs;
      this.#rttMs += (sampleMs - this.#rttMs) * (this.#rttMs === 0 ? 1 : RTT_SMOOTHING);
    }
    this.#release(message);
  }

  #release(message: Outgoing): void {
    this.#outgoing.delete(message.id);
    this.#heldBytes -= message.payload.length + MESSAGE_OVERHEAD_BYTES;
  }

  #onMessage({ number, floor, body }: PlainPacket): void {
    this.#acks.push(number);
    if (number < this.#floor || this.#arrived.has(number)) return this.#context.count("message_repeated");
    this.#arrived.add(number);
    this.#raiseFloor(floor);
    this.#context.deliver(this.id, body);
  }

  #raiseFloor(to: number): void {
    for (const id of this.#arrived) if (id < to) this.#arrived.delete(id);
    this.#floor = Math.max(this.#floor, to);
    while (this.#arrived.delete(this.#floor)) this.#floor++;
  }
}
