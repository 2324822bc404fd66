import { equalBytes, toHex } from "../base/bytes.ts";
import type { Ballot, NodeId, Slot } from "../base/ids.ts";
import type { Message } from "../paxos/messages.ts";
import type { Identity, PeerRecord } from "../storage/storage.ts";
import type { LinkId, TransportService } from "../transport/service.ts";
import type { HelloReply, PeerHello, RefusalCode } from "../wire/client-messages.ts";
import { encodeHello } from "../wire/hello-codec.ts";
import type { Roster } from "./roster.ts";

/** Pause between two attempts to reach a member that does not answer. */
const RECONNECT_MS = 200;
/** A member that holds two links has given up its own long before this. */
const SURPLUS_MS = 1_000;

const REMOVED_ADVICE =
  "this node was removed from the cluster, and its id is never used again; to take part once more it comes as a new " +
  "one: kvadm member add NAME HOST:PORT, then kvd init --join FILE into an empty directory";

interface Peer {
  readonly id: NodeId;
  /** Remembered on disk; undefined until the first meeting. */
  record: PeerRecord | undefined;
  /** Of the process whose start was noted last in this life: `startCount` is its and nobody else's. */
  startNonce: Uint8Array | undefined;
  /** Of the process at the other end of the up links: they end when another process is met. */
  linkNonce: Uint8Array | undefined;
  /** Written, and not yet known to be on disk: nothing of this member counts until it is. */
  pending: PeerRecord | undefined;
  /** Up links: the one that this side opened, and the one that the peer opened. */
  outgoing: LinkId | undefined;
  incoming: LinkId | undefined;
  /** A handshake of ours that is under way. */
  dialing: LinkId | undefined;
  redialAtMs: number;
  /** Since when there are two up links. */
  surplusSinceMs: number | undefined;
  /** What this member has told us, in this life of ours, that its disk holds. */
  witnessPromised: number;
  witnessAccepted: number;
  witnessEnd: number;
}

export interface PeerLinksDeps {
  readonly identity: Identity;
  readonly roster: Roster;
  /** 8 random bytes of this process. */
  readonly nonce: Uint8Array;
  readonly transport: TransportService;
  readonly remember: (record: PeerRecord) => void;
  /** What the own log holds: the highest ballots, and one past the highest slot. */
  readonly ownLog: () => { readonly promised: Ballot; readonly accepted: Ballot; readonly end: Slot };
}

export type PeerVerdict =
  | { readonly kind: "welcome"; readonly reply: PeerHello; readonly replaces: readonly LinkId[] }
  | { readonly kind: "wait" }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly message: string }
  /** The peer knows better than this disk what this disk promised: it is an old copy or lost writes. */
  | { readonly kind: "amnesia"; readonly message: string };

/** One link to each other member, kept up from both sides, and the memory of whom it was. */
export class PeerLinks {
  readonly #deps: PeerLinksDeps;
  readonly #peers = new Map<NodeId, Peer>();
  readonly #byLink = new Map<LinkId, Peer>();
  /** As they were at start. */
  readonly #records: ReadonlyMap<NodeId, PeerRecord>;

  constructor(deps: PeerLinksDeps, records: readonly PeerRecord[]) {
    this.#deps = deps;
    this.#records = new Map(records.map((record) => [record.node, record]));
    this.followRoster();
  }

  /** Members are dialed, and who was removed and is needed no more is cut off. */
  followRoster(): void {
    const { identity, roster } = this.#deps;
    for (const { id } of roster.members) if (id !== identity.node) this.#peerOf(id);
    for (const peer of this.#peers.values()) {
      if (!roster.isRemoved(peer.id)) continue;
      for (const link of [peer.incoming, peer.outgoing, peer.dialing]) {
        if (link !== undefined) this.#close(link, peer);
      }
    }
  }

  /** The up link to a member, the one opened by the lower id first. */
  linkTo(node: NodeId): LinkId | undefined {
    const peer = this.#peers.get(node);
    if (peer === undefined) return undefined;
    return this.#deps.identity.node < node
      ? (peer.outgoing ?? peer.incoming)
      : (peer.incoming ?? peer.outgoing);
  }

  /** Which member speaks over this link; undefined for clients, and while its identity is being written down. */
  memberOf(link: LinkId): NodeId | undefined {
    const peer = this.#byLink.get(link);
    return peer === undefined || peer.pending !== undefined ? undefined : peer.id;
  }

  /** Dials every member that no link reaches, and closes links that their other end has given up. */
  tick(nowMs: number): void {
    for (const { id, address } of this.#deps.roster.members) {
      const peer = this.#peers.get(id);
      if (peer === undefined) continue;
      this.#closeAbandoned(peer, nowMs);
      if (peer.outgoing !== undefined || peer.incoming !== undefined) continue;
      if (peer.dialing !== undefined || nowMs < peer.redialAtMs) continue;
      peer.dialing = this.#deps.transport.connect(address, encodeHello(this.#helloTo(peer)), nowMs);
      this.#byLink.set(peer.dialing, peer);
    }
  }

  /** Judges a member's hello; the order of checks is the order of gravity. */
  judge(hello: PeerHello): PeerVerdict {
    const { identity } = this.#deps;
    if (!equalBytes(hello.clusterId, identity.clusterId)) {
      return refused(
        "foreign",
        `this is a member of cluster ${shortId(identity.clusterId)}, not of ${shortId(hello.clusterId)}`,
      );
    }
    if (hello.node === identity.node) return refused("unknown_node", "no other member has this node's id");
    if (this.#deps.roster.isRemoved(hello.node)) return refused("removed", REMOVED_ADVICE);
    // Whoever belongs to the cluster may be a member by an entry that is not applied here yet.
    const peer = this.#peerOf(hello.node);
    const amnesia = this.#amnesiaReason(hello);
    if (amnesia !== undefined) return { kind: "amnesia", message: amnesia };
    const lie = identityReason(peer, hello, this.#deps.roster.nameOf(peer.id));
    if (lie !== undefined) return lie;
    if (!this.#isRemembered(peer, hello)) return { kind: "wait" };
    return { kind: "welcome", reply: this.#helloTo(peer), replaces: this.#staleLinks(peer, hello, false) };
  }

  /** A peer's handshake is complete: by its hello to us, or by its reply to ours. */
  onUp(link: LinkId, hello: PeerHello, initiator: boolean): PeerVerdict | undefined {
    const peer = this.#peers.get(hello.node);
    if (peer === undefined || (initiator && this.#byLink.get(link) !== peer)) {
      return refused("unknown_node", `member ${hello.node} answered in another's place`);
    }
    if (isOutlived(peer, hello)) return { kind: "wait" };
    if (initiator) {
      const verdict = this.judge(hello);
      if (verdict.kind === "amnesia" || verdict.kind === "refused") return verdict;
    }
    // Two hellos of one peer may both have been admitted before either link was proven.
    for (const stale of this.#staleLinks(peer, hello, initiator))
      if (stale !== link) this.#close(stale, peer);
    if (initiator) {
      peer.dialing = undefined;
      peer.outgoing = link;
    } else {
      peer.incoming = link;
    }
    peer.startNonce ??= hello.nonce;
    peer.linkNonce = hello.nonce;
    this.#byLink.set(link, peer);
    this.#closeSurplus(peer);
    return undefined;
  }

  onDown(link: LinkId, nowMs: number): NodeId | undefined {
    const peer = this.#byLink.get(link);
    if (peer === undefined) return undefined;
    this.#detach(link, peer);
    peer.redialAtMs = nowMs + RECONNECT_MS;
    return peer.id;
  }

  /** The identity of a member is on disk: from now on its messages count. */
  onRemembered(record: PeerRecord): void {
    const peer = this.#peers.get(record.node);
    if (peer === undefined) return;
    peer.record = record;
    if (peer.pending === record) peer.pending = undefined;
  }

  /** Notes what a message says of the sender's disk, to be held against it after its next start. */
  witness(from: NodeId, message: Message): void {
    if (!impliesPromise(message)) return;
    const peer = this.#peers.get(from);
    if (peer === undefined) return;
    peer.witnessPromised = Math.max(peer.witnessPromised, message.ballot);
    if (message.kind !== "accepted") return;
    for (const slot of message.slots) peer.witnessEnd = Math.max(peer.witnessEnd, slot + 1);
    // What it knows to be chosen already it answers as accepted without writing anything at that ballot.
    const isWritten = message.slots.every((slot) => slot >= message.progress.learned);
    if (isWritten) peer.witnessAccepted = Math.max(peer.witnessAccepted, message.ballot);
  }

  /** Says goodbye to every member, so that none waits for this node in vain. */
  closeAll(): void {
    for (const peer of this.#peers.values()) {
      for (const link of [peer.incoming, peer.outgoing, peer.dialing]) {
        if (link !== undefined) this.#close(link, peer);
      }
    }
  }

  #peerOf(id: NodeId): Peer {
    const known = this.#peers.get(id);
    if (known !== undefined) return known;
    const peer: Peer = {
      id,
      record: this.#records.get(id),
      startNonce: undefined,
      linkNonce: undefined,
      pending: undefined,
      outgoing: undefined,
      incoming: undefined,
      dialing: undefined,
      redialAtMs: 0,
      surplusSinceMs: undefined,
      witnessPromised: 0,
      witnessAccepted: 0,
      witnessEnd: 0,
    };
    this.#peers.set(id, peer);
    return peer;
  }

  #helloTo(peer: Peer): PeerHello {
    const { identity, nonce } = this.#deps;
    return {
      kind: "peer",
      clusterId: identity.clusterId,
      node: identity.node,
      incarnation: identity.incarnation,
      startCount: identity.startCount,
      nonce,
      witnessPromised: peer.witnessPromised,
      witnessAccepted: peer.witnessAccepted,
      witnessEnd: peer.witnessEnd,
    };
  }

  #amnesiaReason(hello: PeerHello): string | undefined {
    const own = this.#deps.ownLog();
    const holdsBallots = hello.witnessPromised <= own.promised && hello.witnessAccepted <= own.accepted;
    // Ballots alone would let a copy pass that lacks the latest slots of a long reign.
    if (holdsBallots && hello.witnessEnd <= own.end) return undefined;
    return (
      `member ${hello.node} remembers a promise or vote of this node that is not on its disk: the data directory is an ` +
      "old copy or lost writes; put the right one back, or have a new node take this one's place: kvadm member replace"
    );
  }

  /** Whether the member's identity is on disk here; starts writing it down when it is not. */
  #isRemembered(peer: Peer, hello: PeerHello): boolean {
    const isFirstMeeting = peer.record === undefined;
    const isNewStart = peer.record === undefined || hello.startCount > peer.record.startCount;
    if (isNewStart && peer.pending?.startCount !== hello.startCount) {
      const record = {
        node: peer.id,
        incarnation: hello.incarnation.slice(),
        startCount: hello.startCount,
      };
      // With the start, whose it is: until a link is up, the same process may say hello many times.
      peer.startNonce = hello.nonce;
      if (isFirstMeeting) peer.pending = record;
      else peer.record = record;
      this.#deps.remember(record);
    }
    return !isFirstMeeting;
  }

  /** Links that this hello outdates: all of the peer's last life, else the one of the same direction. */
  #staleLinks(peer: Peer, hello: PeerHello, initiator: boolean): readonly LinkId[] {
    const isNewLife = peer.linkNonce !== undefined && !equalBytes(peer.linkNonce, hello.nonce);
    const sameDirection = initiator ? peer.outgoing : peer.incoming;
    const stale = isNewLife ? [peer.incoming, peer.outgoing] : [sameDirection];
    return stale.filter((link) => link !== undefined);
  }

  /** Both sides may have dialed at once: the higher id gives up its own link. */
  #closeSurplus(peer: Peer): void {
    if (peer.incoming === undefined || this.#deps.identity.node < peer.id) return;
    for (const surplus of [peer.outgoing, peer.dialing]) {
      if (surplus !== undefined) this.#close(surplus, peer);
    }
  }

  /**
   * A member with a higher id that keeps its own link does not hold ours: it gave that up before it dialed, perhaps
   * while this process stood still, and what is sent over it is lost. Where no answer is needed nothing else tells.
   */
  #closeAbandoned(peer: Peer, nowMs: number): void {
    if (peer.outgoing === undefined || peer.incoming === undefined) {
      peer.surplusSinceMs = undefined;
      return;
    }
    peer.surplusSinceMs ??= nowMs;
    if (nowMs - peer.surplusSinceMs >= SURPLUS_MS) this.#close(peer.outgoing, peer);
  }

  #close(link: LinkId, peer: Peer): void {
    this.#detach(link, peer);
    this.#deps.transport.close(link);
  }

  #detach(link: LinkId, peer: Peer): void {
    this.#byLink.delete(link);
    if (peer.dialing === link) peer.dialing = undefined;
    if (peer.outgoing === link) peer.outgoing = undefined;
    if (peer.incoming === link) peer.incoming = undefined;
  }
}

type PromisingMessage = Extract<
  Message,
  { readonly kind: "promise" | "accepted" | "prepare" | "accept" | "heartbeat" }
>;

/**
 * Whether the message's ballot is promised on its sender's disk. Also of what a proposer sends: its round
 * is on disk before it is used. That it proposes a slot does not say that its own entry is written.
 */
function impliesPromise(message: Message): message is PromisingMessage {
  switch (message.kind) {
    case "promise":
    case "accepted":
    case "prepare":
    case "accept":
    case "heartbeat":
      return true;
    default:
      return false;
  }
}

/** Whether a later start of the member was noted while this handshake was still under way. */
function isOutlived(peer: Peer, hello: PeerHello): boolean {
  const known = peer.pending ?? peer.record;
  return known !== undefined && hello.startCount < known.startCount;
}

/** Why a member is not who it was: another disk, an older copy of it, or a second process on it (I34). */
function identityReason(peer: Peer, hello: PeerHello, name: string): PeerVerdict | undefined {
  const known = peer.pending ?? peer.record;
  if (known === undefined) return undefined;
  if (!equalBytes(known.incarnation, hello.incarnation)) {
    return refused(
      "amnesia",
      `${name} had another disk when it was met before; a wiped member cannot vote: put its disk back, or ` +
        `have a new node take its place: kvadm member replace ${name} NEW HOST:PORT`,
    );
  }
  if (hello.startCount < known.startCount) {
    return refused(
      "stale_start",
      `${name} has started ${known.startCount} times before, this is an old copy of its disk: kvadm member replace ${name} helps`,
    );
  }
  const isOtherProcess = peer.startNonce !== undefined && !equalBytes(peer.startNonce, hello.nonce);
  if (hello.startCount === known.startCount && isOtherProcess) {
    return refused("clone", `another process runs as ${name}, or this is an old copy of its disk`);
  }
  return undefined;
}

function refused(code: RefusalCode, message: string): PeerVerdict {
  return { kind: "refused", code, message };
}

function shortId(clusterId: Uint8Array): string {
  return toHex(clusterId.subarray(0, 4));
}

const FINAL_CODES: readonly RefusalCode[] = ["amnesia", "clone", "stale_start", "removed"];

/**
 * The refusals after which a node must stop: going on would break a promise that it forgot, or be of no use to
 * anybody.
 */
export function isFinalRefusal(reply: HelloReply): boolean {
  return reply.kind === "refused" && FINAL_CODES.includes(reply.code);
}
