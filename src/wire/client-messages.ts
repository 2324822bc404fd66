import type { Failure } from "../base/errors.ts";
import type { Ballot, NodeId, Slot } from "../base/ids.ts";
import type { KeyRecord, Result } from "../kv/command.ts";
import type { KeyEvent } from "../kv/event.ts";
import type { Role } from "../kv/principal.ts";
import type { ValueKind } from "../paxos/value.ts";
import type { ChangeMembersRequest, MembersView } from "./member-messages.ts";

/**
 * How fresh a read must be, and the least revision that the store must have then. `token` is the session's: an
 * applied slot that it has seen. `maxStalenessMs`: everything that was acknowledged so long before; without
 * it whatever is there.
 */
export type Consistency = (
  | { readonly level: "linearizable" }
  | { readonly level: "sequential"; readonly token: Slot }
  | { readonly level: "stale"; readonly maxStalenessMs?: number }
) & { readonly minRevision?: number };

export type ReadLevel = Consistency["level"];

/** The level that a read was given, which may be better than what it asked for. */
export interface Freshness {
  readonly level: ReadLevel;
  /**
   * Of a read that could be stale: everything that was acknowledged more than so long before the answer is
   * in it. Absent when the node cannot tell.
   */
  readonly ageMs?: number;
}

/** `id` is the asker's, unique per link; the reply repeats it. `timeoutMs` is the caller's patience. */
export type Request =
  | {
      readonly kind: "mutate";
      readonly id: number;
      readonly timeoutMs: number /** An encoded command. */;
      readonly command: Uint8Array;
      readonly forwarded: boolean;
    }
  | {
      readonly kind: "get";
      readonly id: number;
      readonly timeoutMs: number;
      readonly key: Uint8Array;
      /** The record as it was after this revision; by default as it is now. */
      readonly revision?: number;
      readonly consistency: Consistency;
    }
  | {
      readonly kind: "range";
      readonly id: number;
      readonly timeoutMs: number;
      readonly start: Uint8Array;
      readonly end: Uint8Array | undefined;
      /** At most this many records and about this many bytes; `more` in the reply tells. */
      readonly limit: number;
      readonly bytesMax: number;
      readonly keysOnly: boolean;
      /** The interval as it was after this revision; by default as it is now. */
      readonly revision?: number;
      readonly consistency: Consistency;
    }
  | {
      readonly kind: "leases";
      readonly id: number;
      readonly timeoutMs: number;
      /** Leases with this id and greater ones, ascending; so many at most. */
      readonly from: number;
      readonly limit: number;
      /** So many keys are named at most, of all leases together. */
      readonly keysMax: number;
      readonly consistency: Consistency;
    }
  | WatchRequest
  | {
      readonly kind: "history";
      readonly id: number;
      readonly timeoutMs: number;
      readonly key: Uint8Array;
      /** Changes below this revision alone; 0: all. */
      readonly before: number;
      /** At most so many events and about so many bytes; `more` in the reply tells. */
      readonly limit: number;
      readonly bytesMax: number;
      readonly consistency: Consistency;
    }
  | {
      readonly kind: "principals";
      readonly id: number;
      readonly timeoutMs: number;
      readonly consistency: Consistency;
    }
  | { readonly kind: "status"; readonly id: number }
  | { readonly kind: "ping"; readonly id: number }
  /** Asks the node to send some packets to each member, so that what it then says of the paths is of now. */
  | { readonly kind: "measure"; readonly id: number }
  /** The asker awaits no answer to the watch request `id` any more, and none to this. */
  | { readonly kind: "cancel"; readonly id: number }
  /** Asks the leader to hand over, to the named node or, when empty, to the best. */
  | { readonly kind: "hand-over"; readonly id: number; readonly timeoutMs: number; readonly to: string }
  /** Asks the leader who is in the cluster. */
  | { readonly kind: "members"; readonly id: number; readonly timeoutMs: number }
  | ChangeMembersRequest
  /** Asks the node to stand for election, because no leader answers. */
  | { readonly kind: "stand"; readonly id: number; readonly timeoutMs: number }
  /** Asks the node to drop of its log all but the last `keep` chosen slots, though members may lack them. */
  | { readonly kind: "shorten-log"; readonly id: number; readonly timeoutMs: number; readonly keep: number }
  /** Which revision is older than this, in cluster time? */
  | { readonly kind: "age"; readonly id: number; readonly timeoutMs: number; readonly ageMs: number }
  | LogRequest
  /** Has a fenced node fetch a state from another member; answered with a pong. */
  | { readonly kind: "refetch"; readonly id: number; readonly timeoutMs: number }
  /** Which hash has the state at the watermark `at`; 0: at the one up to which all is applied. */
  | { readonly kind: "state-hash"; readonly id: number; readonly timeoutMs: number; readonly at: Slot }
  | SnapshotRequest
  /** Asks for one chunk of the node's latest snapshot, which has this hash. */
  | {
      readonly kind: "chunk";
      readonly id: number;
      readonly timeoutMs: number;
      readonly hash: Uint8Array;
      readonly index: number;
    };

/** What is in the node's log from this slot on, `limit` slots at most? */
export interface LogRequest {
  readonly kind: "log";
  readonly id: number;
  readonly timeoutMs: number;
  readonly from: Slot;
  readonly limit: number;
}

/** Asks for the manifest of a snapshot; the node makes one unless it has one that will do. */
export interface SnapshotRequest {
  readonly kind: "snapshot";
  readonly id: number;
  readonly timeoutMs: number;
  /** Every slot below is in it. */
  readonly least: Slot;
  /** Or at least everything that is older than this, in cluster time; 0: that will not do. */
  readonly maxAgeMs: number;
}

/** Asks for the changes of an interval of keys, a page as soon as there are any. */
export interface WatchRequest {
  readonly kind: "watch";
  readonly id: number;
  readonly timeoutMs: number;
  readonly start: Uint8Array;
  readonly end: Uint8Array | undefined;
  /** The first revision that is wanted; 0: none yet, only where the store stands, as `consistency` says. */
  readonly from: number;
  /** So many events of `from` in the interval were had before. */
  readonly skip: number;
  /** Whether events tell what was there before. */
  readonly previous: boolean;
  /** At most so many events and about so many bytes. */
  readonly limit: number;
  readonly bytesMax: number;
  /** How long to wait when there is nothing yet; then the reply has no events. */
  readonly waitMs: number;
  readonly consistency: Consistency;
}

export interface RangeItem {
  readonly key: Uint8Array;
  readonly record: KeyRecord;
  /** Of a key that does not stay, until it ends: ms, as exact as the node knows cluster time. */
  readonly timeLeftMs?: number;
}

/** A change of a key as a reply tells it. */
export interface EventItem extends KeyEvent {
  /** What was there before, if it was asked for, was there, and is still known. */
  readonly previous: KeyRecord | undefined;
}

/** A lease as a node sees it; times in ms. */
export interface LeaseItem {
  readonly id: number;
  readonly ttlMs: number;
  /** Until it ends, if nobody keeps it alive: as exact as the node knows cluster time. */
  readonly timeLeftMs: number;
  /** Keys that live as long as it. */
  readonly keyCount: number;
  /** The first of them, ascending, if they were asked for. */
  readonly keys: readonly Uint8Array[];
  /** The principal that it belongs to, when that may touch some keys alone. */
  readonly owner?: string;
}

/** A principal without what is made of its secret. */
export interface PrincipalItem {
  readonly id: string;
  readonly role: Role;
  /** All keys that it may touch start with this; empty: any. */
  readonly prefix: Uint8Array;
  /** For how long, in ms, the secret before the last rotation stays good; undefined: it does not. */
  readonly graceLeftMs: number | undefined;
}

export type ReplyBody =
  /** `repeated`: the stored answer to a request that was executed before. */
  | { readonly kind: "result"; readonly result: Result; readonly repeated?: true }
  /** `timeLeftMs`: of a key that does not stay, until it ends. */
  | { readonly kind: "record"; readonly record: KeyRecord | undefined; readonly timeLeftMs?: number }
  | { readonly kind: "leases"; readonly leases: readonly LeaseItem[]; readonly more: boolean }
  /** Ascending by id. */
  | { readonly kind: "principals"; readonly principals: readonly PrincipalItem[] }
  | { readonly kind: "range"; readonly items: readonly RangeItem[]; readonly more: boolean }
  /** In the order in which they were made. The next request names `next` as `from`, and `skip`. */
  | {
      readonly kind: "events";
      readonly events: readonly EventItem[];
      readonly next: number;
      readonly skip: number;
    }
  /** Newest first. */
  | { readonly kind: "history"; readonly events: readonly EventItem[]; readonly more: boolean }
  | { readonly kind: "status"; readonly status: NodeStatus }
  | { readonly kind: "pong" }
  | { readonly kind: "handed-over"; readonly to: string }
  /** What is below will be dropped, as soon as the node's own state has it on disk. */
  | { readonly kind: "shortening"; readonly below: Slot }
  /** The last revision that is surely so old; 0: none is known to be. */
  | { readonly kind: "age"; readonly last: number }
  | ({ readonly kind: "log" } & LogPage)
  | ({ readonly kind: "state-hash" } & HashAnswer)
  /** Undefined: it is being made, ask again. */
  | { readonly kind: "snapshot"; readonly offered: OfferedSnapshot | undefined }
  /** `content` undefined: there is no such snapshot any more. */
  | { readonly kind: "chunk"; readonly content: Uint8Array | undefined }
  | { readonly kind: "members"; readonly view: MembersView }
  | { readonly kind: "failure"; readonly failure: Failure };

/** What a node knows of the hash of its state. */
export interface HashAnswer {
  /** Up to which all is applied. */
  readonly watermark: Slot;
  /** The watermark that was asked for. */
  readonly at: Slot;
  /** There; undefined when it is not reached yet, or too long ago. */
  readonly state: { readonly hash: number; readonly keys: number } | undefined;
}

/** A part of a node's log. */
export interface LogPage {
  /** The first slot that the log keeps. */
  readonly firstKept: Slot;
  /** Every slot below is known to be chosen; from there on slots are accepted alone, or empty. */
  readonly chosen: Slot;
  /** One past the last slot that was accepted. */
  readonly end: Slot;
  /** Where the next page begins; at `end` there is none. */
  readonly next: Slot;
  /** Ascending; empty slots are left out. */
  readonly slots: readonly SlotItem[];
}

/** What is told of a slot of the log: neither keys nor values. */
export interface SlotItem {
  readonly slot: Slot;
  /** Of the proposal that it holds; zero when it is damaged. */
  readonly ballot: Ballot;
  readonly kind: ValueKind | "damaged";
  readonly bytes: number;
  /** Commands in a batch. */
  readonly commands: number;
  /** By the name of an operation, how many commands are such. */
  readonly operations: ReadonlyMap<string, number>;
}

/** A snapshot that a node hands out. */
export interface OfferedSnapshot {
  /** As storage encodes it. */
  readonly manifest: Uint8Array;
  /** Of the manifest: what its chunks are asked for by. */
  readonly hash: Uint8Array;
  readonly chunks: number;
}

export interface LeaderHint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

export interface Reply {
  readonly id: number;
  readonly body: ReplyBody;
  /** The replica's applied watermark when it answered: the session's next token. */
  readonly applied: Slot;
  /** The store's revision when it answered. */
  readonly revision: number;
  /** Who leads, as far as the node that answered knows. */
  readonly leader: LeaderHint | undefined;
  /** The name of the node that answered the client. */
  readonly servedBy: string;
  /** With the answer to a read. */
  readonly freshness?: Freshness;
}

export interface PeerStatus {
  readonly name: string;
  readonly up: boolean;
  readonly rttMs: number;
  /** 0..1 */
  readonly loss: number;
  /** Of a link that is up; older nodes do not tell. */
  readonly path?: PathStatus;
}

/** What a node has seen of the way to a member since their link is up. */
export interface PathStatus {
  /** The largest datagram that is sent there. */
  readonly datagramBytes: number;
  /** Packets that arrived, and that were taken for lost. */
  readonly acked: number;
  readonly lost: number;
  /** Large packets lost since one of them arrived. */
  readonly largeLost: number;
}

/** What a node measures of itself and of its machine. */
export interface NodeMeasures {
  /** Its wall clock when it answered, ms since 1970. */
  readonly wallMs: number;
  /** By name, its unit last: `disk_free_bytes`, `uptime_ms`. */
  readonly figures: ReadonlyMap<string, number>;
  /** Settings that all members should have alike, by the names of the configuration. */
  readonly settings: ReadonlyMap<string, string>;
  /** How long things took: counts in the buckets of `base/time-buckets.ts`, by request kind, and of the log's commits. */
  readonly timings: ReadonlyMap<string, readonly number[]>;
}

/** What `kvadm status` shows of one node. */
export interface NodeStatus {
  readonly id: NodeId;
  readonly name: string;
  readonly endpoint: string;
  readonly clusterId: Uint8Array;
  readonly role: "follower" | "candidate" | "leader";
  readonly serving: boolean;
  /** `ROUND.NODE` */
  readonly ballot: string;
  readonly leader: LeaderHint | undefined;
  readonly chosen: Slot;
  readonly applied: Slot;
  readonly stateDurable: Slot;
  readonly firstKept: Slot;
  readonly end: Slot;
  readonly digest: number;
  /** The hash of the state at `applied`. */
  readonly stateHash: number;
  readonly revision: number;
  readonly keys: number;
  readonly timeMs: number;
  /** The cluster's setting, as of `applied`: how long the leader's lease is, ms; 0: off. */
  readonly leaderLeaseMs: number;
  /** Whether it leads under a lease. */
  readonly leased: boolean;
  readonly logBytes: number;
  readonly stateBytes: number;
  readonly startCount: number;
  readonly damaged: number;
  readonly version: string;
  readonly alarms: readonly string[];
  /** Names of the members that have a vote, as far as the node knows. */
  readonly voters: readonly string[];
  readonly peers: readonly PeerStatus[];
  /** Counters by name: datagrams dropped by reason and the like. */
  readonly counters: ReadonlyMap<string, number>;
  /** Absent: an older node, which does not tell. */
  readonly measures?: NodeMeasures;
}

/** The first thing that a member says to another; the reply says the same of the answerer. */
export interface PeerHello {
  readonly kind: "peer";
  readonly clusterId: Uint8Array;
  readonly node: NodeId;
  readonly incarnation: Uint8Array;
  readonly startCount: number;
  /** 8 random bytes of the process: an equal startCount with another nonce is a clone. */
  readonly nonce: Uint8Array;
  /** The highest promise and accepted ballot that the sender ever had from the recipient, 0 when none (witness). */
  readonly witnessPromised: number;
  readonly witnessAccepted: number;
  /** One past the highest slot that the recipient ever told the sender is on its disk, 0 when none. */
  readonly witnessEnd: number;
}

/** A client's first word. `clusterId` empty: any. */
export interface ClientHello {
  readonly kind: "client";
  readonly clusterId: Uint8Array;
}

export type Hello = PeerHello | ClientHello;

export type HelloReply =
  | PeerHello
  | {
      readonly kind: "welcome";
      readonly clusterId: Uint8Array;
      readonly node: string;
      /** Cluster time now: deadlines count in it. */
      readonly timeMs: number;
      readonly leader: LeaderHint | undefined;
      readonly members: readonly LeaderHint[];
    }
  | { readonly kind: "refused"; readonly code: RefusalCode; readonly message: string };

/** Why a handshake was refused. `amnesia`, `clone`, `removed` and `foreign` are final for a member: it must stop. */
export type RefusalCode =
  | "foreign"
  | "unknown_node"
  | "removed"
  | "amnesia"
  | "clone"
  | "stale_start"
  | "version"
  | "busy";
