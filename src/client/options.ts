import type { Address } from "../base/seams.ts";
import type { Role } from "../kv/principal.ts";
import type { RequestId } from "./request-id.ts";

/** Keys and values; text is encoded as UTF-8. */
export type Bytes = Uint8Array | string;

export interface ClientOptions {
  /** Any members of the cluster, one at least; the others are learnt from it. */
  readonly endpoints: readonly Address[];
  /** A request's patience when it names none; 5,000 ms by default. */
  readonly timeoutMs?: number;
  /**
   * For how long, from its first attempt, a change may still be executed or repeated by its request id,
   * in cluster ms; at most 15 minutes. By default the request's own patience and ten seconds.
   */
  readonly repeatableMs?: number;
}

export interface RequestOptions {
  readonly timeoutMs?: number;
  /** Ends the wait; a change under way may still be executed. */
  readonly signal?: AbortSignal;
}

/** Names of one request; at most one of both. */
export interface ChangeOptions extends RequestOptions {
  /** Of an earlier try whose outcome stayed unknown: together they are executed at most once. */
  readonly requestId?: RequestId;
  /** A name of the caller's own: whoever sends the request under it, together they are executed at most once. */
  readonly identity?: ChosenIdentity;
}

/** A name for one request that is not this client object's, but, say, made of something that users know. */
export interface ChosenIdentity {
  /** 16 bytes. */
  readonly client: Uint8Array;
  /** 1 or more. */
  readonly sequence: number;
  /** For how long from now on, in cluster ms, the request may be executed; its answer is kept for longer. */
  readonly repeatableMs: number;
}

/** How long a key lives, in cluster time; at most one of both. Without one it stays. */
export interface LifetimeOptions {
  /** Whole ms from 100 on; the key is deleted once they are over. */
  readonly ttlMs?: number;
  /** Of a lease: the key is deleted when the lease ends. */
  readonly leaseId?: number;
}

/** What makes a change depend on a lock: it is done only while the lock with this key and token is held. */
export interface Fence {
  readonly key: Bytes;
  readonly token: number;
}

/** Of a change of keys. */
export interface FencedOptions extends ChangeOptions {
  /** Rejects with `fenced` when the lock is not held any more. */
  readonly fence?: Fence;
}

export interface LockOptions {
  /** For how long the lock outlives a holder that is not heard of; whole ms from 100 on, 15,000 by default. */
  readonly ttlMs?: number;
  /** What others can read about the holder. */
  readonly value?: Bytes;
  /** How long the lock is waited for; as long as it takes by default. */
  readonly timeoutMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/** Of a lock for a lease that the caller keeps alive. */
export interface ClaimOptions extends RequestOptions {
  /** What others can read about the holder. */
  readonly value?: Bytes;
  /** How long to wait for whoever has the lock, besides `timeoutMs` for the requests; not at all by default. */
  readonly waitMs?: number;
}

export type CampaignOptions = Omit<LockOptions, "value">;

export interface PutOptions extends WriteOptions, LifetimeOptions {}

export interface GrantOptions extends ChangeOptions {
  /** Whole ms from 100 on, counted anew from each keep-alive. */
  readonly ttlMs: number;
  /** Positive, and of no other lease; by default the cluster chooses one that it never chose before. */
  readonly leaseId?: number;
}

export interface CreatePrincipalOptions extends ChangeOptions {
  readonly role: Role;
  /** All keys that it may touch start with this; by default any. */
  readonly prefix?: Bytes;
  /** 32 bytes made of its secret, which the cluster is never told. */
  readonly verifier: Uint8Array;
}

export interface PrincipalsOptions extends ReadOptions {
  /** The node to ask; by default the one that suits the level. */
  readonly endpoint?: Address;
}

export interface RotatePrincipalOptions extends ChangeOptions {
  readonly verifier: Uint8Array;
  /** For how long the secret before stays good; by default not at all. */
  readonly graceMs?: number;
}

/** One condition at most. A change whose condition does not hold rejects with `condition_failed`. */
export interface WriteOptions extends FencedOptions {
  /** Whether to return the record that the change replaced. */
  readonly previous?: boolean;
  /** Only if there is no record. */
  readonly ifAbsent?: boolean;
  /** Only if the record was changed last at this revision; 0: there is none. */
  readonly ifRevision?: number;
  /** Only if there is a record with exactly this value. */
  readonly ifValue?: Bytes;
}

export interface ModifyOptions extends FencedOptions {
  readonly previous?: boolean;
  /**
   * Whether to return the value as it is afterwards; true by default. Answers above 4 KiB are not kept for a
   * repeat: leave large values out, and a retry after a lost answer ends well.
   */
  readonly value?: boolean;
}

/** Keys in [start, end), or those that start with `prefix`; all of them when nothing is named. */
export interface IntervalOptions {
  readonly prefix?: Bytes;
  readonly start?: Bytes;
  readonly end?: Bytes;
}

/** A range must be named: the prefix "" is every key. */
export interface DeleteRangeOptions extends FencedOptions, IntervalOptions {
  /** Deletes only if the range holds exactly so many keys, 10,000 at most, all at once. */
  readonly expectedCount?: number;
  /** Deletes the first so many keys at most. */
  readonly limit?: number;
}

/**
 * `linearizable` sees every change that was acknowledged, to anybody, before the read began; `sequential` sees at
 * least what this client has seen; `stale` sees whatever the node that is asked has. The last two are served by
 * any replica, without a leader.
 */
export type ReadLevel = "linearizable" | "sequential" | "stale";

export interface ReadOptions extends RequestOptions {
  /** `linearizable` by default. */
  readonly consistency?: ReadLevel;
  /**
   * With `stale` alone: whole ms. The read sees every change that was acknowledged so long before it began; a
   * node that cannot be sure of that asks the leader first.
   */
  readonly maxStalenessMs?: number;
  /** The read waits until the node has this revision of the store; any level. */
  readonly minRevision?: number;
}

export interface GetOptions extends ReadOptions {
  /** The record as it was after this revision, which must be in the retained window. */
  readonly revision?: number;
}

/** What is watched: one key, or an interval of keys; all of them when nothing is named. */
export interface WatchOptions extends IntervalOptions {
  readonly key?: Bytes;
  /** The first revision that is told; by default the one after the store's present one. */
  readonly from?: number;
  /** How fresh that present one must be; `sequential` needs no leader. */
  readonly consistency?: "linearizable" | "sequential";
  /** Whether events tell the record that was there before. */
  readonly previous?: boolean;
  /** Whether to tell how far the watch has come when nothing happens: at its beginning, then every few seconds. */
  readonly progress?: boolean;
  /** The patience until the first answer. Later the watch asks for as long as it takes. */
  readonly timeoutMs?: number;
  /** Ends the watch, and the iteration. */
  readonly signal?: AbortSignal;
}

export interface HistoryOptions extends ReadOptions {
  /** So many changes at most, the newest ones. */
  readonly limit?: number;
  /** Changes below this revision alone. */
  readonly before?: number;
}

export interface LeasesOptions extends ReadOptions {
  /** Leases with this id and greater ones. */
  readonly from?: number;
  /** Leases per page, 1,000 at most and by default. */
  readonly limit?: number;
}

export interface RangeOptions extends ReadOptions, IntervalOptions {
  /** Keys per page, at most 10,000; 1,000 by default. */
  readonly limit?: number;
  /** About how many bytes of keys and values a page holds; 1 MiB by default. */
  readonly bytesMax?: number;
  readonly keysOnly?: boolean;
  /** The keys and records as they were after this revision; by default as they are now. */
  readonly revision?: number;
}
