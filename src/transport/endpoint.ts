import { assert, unreachable } from "../base/assert.ts";
import { EMPTY_BYTES } from "../base/bytes.ts";
import { TICK_MS } from "../base/limits.ts";
import type { Address } from "../base/seams.ts";
import { AckBlock } from "./ack-ranges.ts";
import { Attempt } from "./attempt.ts";
import { Drops } from "./drops.ts";
import { HalfOpenTable, helloKey } from "./half-open.ts";
import {
  decodeGreeting,
  encodeHello,
  encodeRefusal,
  encodeReply,
  type Greeting,
  HELLO_BYTES,
} from "./handshake.ts";
import { Link, type LinkContext, type LinkPeer } from "./link.ts";
import { readU32 } from "./octets.ts";
import {
  DATAGRAM_BYTES_MAX,
  PACKET_BYTES_MIN,
  PACKET_OFFSET,
  PACKET_TYPE,
  PACKET_VERSION,
  receiverOf,
} from "./packet.ts";
import { datagramBytesFor, windowOffered } from "./path.ts";
import { ChecksumProtection } from "./protection.ts";
import type {
  DownReason,
  EndpointDeps,
  EndpointOptions,
  LinkId,
  LinkStats,
  TransportService,
  Withdrawable,
} from "./service.ts";

/**
 * A tick this late means that this process stood still: answers may lie in the socket, so nobody is judged
 * before the next tick has given them a chance.
 */
const LATE_TICK_MS = 5 * TICK_MS;

/** What is still to be reported of a link that its own side ended. */
interface Ending {
  readonly id: LinkId;
  readonly reason: DownReason;
}

/** All links of one socket. Pure: datagrams, ticks and their times are arguments. */
export class Endpoint implements TransportService {
  readonly #options: EndpointOptions;
  readonly #deps: EndpointDeps;
  readonly #context: LinkContext;
  readonly #drops = new Drops();
  readonly #byId = new Map<LinkId, Link>();
  readonly #byConnection = new Map<number, Link>();
  /** By the connection id that this side chose. */
  readonly #attempts = new Map<number, Attempt>();
  readonly #halfOpen = new HalfOpenTable();
  /** Replies to hellos whose links are up, by `helloKey`: a late repeat gets the same again. */
  readonly #replies = new Map<string, Uint8Array>();
  /** Links with something to send; a link is on it once. */
  #flushable: Link[] = [];
  #flushing: Link[] = [];
  /** Replies and refusals for the next flush. */
  #answers: { readonly to: Address; readonly datagram: Uint8Array }[] = [];
  #endings: Ending[] = [];
  #linkIdNext = 1;
  #tickedMs = Number.NEGATIVE_INFINITY;
  #wasLate = false;

  constructor(options: EndpointOptions, deps: EndpointDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#context = {
      protection: new ChecksumProtection(deps.crypto),
      transmit: deps.transmit,
      handler: deps.handler,
      drops: this.#drops,
      buffer: new Uint8Array(DATAGRAM_BYTES_MAX),
      ackBlock: new AckBlock(),
      spare: [],
      wantsFlush: (link) => this.#wantsFlush(link),
      idleTimeoutMs: options.idleTimeoutMs,
      messageBytesMax: options.messageBytesMax,
      stalledUntilMs: Number.NEGATIVE_INFINITY,
    };
  }

  connect(to: Address, hello: Uint8Array, nowMs: number): LinkId {
    const ids = { id: this.#newLinkId(), connection: this.#newConnection() };
    const greeting = this.#greeting(ids.connection, hello);
    const datagram = encodeHello(greeting, this.#context.protection);
    this.#attempts.set(ids.connection, new Attempt(ids, to, datagram, nowMs));
    return ids.id;
  }

  close(id: LinkId): void {
    const link = this.#byId.get(id);
    const attempt = link === undefined ? this.#attemptOf(id) : undefined;
    if (link !== undefined) {
      this.#forget(link);
      link.close();
    } else if (attempt !== undefined) this.#attempts.delete(attempt.connection);
    else return;
    this.#endings.push({ id, reason: "closed" });
  }

  sendDatagram(id: LinkId, payload: Uint8Array): void {
    const link = this.#byId.get(id);
    if (link === undefined) this.#drops.count("datagram_without_link");
    else link.sendDatagram(payload);
  }

  sendMessage(id: LinkId, payload: Uint8Array, about?: Withdrawable): boolean {
    return this.#byId.get(id)?.sendMessage(payload, about) ?? false;
  }

  withdraw(id: LinkId, below: { readonly epoch: number; readonly position: number }): void {
    this.#byId.get(id)?.withdraw(below);
  }

  measure(id: LinkId, packets: number): void {
    this.#byId.get(id)?.measure(packets);
  }

  receive(datagram: Uint8Array, from: Address, nowMs: number): void {
    this.#reportEndings();
    this.#noteStall(nowMs);
    if (datagram.length < PACKET_BYTES_MIN) return this.#drops.count("too_short");
    if (datagram.length > DATAGRAM_BYTES_MAX) return this.#drops.count("too_long");
    if (datagram[PACKET_OFFSET.version] !== PACKET_VERSION) return this.#drops.count("unknown_version");
    switch (datagram[PACKET_OFFSET.type]) {
      case PACKET_TYPE.data:
        return this.#onData(datagram, from, nowMs);
      case PACKET_TYPE.hello:
        return this.#onHello(datagram, from, nowMs);
      case PACKET_TYPE.reply:
        return this.#onReply(datagram, from, nowMs);
      case PACKET_TYPE.refusal:
        return this.#onRefusal(datagram);
      default:
        return this.#drops.count("unknown_type");
    }
  }

  tick(nowMs: number): void {
    this.#reportEndings();
    this.#noteStall(nowMs);
    const isLate = nowMs - this.#tickedMs > LATE_TICK_MS && !this.#wasLate;
    this.#tickedMs = nowMs;
    this.#wasLate = isLate;
    if (isLate) return;
    this.#halfOpen.expire(nowMs);
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
    if (this.#answers.length > 0) this.#answers = [];
    for (const attempt of this.#attempts.values()) {
      const hello = attempt.due(nowMs);
      if (hello !== undefined) this.#deps.transmit(attempt.to, hello);
    }
    const links = this.#flushable;
    this.#flushable = this.#flushing;
    this.#flushing = links;
    for (const link of links) {
      link.isFlushWanted = false;
      link.flush(nowMs);
    }
    links.length = 0;
  }

  stats(id: LinkId): LinkStats | undefined {
    return this.#byId.get(id)?.stats;
  }

  drops(): ReadonlyMap<string, number> {
    return this.#drops.sorted();
  }

  /** After a stall, answers that waited in the socket would pass for a path as slow as the stall was long. */
  #noteStall(nowMs: number): void {
    const sinceMs = nowMs - this.#tickedMs;
    if (sinceMs > LATE_TICK_MS && sinceMs < Number.POSITIVE_INFINITY) this.#context.stalledUntilMs = nowMs;
  }

  #onData(datagram: Uint8Array, from: Address, nowMs: number): void {
    const connection = receiverOf(datagram);
    const link = this.#byConnection.get(connection) ?? this.#prove(connection, datagram, from, nowMs);
    if (link === undefined) return this.#drops.count("unknown_connection");
    const { address } = link.peer;
    if (from.port !== address.port || from.host !== address.host) return this.#drops.count("wrong_source");
    const reason = link.receive(datagram, nowMs);
    if (reason !== undefined && this.#byId.has(link.id)) this.#bringDown(link, reason);
  }

  /** The first sound packet that bears the id from our reply brings the responder's side up. */
  #prove(connection: number, datagram: Uint8Array, from: Address, nowMs: number): Link | undefined {
    const halfOpen = this.#halfOpen.byConnection(connection);
    if (halfOpen === undefined) return undefined;
    const { address } = halfOpen.peer;
    if (from.port !== address.port || from.host !== address.host) return undefined;
    if (this.#context.protection.open(datagram) === undefined) return undefined;
    this.#halfOpen.remove(halfOpen);
    for (const id of halfOpen.replaces) {
      const replaced = this.#byId.get(id);
      if (replaced !== undefined) this.#bringDown(replaced, "replaced");
    }
    if (this.#byId.size >= this.#options.linksMax) {
      this.#drops.count("links_full");
      return undefined;
    }
    this.#replies.set(helloKey(address, halfOpen.peer.connection), halfOpen.reply);
    const link = this.#addLink({ id: this.#newLinkId(), connection }, halfOpen.peer, nowMs);
    this.#deps.handler.onUp(link.id, halfOpen.hello, address, false);
    // The handler may have closed it at once.
    return this.#byConnection.get(connection);
  }

  #onHello(datagram: Uint8Array, from: Address, nowMs: number): void {
    if (datagram.length !== HELLO_BYTES) return this.#drops.count("hello_malformed");
    const packet = this.#context.protection.open(datagram);
    if (packet === undefined) return this.#drops.count("bad_tag");
    const greeting = decodeGreeting(packet);
    if (greeting === undefined || greeting.sender === 0 || receiverOf(packet) !== 0) {
      return this.#drops.count("hello_malformed");
    }
    const key = helloKey(from, greeting.sender);
    const repeated = this.#halfOpen.byHello(key)?.reply ?? this.#replies.get(key);
    if (repeated !== undefined) {
      this.#drops.count("hello_repeated");
      this.#answers.push({ to: from, datagram: repeated });
      return;
    }
    this.#admit(greeting, from, nowMs);
  }

  #admit(greeting: Greeting, from: Address, nowMs: number): void {
    const admission = this.#deps.handler.admit(greeting.body, from);
    const { protection } = this.#context;
    switch (admission.kind) {
      case "ignore":
        return this.#drops.count("hello_ignored");
      case "refuse":
        this.#drops.count("hello_refused");
        this.#answers.push({
          to: from,
          datagram: encodeRefusal(admission.reply, greeting.sender, protection),
        });
        return;
      case "accept": {
        const { replaces } = admission;
        if (this.#byId.size - replaces.length >= this.#options.linksMax) {
          return this.#drops.count("links_full");
        }
        const connection = this.#newConnection();
        const own = this.#greeting(connection, admission.reply);
        const reply = encodeReply(own, greeting.sender, protection);
        assert(reply.length <= HELLO_BYTES, "a reply is never longer than the hello");
        const peer = this.#peer(greeting, from);
        const halfOpen = { connection, peer, hello: greeting.body, reply, replaces };
        if (this.#halfOpen.add(halfOpen, nowMs)) this.#drops.count("half_open_full");
        this.#answers.push({ to: from, datagram: reply });
        return;
      }
      default:
        unreachable(admission);
    }
  }

  #onReply(datagram: Uint8Array, from: Address, nowMs: number): void {
    const attempt = this.#attempts.get(receiverOf(datagram));
    if (attempt === undefined) return this.#drops.count("reply_unexpected");
    const greeting = this.#openGreeting(datagram);
    if (greeting === undefined || greeting.sender === 0) return this.#drops.count("reply_malformed");
    this.#attempts.delete(attempt.connection);
    const link = this.#addLink(attempt, this.#peer(greeting, from), nowMs);
    const roundTripMs = attempt.roundTripMs(nowMs);
    if (roundTripMs !== undefined && nowMs - roundTripMs >= this.#context.stalledUntilMs) {
      link.onHandshakeRoundTrip(roundTripMs);
    }
    // Proves to the responder that its reply arrived.
    link.ping();
    this.#deps.handler.onUp(link.id, greeting.body, from, true);
  }

  #onRefusal(datagram: Uint8Array): void {
    const attempt = this.#attempts.get(receiverOf(datagram));
    if (attempt === undefined) return this.#drops.count("reply_unexpected");
    const greeting = this.#openGreeting(datagram);
    if (greeting === undefined) return this.#drops.count("reply_malformed");
    this.#attempts.delete(attempt.connection);
    this.#deps.handler.onDown(attempt.id, "refused", greeting.body);
  }

  #openGreeting(datagram: Uint8Array): Greeting | undefined {
    const packet = this.#context.protection.open(datagram);
    return packet === undefined ? undefined : decodeGreeting(packet);
  }

  #addLink(ids: { id: LinkId; connection: number }, peer: LinkPeer, nowMs: number): Link {
    assert(!this.#byConnection.has(ids.connection), "a connection id belongs to one link");
    const link = new Link(ids, peer, this.#context, nowMs);
    this.#byId.set(link.id, link);
    this.#byConnection.set(link.connection, link);
    return link;
  }

  #bringDown(link: Link, reason: DownReason): void {
    this.#forget(link);
    link.end();
    this.#deps.handler.onDown(link.id, reason, EMPTY_BYTES);
  }

  #forget(link: Link): void {
    this.#byId.delete(link.id);
    this.#byConnection.delete(link.connection);
    this.#replies.delete(helloKey(link.peer.address, link.peer.connection));
  }

  #reportEndings(): void {
    if (this.#endings.length === 0) return;
    const endings = this.#endings;
    this.#endings = [];
    for (const { id, reason } of endings) this.#deps.handler.onDown(id, reason, EMPTY_BYTES);
  }

  #wantsFlush(link: Link): void {
    if (link.isFlushWanted) return;
    link.isFlushWanted = true;
    this.#flushable.push(link);
  }

  #attemptOf(id: LinkId): Attempt | undefined {
    for (const attempt of this.#attempts.values()) if (attempt.id === id) return attempt;
    return undefined;
  }

  #greeting(sender: number, body: Uint8Array): Greeting {
    return {
      sender,
      windowBytes: windowOffered(this.#options.receiveBufferBytes),
      datagramBytesMax: DATAGRAM_BYTES_MAX,
      messageBytesMax: this.#options.messageBytesMax,
      body,
    };
  }

  #peer(greeting: Greeting, address: Address): LinkPeer {
    const { windowBytes, datagramBytesMax, messageBytesMax, sender } = greeting;
    const isSameHost = this.#options.isSameHost(address);
    const datagramBytes = datagramBytesFor({ isSameHost, windowBytes, datagramBytesMax });
    return { address, connection: sender, windowBytes, datagramBytes, messageBytesMax };
  }

  #newLinkId(): LinkId {
    return this.#linkIdNext++ as LinkId;
  }

  /** Random, so that what belongs to an earlier process, or was made up, finds no link. 0 is none. */
  #newConnection(): number {
    for (;;) {
      const connection = readU32(this.#deps.random.bytes(4), 0);
      if (connection === 0 || this.#byConnection.has(connection)) continue;
      if (this.#attempts.has(connection) || this.#halfOpen.byConnection(connection) !== undefined) continue;
      return connection;
    }
  }
}
