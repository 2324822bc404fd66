import { EMPTY_BYTES, equalBytes } from "../base/bytes.ts";
import { MESSAGE_BYTES_MAX } from "../base/limits.ts";
import type { Address, Clock, Crypto, Network, Random, Timers } from "../base/seams.ts";
import type {
  Admission,
  DownReason,
  LinkHandler,
  LinkId,
  TransportFactory,
  TransportService,
} from "../transport/service.ts";
import { decodeReply, encodeRequest } from "../wire/client-codec.ts";
import type { HelloReply, LeaderHint, Reply } from "../wire/client-messages.ts";
import { decodeHelloReply, encodeHello } from "../wire/hello-codec.ts";
import type { ClusterTime } from "./cluster-time.ts";
import type { Directory, KnownNode } from "./directory.ts";

type Welcome = Extract<HelloReply, { kind: "welcome" }>;

const LINKS_MAX = 1024;
const IDLE_TIMEOUT_MS = 5_000;
/** Silence that a probe is sent into, and after which a node that has not answered that either is taken for dead. */
const PRESSING = { probeMs: 150, silenceMs: 400 };
/** The same where nobody expects an answer soon: thousands of watchers are not to keep a node busy with probes. */
const PATIENT = { probeMs: 500, silenceMs: 1_300 };
/** A node that went silent is not tried again before this. */
const REOPEN_MS = 200;
/** A node that said no is not likely to change its mind soon. */
const REFUSED_MS = 2_000;
/** A full queue has room again after about this. */
const FULL_MS = 10;

export interface LinksDeps {
  readonly network: Network;
  readonly openTransport: TransportFactory;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly crypto: Crypto;
}

/** What the owner of the links does when something happens on them. */
export interface LinksHandler {
  onReply(reply: Reply, node: KnownNode): void;
  /** A link came up: requests that waited for one may leave. */
  onOpen(): void;
  /** The link to `node` is gone, and with it the answers to what was sent on it. */
  onLost(node: KnownNode): void;
}

export interface LinksOptions {
  readonly directory: Directory;
  readonly time: ClusterTime;
  readonly handler: LinksHandler;
}

/** One socket, and a link to each node that is worth talking to. */
export class Links implements LinkHandler {
  readonly #directory: Directory;
  readonly #time: ClusterTime;
  readonly #handler: LinksHandler;
  readonly #deps: LinksDeps;
  readonly #transport: TransportService;
  readonly #byLink = new Map<LinkId, KnownNode>();
  #isFlushDue = false;
  /** Empty until the first welcome: from then on no node of another cluster is listened to. */
  clusterId: Uint8Array = EMPTY_BYTES;
  /** What the last node that refused this client said. */
  lastRefusal: string | undefined;

  constructor(options: LinksOptions, deps: LinksDeps) {
    this.#directory = options.directory;
    this.#time = options.time;
    this.#handler = options.handler;
    this.#deps = deps;
    const { network, openTransport, random, crypto } = deps;
    this.#transport = openTransport(
      {
        receiveBufferBytes: network.receiveBufferBytes,
        linksMax: LINKS_MAX,
        messageBytesMax: MESSAGE_BYTES_MAX,
        isSameHost: isLoopback,
        idleTimeoutMs: IDLE_TIMEOUT_MS,
      },
      { random, crypto, transmit: (to, datagram) => network.send(to, datagram), handler: this },
    );
    network.onDatagram((datagram, from) => this.#onDatagram(datagram, from));
  }

  open(node: KnownNode): void {
    const nowMs = this.#deps.clock.nowMs();
    const hello = encodeHello({ kind: "client", clusterId: this.clusterId });
    const link = this.#transport.connect(node.address, hello, nowMs);
    node.phase = { kind: "opening", link, sinceMs: nowMs };
    this.#byLink.set(link, node);
    this.flushSoon();
  }

  /** Queues one message; false when the link's queue is full. It leaves at the end of the turn. */
  send(node: KnownNode, link: LinkId, payload: Uint8Array, nowMs: number): boolean {
    if (!this.#transport.sendMessage(link, payload)) {
      node.fullUntilMs = nowMs + FULL_MS;
      return false;
    }
    this.flushSoon();
    return true;
  }

  flushSoon(): void {
    if (this.#isFlushDue) return;
    this.#isFlushDue = true;
    this.#deps.timers.soon(() => {
      this.#isFlushDue = false;
      this.#transport.flush(this.#deps.clock.nowMs());
    });
  }

  tick(nowMs: number): void {
    this.#transport.tick(nowMs);
    this.#transport.flush(nowMs);
  }

  /** Probes the links that have been quiet while an answer is due, and gives up on the silent ones. */
  watchSilence(nowMs: number): void {
    for (const node of this.#directory.nodes()) {
      if (node.phase.kind !== "up" || node.outstanding === 0) continue;
      const { link } = node.phase;
      const { probeMs, silenceMs } = node.outstanding > node.patient ? PRESSING : PATIENT;
      const quietMs = nowMs - node.quietSinceMs;
      const rttMs = this.#transport.stats(link)?.rttMs ?? 0;
      if (quietMs >= Math.max(silenceMs, 8 * rttMs)) {
        this.#close(node, link, nowMs + REOPEN_MS);
      } else if (quietMs >= probeMs && nowMs - node.probedMs >= probeMs) {
        node.probedMs = nowMs;
        this.send(node, link, encodeRequest({ kind: "ping", id: 0 }), nowMs);
      }
    }
  }

  /** This process itself was held up: what arrived meanwhile has not been read, so nobody was silent. */
  forgiveSilence(nowMs: number): void {
    for (const node of this.#directory.nodes()) node.quietSinceMs = nowMs;
  }

  close(): void {
    for (const link of this.#byLink.keys()) this.#transport.close(link);
    this.#byLink.clear();
    this.#transport.flush(this.#deps.clock.nowMs());
    this.#deps.network.close();
  }

  admit(): Admission {
    return { kind: "ignore" };
  }

  onUp(link: LinkId, body: Uint8Array): void {
    const node = this.#byLink.get(link);
    if (node === undefined) return;
    const nowMs = this.#deps.clock.nowMs();
    const reply = decodeHelloReply(body);
    if (typeof reply === "string" || reply.kind !== "welcome" || !this.#isOurCluster(reply)) {
      this.lastRefusal = `${node.endpoint} ${typeof reply === "string" ? "is no kvd node" : "is of another cluster"}`;
      this.#close(node, link, nowMs + REFUSED_MS);
      return;
    }
    node.phase = { kind: "up", link };
    node.quietSinceMs = nowMs;
    this.#learn(reply, node, nowMs);
    this.#handler.onOpen();
  }

  onPayload(link: LinkId, payload: Uint8Array): void {
    const node = this.#byLink.get(link);
    if (node === undefined) return;
    const reply = decodeReply(payload);
    if (typeof reply === "string") {
      this.lastRefusal = `${node.endpoint} answers in a form that this version does not know: ${reply}`;
      return;
    }
    this.#handler.onReply(reply, node);
  }

  onDown(link: LinkId, reason: DownReason, detail: Uint8Array): void {
    const node = this.#byLink.get(link);
    if (node === undefined) return;
    if (reason === "refused") this.lastRefusal = `${node.endpoint} refused: ${refusalText(detail)}`;
    this.#forget(node, link, this.#deps.clock.nowMs() + (reason === "refused" ? REFUSED_MS : REOPEN_MS));
  }

  #onDatagram(datagram: Uint8Array, from: Address): void {
    const nowMs = this.#deps.clock.nowMs();
    const node = this.#directory.at(from);
    if (node !== undefined) node.quietSinceMs = nowMs;
    this.#transport.receive(datagram, from, nowMs);
    this.flushSoon();
  }

  #isOurCluster(welcome: Welcome): boolean {
    return this.clusterId.length === 0 || equalBytes(this.clusterId, welcome.clusterId);
  }

  #learn(welcome: Welcome, node: KnownNode, nowMs: number): void {
    this.clusterId = welcome.clusterId;
    // Whoever answers is where it answers, wherever the members believe it to be.
    const placed = (hint: LeaderHint): LeaderHint =>
      hint.name === welcome.node ? { name: hint.name, ...node.address } : hint;
    this.#directory.members = welcome.members.map(placed);
    for (const member of this.#directory.members) this.#directory.add(member);
    const { leader } = welcome;
    this.#time.learn(welcome.timeMs, nowMs, leader?.name === welcome.node);
    if (leader !== undefined) this.#directory.leader = this.#directory.add(placed(leader));
    else if (this.#directory.leader === node) this.#directory.leader = undefined;
  }

  #close(node: KnownNode, link: LinkId, notBeforeMs: number): void {
    this.#transport.close(link);
    this.#forget(node, link, notBeforeMs);
    this.flushSoon();
  }

  #forget(node: KnownNode, link: LinkId, notBeforeMs: number): void {
    this.#byLink.delete(link);
    node.phase = { kind: "closed", notBeforeMs };
    if (this.#directory.leader === node) this.#directory.leader = undefined;
    this.#handler.onLost(node);
  }
}

/** A loopback address: datagrams to it never touch a wire, and may be large. */
export function isLoopback(address: Address): boolean {
  return address.host.startsWith("127.") || address.host === "::1";
}

function refusalText(detail: Uint8Array): string {
  const reply = decodeHelloReply(detail);
  return typeof reply !== "string" && reply.kind === "refused" ? reply.message : "no reason given";
}
