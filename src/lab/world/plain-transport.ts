import { unreachable } from "../../base/assert.ts";
import { EMPTY_BYTES } from "../../base/bytes.ts";
import { TICK_MS } from "../../base/limits.ts";
import type { Address } from "../../base/seams.ts";
import { Attempt } from "../../transport/attempt.ts";
import { Drops } from "../../transport/drops.ts";
import { HANDSHAKE_TIMEOUT_MS } from "../../transport/handshake.ts";
import { readU32 } from "../../transport/octets.ts";
import type {
  DownReason,
  EndpointDeps,
  EndpointOptions,
  LinkId,
  LinkStats,
  TransportService,
  Withdrawable,
} from "../../transport/service.ts";
import { PlainLink, type PlainLinkContext, type PlainPeer } from "./plain-link.ts";
import { decodePlain, encodePlain, PLAIN_KIND, type PlainPacket } from "./plain-packet.ts";

/** A tick this late means that the process stood still: what arrived meanwhile has not been read. */
const LATE_TICK_MS = 5 * TICK_MS;

interface HalfOpen {
  readonly connection: number;
  readonly peer: PlainPeer;
  readonly hello: Uint8Array;
  readonly reply: Uint8Array;
  readonly replaces: readonly LinkId[];
  readonly untilMs: number;
}

/**
 * Keeps all that a transport promises with as little as can be: a message is one datagram of any length.
 * No packets are put together, nothing is cut into fragments, nothing is paced, nothing is checked: for
 * runs in which the packets are not what is looked at.
 */
export class PlainTransport implements TransportService {
  readonly #options: EndpointOptions;
  readonly #deps: EndpointDeps;
  readonly #context: PlainLinkContext;
  readonly #drops = new Drops();
  readonly #byId = new Map<LinkId, PlainLink>();
  readonly #byConnection = new Map<number, PlainLink>();
  /** By the connection id that this side chose. */
  readonly #attempts = new Map<number, Attempt>();
  readonly #halfOpen = new Map<number, HalfOpen>();
  /** Answers to hellos, for those that come again, by whom they were for. */
  readonly #replies = new Map<string, Uint8Array>();
  #flushable: PlainLink[] = [];
  #answers: { readonly to: Address; readonly datagram: Uint8Array }[] = [];
  #endings: LinkId[] = [];
  #linkIdNext = 1;
  #tickedMs = Number.NEGATIVE_INFINITY;
  #wasLate = false;
  #isTickDue = false;

  constructor(options: EndpointOptions, deps: EndpointDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#context = {
      transmit: deps.transmit,
      count: (reason) => this.#drops.count(reason),
      deliver: (link, payload) => deps.handler.onPayload(link, payload),
      wantsFlush: (link) => this.#wantsFlush(link),
      idleTimeoutMs: options.idleTimeoutMs,
      messageBytesMax: options.messageBytesMax,
    };
  }

  connect(to: Address, hello: Uint8Array, nowMs: number): LinkId {
    const ids = { id: this.#newLinkId(), connection: this.#newConnection() };
    const datagram = greeting({ kind: PLAIN_KIND.hello, receiver: 0, number: ids.connection, body: hello });
    this.#attempts.set(ids.connection, new Attempt(ids, to, datagram, nowMs));
    return ids.id;
  }

  close(id: LinkId): void {
    const link = this.#byId.get(id);
    const attempt = [...this.#attempts.values()].find((one) => one.id === id);
    if (link !== undefined) {
      this.#forget(link);
      link.close();
    } else if (attempt !== undefined) this.#attempts.delete(attempt.connection);
    else return;
    this.#endings.push(id);
  }

  sendDatagram(id: LinkId, payload: Uint8Array): void {
    const link = this.#byId.get(id);
    if (link === undefined) this.#drops.count("datagram_without_link");
    else link.sendDatagram(payload);
  }

  sendMessage(id: LinkId, payload: Uint8Array, about?: Withdrawable): boolean {
    return this.#byId.get(id)?.sendMessage(payload, about) ?? false;
  }

  withdraw(id: LinkId, below: Withdrawable): void {
    this.#byId.get(id)?.withdraw(below);
  }

  receive(datagram: Uint8Array, from: Address, nowMs: number): void {
    this.#reportEndings();
    const packet = decodePlain(datagram);
    if (packet === undefined) return this.#drops.count("packet_malformed");
    switch (packet.kind) {
      case PLAIN_KIND.hello:
        return this.#onHello(packet, from, nowMs);
      case PLAIN_KIND.reply:
        return this.#onReply(packet, from, nowMs);
      case PLAIN_KIND.refusal:
        return this.#onRefusal(packet);
      case PLAIN_KIND.message:
      case PLAIN_KIND.datagram:
      case PLAIN_KIND.ack:
      case PLAIN_KIND.ping:
      case PLAIN_KIND.close:
        return this.#onLinkPacket(packet, from, nowMs);
      default:
        unreachable(packet.kind);
    }
  }

  tick(nowMs: number): void {
    this.#reportEndings();
    this.#isTickDue = true;
    const isLate = nowMs - this.#tickedMs > LATE_TICK_MS && !this.#wasLate;
    this.#tickedMs = nowMs;
    this.#wasLate = isLate;
    if (isLate) return;
    for (const halfOpen of this.#halfOpen.values())
      if (halfOpen.untilMs <= nowMs) this.#dropHalfOpen(halfOpen);
    for (const attempt of this.#attempts.values()) {
      if (!attempt.isExpired(nowMs)) continue;
      this.#attempts.delete(attempt.connection);
      this.#deps.handler.onDown(attempt.id, "no_answer", EMPTY_BYTES);
    }
    for (const link of this.#byId.values()) {
      const reason = link.tick(nowMs);
      if (reason !== undefined) this.#bringDown(link, reason);
    }
  }

  flush(nowMs: number): void {
    for (const { to, datagram } of this.#answers) this.#deps.transmit(to, datagram);
    this.#answers = [];
    for (const attempt of this.#attempts.values()) {
      const hello = attempt.due(nowMs);
      if (hello !== undefined) this.#deps.transmit(attempt.to, hello);
    }
    const links = this.#flushable;
    this.#flushable = [];
    for (const link of links) {
      link.isFlushWanted = false;
      link.flush(nowMs, this.#isTickDue);
    }
    this.#isTickDue = false;
  }

  measure(): void {
    // Its paths need no measuring.
  }

  stats(id: LinkId): LinkStats | undefined {
    return this.#byId.get(id)?.stats;
  }

  drops(): ReadonlyMap<string, number> {
    return this.#drops.sorted();
  }

  #onLinkPacket(packet: PlainPacket, from: Address, nowMs: number): void {
    const { receiver } = packet;
    const link = this.#byConnection.get(receiver) ?? this.#prove(receiver, from, nowMs);
    if (link === undefined) return this.#drops.count("unknown_connection");
    if (!isSame(link.peer.address, from)) return this.#drops.count("wrong_source");
    const reason = link.receive(packet, nowMs);
    if (reason !== undefined && this.#byId.has(link.id)) this.#bringDown(link, reason);
  }

  /** The first packet that bears the id from the reply brings the responder's side up. */
  #prove(connection: number, from: Address, nowMs: number): PlainLink | undefined {
    const halfOpen = this.#halfOpen.get(connection);
    if (halfOpen === undefined || !isSame(halfOpen.peer.address, from)) return undefined;
    this.#halfOpen.delete(connection);
    for (const id of halfOpen.replaces) {
      const replaced = this.#byId.get(id);
      if (replaced !== undefined) this.#bringDown(replaced, "replaced");
    }
    if (this.#byId.size >= this.#options.linksMax) {
      this.#replies.delete(replyKey(halfOpen.peer));
      this.#drops.count("links_full");
      return undefined;
    }
    const link = this.#addLink({ id: this.#newLinkId(), connection }, halfOpen.peer, nowMs);
    this.#deps.handler.onUp(link.id, halfOpen.hello, from, false);
    // The handler may have closed it at once.
    return this.#byConnection.get(connection);
  }

  #onHello({ number, body }: PlainPacket, from: Address, nowMs: number): void {
    const peer = { address: from, connection: number };
    const repeated = this.#replies.get(replyKey(peer));
    if (repeated !== undefined) {
      this.#drops.count("hello_repeated");
      this.#answers.push({ to: from, datagram: repeated });
      return;
    }
    const admission = this.#deps.handler.admit(body, from);
    if (admission.kind === "ignore") return this.#drops.count("hello_ignored");
    if (admission.kind === "refuse") {
      this.#drops.count("hello_refused");
      const refusal = { kind: PLAIN_KIND.refusal, receiver: number, number: 0, body: admission.reply };
      this.#answers.push({ to: from, datagram: greeting(refusal) });
      return;
    }
    const { replaces } = admission;
    if (this.#byId.size - replaces.length >= this.#options.linksMax) return this.#drops.count("links_full");
    const connection = this.#newConnection();
    const reply = greeting({
      kind: PLAIN_KIND.reply,
      receiver: number,
      number: connection,
      body: admission.reply,
    });
    const untilMs = nowMs + HANDSHAKE_TIMEOUT_MS;
    this.#halfOpen.set(connection, { connection, peer, hello: body, reply, replaces, untilMs });
    this.#replies.set(replyKey(peer), reply);
    this.#answers.push({ to: from, datagram: reply });
  }

  #onReply({ receiver, number, body }: PlainPacket, from: Address, nowMs: number): void {
    const attempt = this.#attempts.get(receiver);
    if (attempt === undefined) return this.#drops.count("reply_unexpected");
    this.#attempts.delete(receiver);
    const link = this.#addLink(attempt, { address: from, connection: number }, nowMs);
    // Proves to the responder that its reply arrived.
    link.ping();
    this.#deps.handler.onUp(link.id, body, from, true);
  }

  #onRefusal({ receiver, body }: PlainPacket): void {
    const attempt = this.#attempts.get(receiver);
    if (attempt === undefined) return this.#drops.count("reply_unexpected");
    this.#attempts.delete(receiver);
    this.#deps.handler.onDown(attempt.id, "refused", body);
  }

  #addLink(ids: { id: LinkId; connection: number }, peer: PlainPeer, nowMs: number): PlainLink {
    const link = new PlainLink(ids, peer, this.#context, nowMs);
    this.#byId.set(link.id, link);
    this.#byConnection.set(link.connection, link);
    return link;
  }

  #bringDown(link: PlainLink, reason: DownReason): void {
    this.#forget(link);
    link.end();
    this.#deps.handler.onDown(link.id, reason, EMPTY_BYTES);
  }

  #forget(link: PlainLink): void {
    this.#byId.delete(link.id);
    this.#byConnection.delete(link.connection);
    this.#replies.delete(replyKey(link.peer));
  }

  #dropHalfOpen(halfOpen: HalfOpen): void {
    this.#halfOpen.delete(halfOpen.connection);
    this.#replies.delete(replyKey(halfOpen.peer));
  }

  #reportEndings(): void {
    if (this.#endings.length === 0) return;
    const endings = this.#endings;
    this.#endings = [];
    for (const id of endings) this.#deps.handler.onDown(id, "closed", EMPTY_BYTES);
  }

  #wantsFlush(link: PlainLink): void {
    if (link.isFlushWanted) return;
    link.isFlushWanted = true;
    this.#flushable.push(link);
  }

  #newLinkId(): LinkId {
    return this.#linkIdNext++ as LinkId;
  }

  /** Random, so that what was meant for an earlier process finds no link. 0 is none. */
  #newConnection(): number {
    for (;;) {
      const connection = readU32(this.#deps.random.bytes(4), 0);
      const isTaken =
        this.#byConnection.has(connection) ||
        this.#attempts.has(connection) ||
        this.#halfOpen.has(connection);
      if (connection !== 0 && !isTaken) return connection;
    }
  }
}

function greeting(packet: Pick<PlainPacket, "kind" | "receiver" | "number" | "body">): Uint8Array {
  return encodePlain({ ...packet, floor: 0, acks: [] });
}

function isSame(left: Address, right: Address): boolean {
  return left.port === right.port && left.host === right.host;
}

function replyKey(peer: PlainPeer): string {
  return `${peer.address.host} ${peer.address.port} ${peer.connection}`;
}
