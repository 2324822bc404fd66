import { formatBallot, GROUP_ZERO, type GroupId, type NodeId } from "../base/ids.ts";
import {
  ELECTION_TIMEOUT_MS_MAX,
  ELECTION_TIMEOUT_MS_MIN,
  MESSAGE_BYTES_MAX,
  TICK_MS,
} from "../base/limits.ts";
import type { Timer } from "../base/seams.ts";
import type { PrincipalTable } from "../kv/principal.ts";
import type { ChangeRefusal } from "../paxos/change-refusal.ts";
import type { Broadcast, Envelope, Notice } from "../paxos/effects.ts";
import type { LogTailBounds } from "../paxos/log-tail.ts";
import type { Membership } from "../paxos/membership.ts";
import type { LinkId, TransportService } from "../transport/service.ts";
import type { LeaderHint, NodeStatus } from "../wire/client-messages.ts";
import { payloadKind } from "../wire/payload.ts";
import { decodePeer, encodePeer } from "../wire/peer-codec.ts";
import {
  decodeSnapshotMessage,
  encodeSnapshotMessage,
  type SnapshotMessage,
} from "../wire/snapshot-codec.ts";
import { Agreement } from "./agreement.ts";
import { Alarms } from "./alarms.ts";
import { CommitQueue } from "./commit-queue.ts";
import type { HistoryWindow } from "./compaction.ts";
import { Counters } from "./counters.ts";
import { Group } from "./group.ts";
import { Handshakes } from "./handshakes.ts";
import { Measures } from "./measures.ts";
import type { NodeDeps } from "./node-deps.ts";
import { nodeStatus, peerStatus, snapshotFigures } from "./node-status.ts";
import { PeerLinks } from "./peer-links.ts";
import { Requests } from "./requests.ts";
import { ownMember, Roster } from "./roster.ts";
import type { SnapshotPeriod } from "./snapshot-keeper.ts";
import { Space, type SpaceLimits } from "./space.ts";
import { StateHashes } from "./state-hashes.ts";

/** A tick that comes later than this drains the socket first: what waits there may prove a peer alive. */
const LATE_TICK_MS = 50;
const LINKS_MAX = 2048;
const LINK_IDLE_MS = 30_000;
/** A quarter of the shortest election time-out: from here on a leader's own writes are slow. */
const SLOW_COMMIT_MS = ELECTION_TIMEOUT_MS_MIN / 4;
/** How long a stopping node waits for its disk. */
const STOP_WRITES_MS_MAX = 2000;

export interface NodeOptions {
  /** What `status` reports. */
  readonly version: string;
  /** How much of the past is kept while this node leads. */
  readonly history: HistoryWindow;
  readonly space: SpaceLimits;
  /** What of the log is kept for members that are behind. */
  readonly tail: LogTailBounds;
  readonly snapshotPeriod: SnapshotPeriod;
  /** What status tells of them: those that members should have alike. */
  readonly settings?: ReadonlyMap<string, string>;
}

/**
 * A member of a cluster at work: one socket, one disk, one loop. Everything that happens (a datagram, a
 * finished write, a tick) is an input; what it causes is gathered and leaves at the end of the turn.
 */
export class KvdNode {
  readonly #options: NodeOptions;
  readonly #deps: NodeDeps;
  readonly #roster: Roster;
  readonly #name: string;
  readonly #counters = new Counters();
  readonly #alarms: Alarms;
  readonly #space: Space;
  readonly #measures: Measures;
  readonly #transport: TransportService;
  readonly #commits: CommitQueue;
  readonly #hashes: StateHashes;
  readonly #agreement: Agreement;
  readonly #group: Group;
  readonly #peers: PeerLinks;
  readonly #handshakes: Handshakes;
  readonly #requests: Requests;
  #ticking: Timer | undefined;
  #lastTickMs: number;
  #turnScheduled = false;
  #isRosterNew = false;
  #stopped = false;

  constructor(options: NodeOptions, deps: NodeDeps) {
    this.#options = options;
    this.#deps = deps;
    const { identity } = deps.storage;
    this.#roster = new Roster(identity, deps.storage.recoverLog(GROUP_ZERO).membership.membership);
    this.#name = ownMember(identity).name;
    this.#alarms = new Alarms(deps.log);
    this.#lastTickMs = deps.clock.nowMs();
    this.#space = new Space(options.space, {
      clock: deps.clock,
      alarms: this.#alarms,
      disk: deps.disk,
      used: () => ({ logBytes: deps.storage.logBytes(), stateBytes: this.#group.stateBytes }),
    });
    this.#measures = new Measures({
      clock: deps.clock,
      space: this.#space,
      snapshot: () => snapshotFigures(deps.storage),
      machine: deps.machine,
      settings: options.settings ?? new Map(),
    });
    this.#transport = this.#openTransport();
    this.#commits = this.#openCommits();
    this.#hashes = new StateHashes(deps.crypto);
    this.#agreement = new Agreement({
      self: identity.node,
      roster: this.#roster,
      hashes: this.#hashes,
      alarms: this.#alarms,
      handOver: () => this.#group.handOver(),
      fence: deps.fence,
    });
    this.#group = new Group(GROUP_ZERO, identity.node, {
      storage: deps.storage,
      commits: this.#commits,
      clock: deps.clock,
      random: deps.random,
      crypto: deps.crypto,
      hashes: this.#hashes,
      broadcast: (group, broadcast) => this.#broadcast(group, broadcast),
      answer: (origin, body, freshness) => this.#requests.answer(origin, body, freshness),
      alarms: this.#alarms,
      onNotice: (_group, notice) => this.#onNotice(notice),
      onMembership: (membership, isSettled) => this.#onMembership(membership, isSettled),
      onStep: deps.onStep,
      history: options.history,
      space: this.#space,
      tail: options.tail,
      snapshotPeriod: options.snapshotPeriod,
      sendOfSnapshot: (group, to, message) => this.#sendOfSnapshot(group, to, message),
      linked: () => this.#linkedMembers(),
    });
    this.#peers = this.#openPeers();
    this.#handshakes = this.#openHandshakes();
    this.#requests = this.#openRequests();
  }

  /** Listens and takes part; recovery by replay goes on in the background, in short turns. */
  start(): void {
    this.#deps.network.onDatagram((datagram, from) => {
      if (this.#stopped) return;
      this.#transport.receive(datagram, from, this.#deps.clock.nowMs());
      this.#scheduleTurn();
    });
    this.#lastTickMs = this.#deps.clock.nowMs();
    this.#ticking = this.#deps.timers.every(TICK_MS, () => this.#onTimer());
    this.#scheduleTurn();
  }

  /** Hands leadership over if it holds it, waits for what is being written, and closes everything. */
  async stop(): Promise<void> {
    if (this.#group.isLeading && this.#roster.members.length > 1) {
      this.#group.handOver();
      this.#scheduleTurn();
      await this.#until(() => !this.#group.isLeading, 2 * ELECTION_TIMEOUT_MS_MAX);
    }
    this.#ticking?.cancel();
    this.#stopped = true;
    const isQuiet = (): boolean => !this.#commits.isWriting && !this.#group.isFlushing;
    const isClosable = await this.#until(isQuiet, STOP_WRITES_MS_MAX);
    this.#peers.closeAll();
    this.#transport.flush(this.#deps.clock.nowMs());
    this.#deps.network.close();
    // A disk that still writes is left to the end of the process: recovery takes a commit whole or not at all.
    if (isClosable) await this.#deps.storage.close();
  }

  status(): NodeStatus {
    const { storage, network, clock } = this.#deps;
    const own = {
      name: this.#name,
      version: this.#options.version,
      leader: this.#leaderHint(),
      alarms: this.#alarms.texts,
      voters: this.#roster.voters,
      peers: this.#peerStatuses(),
      counters: this.#counters.withDrops(this.#transport.drops()),
    };
    return nodeStatus({
      storage,
      network,
      group: this.#group,
      hashes: this.#hashes,
      nowMs: clock.nowMs(),
      own,
    });
  }

  /** Leads the group to another membership, one step away from the present one; the reason why not, else. */
  changeMembership(next: (current: Membership) => Membership): ChangeRefusal | undefined {
    const membership = next(this.#roster.membership);
    const refusal = this.#group.changeRefusal(membership);
    if (refusal === undefined) this.#group.step({ kind: "change", membership });
    this.#scheduleTurn();
    return refusal;
  }

  /** Who may use the cluster, what is secret included: for this process alone. */
  principals(): PrincipalTable {
    return this.#group.principals;
  }

  #openTransport(): TransportService {
    const { network, openTransport, random, crypto, isSameHost } = this.#deps;
    const options = {
      receiveBufferBytes: network.receiveBufferBytes,
      linksMax: LINKS_MAX,
      messageBytesMax: MESSAGE_BYTES_MAX,
      isSameHost,
      idleTimeoutMs: LINK_IDLE_MS,
    };
    return openTransport(options, {
      random,
      crypto,
      transmit: (to, datagram) => network.send(to, datagram),
      handler: {
        admit: (hello) => this.#handshakes.admit(hello),
        onUp: (link, body, _from, initiator) => this.#handshakes.onUp(link, body, initiator),
        onPayload: (link, payload) => this.#onPayload(link, payload),
        onDown: (link, reason, detail) => {
          this.#handshakes.onDown(link, reason, detail);
          this.#group.onLinkDown(link);
        },
      },
    });
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
      onCommitted: (elapsedMs) => this.#onCommitted(elapsedMs),
      release: (group, envelopes) => {
        this.#release(group, envelopes);
        this.#scheduleTurn();
      },
    });
  }

  #openPeers(): PeerLinks {
    const { storage, random } = this.#deps;
    return new PeerLinks(
      {
        identity: storage.identity,
        roster: this.#roster,
        nonce: random.bytes(8),
        transport: this.#transport,
        remember: (record) => this.#commits.addPeer(record),
        ownLog: () => {
          const { promised, acceptedMax, end } = this.#group.view;
          return { promised, accepted: acceptedMax, end };
        },
      },
      storage.peers,
    );
  }

  #openHandshakes(): Handshakes {
    const { storage, clock, log, retire } = this.#deps;
    return new Handshakes({
      name: this.#name,
      clusterId: storage.identity.clusterId,
      roster: this.#roster,
      peers: this.#peers,
      clock,
      counters: this.#counters,
      alarms: this.#alarms,
      log,
      retire,
      timeMs: () => this.#group.timeMs(clock.nowMs()),
      leaderHint: () => this.#leaderHint(),
      close: (link) => this.#transport.close(link),
    });
  }

  #openRequests(): Requests {
    return new Requests({
      name: this.#name,
      identity: this.#deps.storage.identity,
      clock: this.#deps.clock,
      transport: this.#transport,
      group: () => this.#group,
      log: this.#deps.storage.logReader(GROUP_ZERO),
      hashes: this.#hashes,
      leaderHint: () => this.#leaderHint(),
      linkTo: (node) => this.#peers.linkTo(node),
      roster: this.#roster,
      status: () => this.status(),
      counters: this.#counters,
      measures: this.#measures,
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
    this.#space.tick();
    this.#transport.tick(nowMs);
    this.#peers.tick(nowMs);
    this.#group.tick();
    this.#withdraw();
    this.#requests.tick();
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
    if (this.#isRosterNew) {
      this.#isRosterNew = false;
      this.#peers.followRoster();
    }
    // Accepts leave before the own write begins: what may not leave before it is held by the commit queue.
    this.#transport.flush(this.#deps.clock.nowMs());
    this.#commits.start();
    if (hasMore) this.#scheduleTurn();
  }

  #onPayload(link: LinkId, payload: Uint8Array): void {
    switch (payloadKind(payload)) {
      case "peer":
        return this.#onPeerMessage(link, payload);
      case "snapshot":
        return this.#onSnapshotMessage(link, payload);
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
    if (from === undefined) return this.#counters.add("peer_message_from_stranger");
    const decoded = decodePeer(payload);
    if (typeof decoded === "string" || decoded.group !== GROUP_ZERO) {
      return this.#counters.add("peer_message_malformed");
    }
    const { message } = decoded;
    const nowMs = this.#deps.clock.nowMs();
    if (message.kind === "heartbeat") this.#group.onTimeHeard(decoded.timeMs, message.ballot, nowMs);
    if (decoded.state !== undefined) this.#agreement.onHeard(from, message.kind, decoded.state, nowMs);
    // Silence is what an acceptor may always keep; promises and heartbeats need next to no room.
    if (message.kind === "accept" && this.#space.isExhausted)
      return this.#counters.add("accept_without_space");
    this.#peers.witness(from, message);
    this.#group.step({ kind: "received", from, message });
  }

  #onSnapshotMessage(link: LinkId, payload: Uint8Array): void {
    const from = this.#peers.memberOf(link);
    if (from === undefined) return this.#counters.add("peer_message_from_stranger");
    const decoded = decodeSnapshotMessage(payload);
    if (typeof decoded === "string" || decoded.group !== GROUP_ZERO) {
      return this.#counters.add("peer_message_malformed");
    }
    this.#group.snapshots.onMessage(from, decoded.message, this.#deps.clock.nowMs());
  }

  #sendOfSnapshot(group: GroupId, to: NodeId, message: SnapshotMessage): void {
    const link = this.#peers.linkTo(to);
    if (link !== undefined) this.#transport.sendMessage(link, encodeSnapshotMessage(group, message));
  }

  #linkedMembers(): readonly NodeId[] {
    const ids = this.#roster.members.map(({ id }) => id);
    return ids.filter((id) => this.#peers.linkTo(id) !== undefined);
  }

  #broadcast(group: GroupId, { to, message }: Broadcast): void {
    const timeMs = message.kind === "heartbeat" ? this.#group.leaderTimeMs(this.#deps.clock.nowMs()) : 0;
    const payload = encodePeer(group, message, timeMs, this.#agreement.toTell(message.kind));
    for (const node of to) {
      const link = this.#peers.linkTo(node);
      if (link === undefined) continue;
      if (message.kind === "heartbeat" || message.kind === "heartbeat-ack") {
        this.#transport.sendDatagram(link, payload);
      } else if (message.kind === "accept") {
        this.#transport.sendMessage(link, payload, { epoch: message.ballot, position: message.slot });
      } else {
        this.#transport.sendMessage(link, payload);
      }
    }
  }

  #release(group: GroupId, envelopes: readonly Envelope[]): void {
    for (const { to, message } of envelopes) {
      const link = this.#peers.linkTo(to);
      if (link !== undefined) this.#transport.sendMessage(link, encodePeer(group, message, 0));
    }
  }

  /** What is chosen, or of an old ballot, need not be retransmitted: whoever lacks it asks for it. */
  #withdraw(): void {
    const { promised, chosen } = this.#group.view;
    for (const member of this.#roster.members) {
      const link = this.#peers.linkTo(member.id);
      if (link !== undefined) this.#transport.withdraw(link, { epoch: promised, position: chosen });
    }
  }

  #leaderHint(): LeaderHint | undefined {
    return this.#roster.hintOf(this.#group.view.leader);
  }

  #peerStatuses(): NodeStatus["peers"] {
    const self = this.#deps.storage.identity.node;
    const others = this.#roster.members.filter((member) => member.id !== self);
    return others.map(({ id, name }) => {
      const link = this.#peers.linkTo(id);
      return peerStatus(name, link === undefined ? undefined : this.#transport.stats(link));
    });
  }

  #onCommitted(elapsedMs: number): void {
    this.#measures.committed(elapsedMs);
    this.#counters.add("log_commits");
    this.#counters.add("log_commit_ms", elapsedMs);
    if (elapsedMs > SLOW_COMMIT_MS) this.#counters.add("log_commits_slow");
  }

  /** Whom to reach, and whom to refuse, follows what is applied. */
  #onMembership(membership: Membership, isSettled: boolean): void {
    if (this.#roster.update(membership, isSettled)) this.#isRosterNew = true;
  }

  #onNotice(notice: Notice): void {
    const event = notice.kind.replaceAll("-", "_");
    this.#counters.add(event);
    if (notice.kind === "following" || notice.kind === "serving") this.#measures.onLeader();
    if (notice.kind === "alarm") return this.#alarms.raise(notice.text, notice.text);
    const { kind, ...rest } = notice;
    const fields: Record<string, string | number> = {};
    for (const [name, value] of Object.entries(rest)) {
      if (name === "ballot") fields[name] = formatBallot(value);
      else if (name === "leader") fields[name] = this.#roster.nameOf(value);
      else if (name === "target") fields["to"] = this.#roster.nameOf(value);
      else if (name === "writeAgeMs") fields["write_age"] = `${Math.round(value)} ms`;
      else fields[name] = value;
    }
    this.#deps.log(kind === "slow-disk" ? "warning" : "info", event, fields);
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
