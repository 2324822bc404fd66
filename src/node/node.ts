import { equalBytes } from "../base/bytes.ts";
import { formatBallot, GROUP_ZERO, type GroupId, type NodeId } from "../base/ids.ts";
import { ELECTION_TIMEOUT_MS_MAX, MESSAGE_BYTES_MAX, TICK_MS } from "../base/limits.ts";
import type { Address, Clock, Crypto, Fatal, Network, Random, Timer, Timers } from "../base/seams.ts";
import type { Broadcast, Envelope, Notice } from "../paxos/effects.ts";
import type { Storage } from "../storage/storage.ts";
import { Endpoint } from "../transport/endpoint.ts";
import type { Admission, DownReason, LinkId } from "../transport/service.ts";
import type { HelloReply, LeaderHint, NodeStatus, PeerHello } from "../wire/client-messages.ts";
import { decodeHello, decodeHelloReply, encodeHelloReply } from "../wire/hello-codec.ts";
import { payloadKind } from "../wire/payload.ts";
import { decodePeer, encodePeer } from "../wire/peer-codec.ts";
import { CommitQueue } from "./commit-queue.ts";
import { Counters } from "./counters.ts";
import { Group } from "./group.ts";
import type { Log } from "./log.ts";
import { isFinalRefusal, PeerLinks, type PeerVerdict } from "./peer-links.ts";
import { Requests } from "./requests.ts";

/** A tick that comes later than this drains the socket first: what waits there may prove a peer alive. */
const LATE_TICK_MS = 50;
const LINKS_MAX = 2048;
const LINK_IDLE_MS = 30_000;

export interface NodeOptions {
  /** What `status` reports. */
  readonly version: string;
}

export interface NodeDeps {
  readonly storage: Storage;
  readonly network: Network;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly crypto: Crypto;
  /** Ends the process; `kind` tells an operator whether a restart can help. */
  readonly fatal: Fatal;
  readonly log: Log;
  readonly isSameHost: (address: Address) => boolean;
}

/**
 * A member of a cluster at work: one socket, one disk, one loop. Everything that happens (a datagram, a
 * finished write, a tick) is an input; what it causes is gathered and leaves at the end of the turn.
 */
export class KvdNode {
  readonly #options: NodeOptions;
  readonly #deps: NodeDeps;
  readonly #name: string;
  readonly #endpoint: Endpoint;
  readonly #peers: PeerLinks;
  readonly #commits: CommitQueue;
  readonly #group: Group;
  readonly #requests: Requests;
  readonly #counters = new Counters();
  readonly #alarms = new Map<string, number>();
  #ticking: Timer | undefined;
  #lastTickMs: number;
  #turnScheduled = false;
  #stopped = false;

  constructor(options: NodeOptions, deps: NodeDeps) {
    this.#options = options;
    this.#deps = deps;
    const { identity } = deps.storage;
    this.#name = nameIn(deps.storage, identity.node);
    this.#lastTickMs = deps.clock.nowMs();
    this.#endpoint = this.#openEndpoint();
    this.#commits = this.#openCommits();
    this.#group = new Group(GROUP_ZERO, identity.node, {
      storage: deps.storage,
      commits: this.#commits,
      clock: deps.clock,
      random: deps.random,
      crypto: deps.crypto,
      broadcast: (group, broadcast) => this.#broadcast(group, broadcast),
      answer: (origin, body) => this.#requests.answer(origin, body),
      onNotice: (_group, notice) => this.#onNotice(notice),
    });
    this.#peers = new PeerLinks(
      {
        identity,
        nonce: deps.random.bytes(8),
        transport: this.#endpoint,
        remember: (record) => this.#commits.addPeer(record),
        ownBallots: () => ({ promised: this.#group.view.promised, accepted: this.#group.view.acceptedMax }),
      },
      deps.storage.peers,
    );
    this.#requests = new Requests({
      name: this.#name,
      clock: deps.clock,
      transport: this.#endpoint,
      group: () => this.#group,
      leaderHint: () => this.#leaderHint(),
      linkTo: (node) => this.#peers.linkTo(node),
      nodeNamed: (name) => identity.genesis.members.find((member) => member.name === name)?.id,
      nameOf: (node) => nameIn(deps.storage, node),
      status: () => this.status(),
      count: (counter) => this.#counters.add(counter),
    });
  }

  /** Listens and takes part; recovery by replay goes on in the background, in short turns. */
  start(): void {
    this.#deps.network.onDatagram((datagram, from) => {
      if (this.#stopped) return;
      this.#endpoint.receive(datagram, from, this.#deps.clock.nowMs());
      this.#scheduleTurn();
    });
    this.#lastTickMs = this.#deps.clock.nowMs();
    this.#ticking = this.#deps.timers.every(TICK_MS, () => this.#onTimer());
    this.#scheduleTurn();
  }

  /** Hands leadership over if it holds it, waits for what is being written, and closes everything. */
  async stop(): Promise<void> {
    if (this.#group.isLeading) {
      this.#group.handOver();
      this.#scheduleTurn();
      await this.#until(() => !this.#group.isLeading, 2 * ELECTION_TIMEOUT_MS_MAX);
    }
    this.#ticking?.cancel();
    this.#stopped = true;
    await this.#until(() => this.#commits.idle && !this.#group.isFlushing, 2000);
    this.#deps.network.close();
    await this.#deps.storage.close();
  }

  status(): NodeStatus {
    const nowMs = this.#deps.clock.nowMs();
    const { storage, network } = this.#deps;
    const group = this.#group;
    const { view } = group;
    return {
      id: storage.identity.node,
      name: this.#name,
      endpoint: `${network.local.host}:${network.local.port}`,
      clusterId: storage.identity.clusterId,
      role: view.role,
      serving: view.serving,
      ballot: formatBallot(view.ballot),
      leader: this.#leaderHint(),
      chosen: view.chosen,
      applied: group.applied,
      stateDurable: group.stateDurable,
      firstKept: view.firstKept,
      end: view.end,
      digest: view.digest,
      revision: group.revision,
      keys: group.keyCount,
      timeMs: group.timeMs(nowMs),
      logBytes: storage.logBytes(),
      stateBytes: group.stateBytes,
      startCount: storage.identity.startCount,
      damaged: view.damaged,
      version: this.#options.version,
      alarms: [...this.#alarms.keys()],
      peers: this.#peerStatuses(),
      counters: this.#counters.withDrops(this.#endpoint.drops()),
    };
  }

  #openEndpoint(): Endpoint {
    const { network, random, crypto, isSameHost } = this.#deps;
    return new Endpoint(
      {
        receiveBufferBytes: network.receiveBufferBytes,
        linksMax: LINKS_MAX,
        messageBytesMax: MESSAGE_BYTES_MAX,
        isSameHost,
        idleTimeoutMs: LINK_IDLE_MS,
      },
      {
        random,
        crypto,
        transmit: (to, datagram) => network.send(to, datagram),
        handler: {
          admit: (hello) => this.#admit(hello),
          onUp: (link, body, _from, initiator) => this.#onUp(link, body, initiator),
          onPayload: (link, payload) => this.#onPayload(link, payload),
          onDown: (link, reason, detail) => this.#onDown(link, reason, detail),
        },
      },
    );
  }

  #openCommits(): CommitQueue {
    return new CommitQueue({
      storage: this.#deps.storage,
      clock: this.#deps.clock,
      onDurable: (_group, writeSequence, writes) => {
        this.#group.onDurable(writeSequence, writes);
        this.#scheduleTurn();
      },
      onPeerDurable: (record) => this.#peers.onRemembered(record),
      release: (group, envelopes) => {
        this.#release(group, envelopes);
        this.#scheduleTurn();
      },
    });
  }

  #onTimer(): void {
    const nowMs = this.#deps.clock.nowMs();
    const isLate = nowMs - this.#lastTickMs > LATE_TICK_MS;
    this.#lastTickMs = nowMs;
    if (isLate) this.#deps.timers.soon(() => this.#tick());
    else this.#tick();
  }

  #tick(): void {
    if (this.#stopped) return;
    const nowMs = this.#deps.clock.nowMs();
    this.#endpoint.tick(nowMs);
    this.#peers.tick(nowMs);
    this.#group.tick();
    this.#withdraw();
    this.#requests.tick((link) => this.#endpoint.stats(link) !== undefined);
    this.#endTurn();
  }

  #scheduleTurn(): void {
    if (this.#turnScheduled) return;
    this.#turnScheduled = true;
    this.#deps.timers.soon(() => {
      this.#turnScheduled = false;
      if (!this.#stopped) this.#endTurn();
    });
  }

  #endTurn(): void {
    const hasMore = this.#group.endTurn();
    this.#commits.start();
    this.#endpoint.flush(this.#deps.clock.nowMs());
    if (hasMore) this.#scheduleTurn();
  }

  #admit(bytes: Uint8Array): Admission {
    const hello = decodeHello(bytes);
    if (typeof hello === "string") {
      this.#counters.add("hello_malformed");
      return { kind: "ignore" };
    }
    if (hello.kind === "peer") return this.#admitPeer(hello);
    const { clusterId } = this.#deps.storage.identity;
    if (hello.clusterId.length > 0 && !equalBytes(hello.clusterId, clusterId)) {
      return refuse({ kind: "refused", code: "foreign", message: "this node belongs to another cluster" });
    }
    const reply: HelloReply = {
      kind: "welcome",
      clusterId,
      node: this.#name,
      timeMs: this.#group.timeMs(this.#deps.clock.nowMs()),
      leader: this.#leaderHint(),
      members: this.#deps.storage.identity.genesis.members.map(hintOf),
    };
    return { kind: "accept", reply: encodeHelloReply(reply), replaces: [] };
  }

  #admitPeer(hello: PeerHello): Admission {
    const verdict = this.#peers.judge(hello);
    switch (verdict.kind) {
      case "welcome":
        return { kind: "accept", reply: encodeHelloReply(verdict.reply), replaces: verdict.replaces };
      case "wait":
        this.#scheduleTurn();
        return { kind: "ignore" };
      case "refused":
        this.#raise(`refused member ${hello.node}: ${verdict.message}`);
        return refuse({ kind: "refused", code: verdict.code, message: verdict.message });
      case "amnesia":
        return this.#deps.fatal(verdict.message);
    }
  }

  #onUp(link: LinkId, body: Uint8Array, initiator: boolean): void {
    if (!initiator) {
      const hello = decodeHello(body);
      if (typeof hello !== "string" && hello.kind === "peer") this.#onPeerUp(link, hello, false);
      return;
    }
    const reply = decodeHelloReply(body);
    if (typeof reply !== "string" && reply.kind === "peer") this.#onPeerUp(link, reply, true);
    else this.#endpoint.close(link);
  }

  #onPeerUp(link: LinkId, hello: PeerHello, initiator: boolean): void {
    const verdict = this.#peers.onUp(link, hello, initiator);
    if (verdict === undefined) {
      this.#deps.log("info", "peer_up", {
        peer: nameIn(this.#deps.storage, hello.node),
        start_count: hello.startCount,
      });
      return;
    }
    this.#onBadPeer(link, verdict);
  }

  #onBadPeer(link: LinkId, verdict: PeerVerdict): void {
    if (verdict.kind === "amnesia") this.#deps.fatal(verdict.message);
    if (verdict.kind === "refused") this.#raise(verdict.message);
    this.#endpoint.close(link);
  }

  #onDown(link: LinkId, reason: DownReason, detail: Uint8Array): void {
    const node = this.#peers.onDown(link, this.#deps.clock.nowMs());
    if (node === undefined) return;
    const peer = nameIn(this.#deps.storage, node);
    if (reason !== "refused") {
      if (reason !== "no_answer") this.#deps.log("info", "peer_down", { peer, reason });
      return;
    }
    const reply = decodeHelloReply(detail);
    if (typeof reply === "string" || reply.kind !== "refused") return;
    const text = `${peer} refused this node: ${reply.message}`;
    if (isFinalRefusal(reply)) this.#deps.fatal(text);
    this.#raise(text);
  }

  #onPayload(link: LinkId, payload: Uint8Array): void {
    switch (payloadKind(payload)) {
      case "peer":
        return this.#onPeerMessage(link, payload);
      case "request":
        return this.#requests.onRequest(link, payload);
      case "reply":
        return this.#requests.onReply(link, payload);
      default:
        this.#counters.add("payload_unknown");
    }
  }

  #onPeerMessage(link: LinkId, payload: Uint8Array): void {
    const from = this.#peers.memberOf(link);
    if (from === undefined) {
      this.#counters.add("peer_message_from_stranger");
      return;
    }
    const decoded = decodePeer(payload);
    if (typeof decoded === "string" || decoded.group !== GROUP_ZERO) {
      this.#counters.add("peer_message_malformed");
      return;
    }
    const { message } = decoded;
    if (message.kind === "heartbeat") this.#group.onTimeHeard(decoded.timeMs, this.#deps.clock.nowMs());
    this.#peers.witness(from, message);
    this.#group.step({ kind: "received", from, message });
  }

  #broadcast(group: GroupId, { to, message }: Broadcast): void {
    const payload = encodePeer(group, message, this.#heartbeatTimeMs(message.kind));
    for (const node of to) {
      const link = this.#peers.linkTo(node);
      if (link === undefined) continue;
      if (message.kind === "heartbeat" || message.kind === "heartbeat-ack")
        this.#endpoint.sendDatagram(link, payload);
      else if (message.kind === "accept") {
        this.#endpoint.sendMessage(link, payload, { epoch: message.ballot, position: message.slot });
      } else this.#endpoint.sendMessage(link, payload);
    }
  }

  #heartbeatTimeMs(kind: string): number {
    return kind === "heartbeat" ? this.#group.timeMs(this.#deps.clock.nowMs()) : 0;
  }

  #release(group: GroupId, envelopes: readonly Envelope[]): void {
    for (const { to, message } of envelopes) {
      const link = this.#peers.linkTo(to);
      if (link !== undefined) this.#endpoint.sendMessage(link, encodePeer(group, message, 0));
    }
  }

  /** What is chosen, or of an old ballot, need not be retransmitted: whoever lacks it asks for it. */
  #withdraw(): void {
    const { view } = this.#group;
    for (const member of this.#deps.storage.identity.genesis.members) {
      const link = this.#peers.linkTo(member.id);
      if (link !== undefined) this.#endpoint.withdraw(link, { epoch: view.promised, position: view.chosen });
    }
  }

  #leaderHint(): LeaderHint | undefined {
    const { leader } = this.#group.view;
    const member = this.#deps.storage.identity.genesis.members.find((candidate) => candidate.id === leader);
    return member === undefined ? undefined : hintOf(member);
  }

  #peerStatuses(): NodeStatus["peers"] {
    const { identity } = this.#deps.storage;
    return identity.genesis.members
      .filter((member) => member.id !== identity.node)
      .map((member) => {
        const link = this.#peers.linkTo(member.id);
        const stats = link === undefined ? undefined : this.#endpoint.stats(link);
        return {
          name: member.name,
          up: stats !== undefined,
          rttMs: stats?.rttMs ?? 0,
          loss: stats?.loss ?? 0,
        };
      });
  }

  #onNotice(notice: Notice): void {
    const { kind, ...rest } = notice;
    if (notice.kind === "alarm") return this.#raise(notice.text);
    const fields: Record<string, string | number> = {};
    for (const [name, value] of Object.entries(rest)) {
      fields[name] =
        name === "ballot"
          ? formatBallot(value)
          : name === "leader"
            ? nameIn(this.#deps.storage, value)
            : value;
    }
    this.#deps.log("info", kind.replaceAll("-", "_"), fields);
  }

  /** Logs an alarm the first time that it is seen; `status` shows it from then on. */
  #raise(text: string): void {
    this.#counters.add("alarms");
    if (this.#alarms.has(text)) return;
    if (this.#alarms.size >= 32) this.#alarms.clear();
    this.#alarms.set(text, this.#deps.clock.nowMs());
    this.#deps.log("warning", "alarm", { text });
  }

  #until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    const endMs = this.#deps.clock.nowMs() + timeoutMs;
    return new Promise((resolve) => {
      const poll = this.#deps.timers.every(TICK_MS, () => {
        const holds = condition();
        if (!holds && this.#deps.clock.nowMs() < endMs) return;
        poll.cancel();
        resolve(holds);
      });
    });
  }
}

function nameIn(storage: Storage, node: NodeId): string {
  return storage.identity.genesis.members.find((member) => member.id === node)?.name ?? String(node);
}

function hintOf(member: { readonly name: string; readonly address: Address }): LeaderHint {
  return { name: member.name, host: member.address.host, port: member.address.port };
}

function refuse(reply: HelloReply): Admission {
  return { kind: "refuse", reply: encodeHelloReply(reply) };
}
