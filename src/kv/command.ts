import type { Ballot } from "../base/ids.ts";
import type { Role } from "./principal.ts";

/** What a client wants done to the data; each takes at most one revision. */
export type Operation =
  | PutOperation
  | DeleteOperation
  | DeleteRangeOperation
  | PutAllOperation
  | ModifyOperation
  | TxnOperation
  | TouchOperation
  | LeaseOperation
  | PrincipalOperation
  | CompactOperation
  | ConfigureOperation;

/** How long a key lives after it is put; without one it stays. */
export type Lifetime =
  /** So long in cluster time, by itself. */
  | { readonly kind: "ttl"; readonly ttlMs: number }
  /** As long as the lease. */
  | { readonly kind: "lease"; readonly leaseId: number };

/** What must hold of a key, or it is left alone. */
export type Condition =
  /** The record was changed last at this revision; 0: there is none. */
  | { readonly kind: "revision"; readonly revision: number }
  /** There is a record, with exactly this value. */
  | { readonly kind: "value"; readonly value: Uint8Array };

/** A lock that must be held: the record of its key is the one that was made at the revision `token`. */
export interface Fence {
  readonly key: Uint8Array;
  readonly token: number;
}

/** A change of keys that is done only while the lock is held, if one is named. */
export interface Fenced {
  readonly fence?: Fence;
}

export interface PutOperation extends Fenced {
  readonly kind: "put";
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** Whether to return the previous record. */
  readonly previous: boolean;
  readonly condition?: Condition;
  readonly lifetime?: Lifetime;
  /** As with leases, here and below: of no others may its keys be. */
  readonly owner?: string;
}

export interface DeleteOperation extends Fenced {
  readonly kind: "delete";
  readonly key: Uint8Array;
  readonly previous: boolean;
  readonly condition?: Condition;
}

/** Keys in [start, end), `end` undefined: to the last one. */
export interface KeyInterval {
  readonly start: Uint8Array;
  readonly end: Uint8Array | undefined;
}

export interface DeleteRangeOperation extends KeyInterval, Fenced {
  readonly kind: "delete-range";
  readonly extent: Extent;
}

/** How much of a range goes in one request, 10,000 keys at most. */
export type Extent =
  /** The first so many keys; the answer says whether there are more. */
  | { readonly kind: "up-to"; readonly keys: number }
  /** The whole range if it holds so many keys, and otherwise nothing. */
  | { readonly kind: "exactly"; readonly keys: number };

export interface Entry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly lifetime?: Lifetime;
}

/** All entries or none; no key twice. */
export interface PutAllOperation extends Fenced {
  readonly kind: "put-all";
  readonly entries: readonly Entry[];
  readonly owner?: string;
}

/**
 * How a value is made from the present one. Numbers are signed 64-bit decimal text; an absent key counts
 * as 0 for `incr`, as empty for `append` and `prepend`, and as no document for `json-merge` (RFC 7386).
 */
export type Change =
  | {
      readonly kind: "incr" | "max" | "min" | "append" | "prepend" | "set-if-absent" | "json-merge";
      readonly argument: Uint8Array;
    }
  /** Stores `argument` in the place of exactly `expected`. */
  | { readonly kind: "cas"; readonly expected: Uint8Array; readonly argument: Uint8Array };

/** A read-modify-write of one key, which ends when it would have ended before. */
export interface ModifyOperation extends Fenced {
  readonly kind: "modify";
  readonly key: Uint8Array;
  readonly change: Change;
  /** Whether to return the value as it is afterwards. */
  readonly returnsValue: boolean;
  readonly previous: boolean;
}

export type Relation = "=" | "!=" | "<" | ">";

/** A question about a key. The numbers of an absent one are 0; its value equals none, and is above and below none. */
export type Compare =
  | { readonly target: "exists"; readonly key: Uint8Array; readonly exists: boolean }
  | {
      readonly target: "value";
      readonly key: Uint8Array;
      readonly relation: Relation;
      readonly value: Uint8Array;
    }
  | {
      readonly target: "version" | "create-revision" | "mod-revision";
      readonly key: Uint8Array;
      readonly relation: Relation;
      readonly number: number;
    };

/** One operation of a transaction; a range goes whole. */
export type TxnStep =
  | {
      readonly kind: "put";
      readonly key: Uint8Array;
      readonly value: Uint8Array;
      readonly previous: boolean;
      readonly lifetime?: Lifetime;
    }
  | { readonly kind: "delete"; readonly key: Uint8Array; readonly previous: boolean }
  | ({ readonly kind: "delete-range" } & KeyInterval)
  | { readonly kind: "get"; readonly key: Uint8Array };

/** If all compares hold the steps are done, in order, otherwise the others; no list changes a key twice. */
export interface TxnOperation extends Fenced {
  readonly kind: "txn";
  readonly compares: readonly Compare[];
  readonly steps: readonly TxnStep[];
  readonly otherwise: readonly TxnStep[];
  readonly owner?: string;
}

/** Gives a key so long to live from now on, without writing it anew; a key of a lease is refused. */
export interface TouchOperation extends Fenced {
  readonly kind: "touch";
  readonly key: Uint8Array;
  readonly ttlMs: number;
}

/** `owner`: a principal that may touch some keys alone. It has leases of its own, and finds no others. */
export type LeaseOperation =
  /** `leaseId` 0: the machine chooses one that it has never chosen before. */
  | {
      readonly kind: "lease-grant";
      readonly leaseId: number;
      readonly ttlMs: number;
      readonly owner?: string;
    }
  /** Its whole time begins again. */
  | { readonly kind: "lease-keep-alive"; readonly leaseId: number; readonly owner?: string }
  /** Ends it, and deletes its keys: the first 10,000 at once, the others in the slots that follow. */
  | { readonly kind: "lease-revoke"; readonly leaseId: number; readonly owner?: string };

/** A change of who may use the cluster; `verifier` has 32 bytes, made of the secret. */
export type PrincipalOperation =
  | {
      readonly kind: "principal-create";
      readonly id: string;
      readonly role: Role;
      /** All keys that it may touch start with this; empty: any. */
      readonly prefix: Uint8Array;
      readonly verifier: Uint8Array;
    }
  /** Another secret for the same principal; the one before stays good for so long in cluster time. */
  | {
      readonly kind: "principal-rotate";
      readonly id: string;
      readonly verifier: Uint8Array;
      readonly graceMs: number;
    }
  | { readonly kind: "principal-revoke"; readonly id: string };

/** Forgets the changes at `revision` and earlier; a revision that is not reached yet counts as the last one. */
export interface CompactOperation {
  readonly kind: "compact";
  readonly revision: number;
}

/** Sets what holds for the whole cluster. */
export interface ConfigureOperation {
  readonly kind: "configure";
  /** Of the leader's lease, ms; 0: off. */
  readonly leaderLeaseMs: number;
}

/**
 * Who asks, so that a repeat is recognised however often and wherever it arrives. `client` is 16 random
 * bytes, new per client object; `sequence` counts from 1; results up to and including `acknowledged` will
 * never be asked for again; `deadlineMs` is a point in cluster time, fixed with the payload.
 */
export interface RequestIdentity {
  readonly client: Uint8Array;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly deadlineMs: number;
}

export interface Command {
  readonly identity: RequestIdentity;
  readonly operation: Operation;
  /** The operation as the client encoded it: what is hashed to tell a repeat from a reused sequence. */
  readonly payload: Uint8Array;
}

/** The content of one slot. An empty one moves cluster time alone. */
export interface Batch {
  /** Cluster time that the leader proposes, ms; a smaller one than the last is legal and has no effect. */
  readonly stampMs: number;
  /** The leader's wall clock, ms since 1970: for people alone. */
  readonly wallMs: number;
  /** The ballot at which its stamp was given. A batch brought back behind a later leader's has no effect on time. */
  readonly reign: Ballot;
  readonly commands: readonly Command[];
}

/** A key's current state. Revisions count from 1; `leaseId` 0 is none. */
export interface KeyRecord {
  readonly value: Uint8Array;
  readonly createRevision: number;
  readonly modRevision: number;
  /** 1 when created, +1 with each put; starts again after a delete. */
  readonly version: number;
  readonly leaseId: number;
}

/** What an executed operation answers. `revision` is the store's revision after it. */
export type Result =
  | {
      readonly kind: "put";
      readonly revision: number;
      readonly createRevision: number;
      readonly version: number;
      readonly previous: KeyRecord | undefined;
    }
  | {
      readonly kind: "delete";
      readonly revision: number;
      readonly deleted: boolean;
      readonly previous: KeyRecord | undefined;
    }
  | {
      readonly kind: "delete-range";
      readonly revision: number;
      /** Keys deleted. */
      readonly count: number;
      /** Whether the range holds more. */
      readonly more: boolean;
    }
  | { readonly kind: "put-all"; readonly revision: number; readonly count: number }
  | ModifyResult
  | {
      readonly kind: "txn";
      readonly revision: number;
      /** Whether all compares held. */
      readonly succeeded: boolean;
      /** One per step of the list that was done. */
      readonly answers: readonly StepAnswer[];
    }
  /** `touched` is false when there is no such key, or its time is over. */
  | { readonly kind: "touch"; readonly revision: number; readonly touched: boolean }
  | LeaseResult
  | PrincipalResult
  /** `compacted`: the greatest revision whose changes are forgotten. */
  | { readonly kind: "compact"; readonly revision: number; readonly compacted: number }
  | { readonly kind: "configure"; readonly revision: number; readonly leaderLeaseMs: number };

interface LeaseAnswer {
  readonly revision: number;
  readonly leaseId: number;
  readonly ttlMs: number;
}

export type LeaseResult =
  | ({ readonly kind: "lease-grant" } & LeaseAnswer)
  | ({ readonly kind: "lease-keep-alive" } & LeaseAnswer)
  | {
      readonly kind: "lease-revoke";
      readonly revision: number;
      /** Keys deleted at once. */
      readonly count: number;
      /** Whether it had more, which go in the slots that follow. */
      readonly more: boolean;
    };

export type PrincipalResult =
  | { readonly kind: "principal-create"; readonly revision: number }
  | { readonly kind: "principal-rotate"; readonly revision: number }
  | { readonly kind: "principal-revoke"; readonly revision: number };

export interface ModifyResult {
  readonly kind: "modify";
  readonly revision: number;
  /** False when the record may stay as it is: `max`, `min` and `set-if-absent` then take no revision. */
  readonly changed: boolean;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  /** As it is afterwards, if that was asked for. */
  readonly value: Uint8Array | undefined;
  readonly previous: KeyRecord | undefined;
}

export type StepAnswer =
  | {
      readonly kind: "put";
      readonly createRevision: number;
      readonly version: number;
      readonly previous: KeyRecord | undefined;
    }
  | { readonly kind: "delete"; readonly deleted: boolean; readonly previous: KeyRecord | undefined }
  | { readonly kind: "delete-range"; readonly count: number }
  | { readonly kind: "get"; readonly record: KeyRecord | undefined };
