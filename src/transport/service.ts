import type { Address, Crypto, Random } from "../base/seams.ts";

declare const brand: unique symbol;
/** One connection to one remote process, numbered by this endpoint; never used again within a process. */
export type LinkId = number & { readonly [brand]: "LinkId" };

/**
 * What a message speaks of, so that it can be withdrawn when that is no longer true. The transport knows
 * nothing of ballots: `epoch` and `position` are numbers that only grow.
 */
export interface Withdrawable {
  readonly epoch: number;
  readonly position: number;
}

/** Why a link ended, or never came up. */
export type DownReason =
  | "closed" // by this side
  | "closed_by_peer"
  | "silent" // nothing heard for the idle time-out, or probes unanswered
  | "no_answer" // the handshake got no reply in time
  | "refused" // the peer said no; `detail` is its reply body
  | "replaced"; // the handler accepted a newer hello in its place

/** What the responder's handler makes of a hello. Bodies are encoded by wire, opaque here. */
export type Admission =
  | {
      readonly kind: "accept";
      readonly reply: Uint8Array /** Links that this one replaces. */;
      readonly replaces: readonly LinkId[];
    }
  | { readonly kind: "refuse"; readonly reply: Uint8Array }
  | { readonly kind: "ignore" };

/** Calls come from within `receive` and `tick` only, never from within a send. They must not throw. */
export interface LinkHandler {
  admit(hello: Uint8Array, from: Address): Admission;
  /** `body` is the peer's hello (responder's side) or its reply (initiator's side). */
  onUp(link: LinkId, body: Uint8Array, from: Address, initiator: boolean): void;
  /** Exactly once per message sent reliably; at most once per datagram. `payload` may be a view of a larger buffer that nobody else writes to. */
  onPayload(link: LinkId, payload: Uint8Array): void;
  onDown(link: LinkId, reason: DownReason, detail: Uint8Array): void;
}

export interface EndpointOptions {
  /** Memory granted for receiving, in bytes as the kernel counts; the window offered to each peer derives from it. */
  readonly receiveBufferBytes: number;
  /** Links at once; a hello beyond it is ignored and counted. */
  readonly linksMax: number;
  /** A message longer than this is never reassembled. */
  readonly messageBytesMax: number;
  /** Whether an address is this very host, where large datagrams are cheap; tests force it either way. */
  readonly isSameHost: (address: Address) => boolean;
  /** A link that has heard nothing for this long is down; keep-alives go out at a third of it. */
  readonly idleTimeoutMs: number;
}

export interface EndpointDeps {
  readonly random: Random;
  readonly crypto: Crypto;
  /** Hands one datagram to the network; the buffer is reused after the call. */
  readonly transmit: (to: Address, datagram: Uint8Array) => void;
  readonly handler: LinkHandler;
}

/** Makes the transport of one socket; `Endpoint` is the one that speaks the protocol on the wire. */
export type TransportFactory = (options: EndpointOptions, deps: EndpointDeps) => TransportService;

/** What one link knows of its path. Times in ms. */
export interface LinkStats {
  readonly rttMs: number;
  /** Share of packets lost lately, 0..1. */
  readonly loss: number;
  readonly queuedBytes: number;
  readonly inFlightBytes: number;
  /** The largest datagram that this side sends. */
  readonly datagramBytes: number;
  /** Packets since the link is up that were acknowledged, and that were taken for lost. */
  readonly acked: number;
  readonly lost: number;
  /** Large packets, those of three quarters of the safe size and more, that were lost since one of them arrived. */
  readonly largeLost: number;
}

/**
 * Reliable messages and bare datagrams over links, without a clock or a socket: time is an argument.
 * Nothing leaves before `flush`: one turn's payloads for a link share packets.
 */
export interface TransportService {
  /** Starts a handshake; `hello` is repeated until an answer or `no_answer`. */
  connect(to: Address, hello: Uint8Array, nowMs: number): LinkId;
  close(link: LinkId): void;
  /** Never retransmitted; dropped when the link is not up or the payload does not fit one packet. Takes ownership of `payload`. */
  sendDatagram(link: LinkId, payload: Uint8Array): void;
  /**
   * Delivered once unless withdrawn or the link goes down; not ordered among messages. False (and
   * nothing queued) when the link is not up, the message is too long, or the link's queue is full.
   * `payload` must not change until delivered: the same array may be given to several links.
   */
  sendMessage(link: LinkId, payload: Uint8Array, about?: Withdrawable): boolean;
  /** Has the next flush send so many packets of the safe size that carry nothing: their acknowledgements tell of the path. */
  measure(link: LinkId, packets: number): void;
  /** Forgets unsent and unacknowledged messages whose epoch is below `epochBelow` or whose position is below `positionBelow`. */
  withdraw(link: LinkId, below: { readonly epoch: number; readonly position: number }): void;
  receive(datagram: Uint8Array, from: Address, nowMs: number): void;
  /** Time-outs, probes, keep-alives, hellos: call every TICK_MS or so; a late call is harmless. */
  tick(nowMs: number): void;
  /** Packs and transmits everything that the windows allow; acknowledgements alone only when they are due. */
  flush(nowMs: number): void;
  stats(link: LinkId): LinkStats | undefined;
  /** Datagrams dropped so far by reason, ascending by name; a new reason appears when it first happens. */
  drops(): ReadonlyMap<string, number>;
}
