import type { KeyRecord, Result, StepAnswer } from "../kv/command.ts";
import type { LeaseItem, PrincipalItem, RangeItem } from "../wire/client-messages.ts";
import type { ReadLevel } from "./options.ts";

/** How fresh an answer is. */
export interface FreshAnswer {
  /** The level that the read was given: what it asked for, or better. */
  readonly level: ReadLevel;
  /**
   * Unless the read asked for `linearizable`: every change that was acknowledged more than so many ms before the
   * node answered is in the answer. Undefined when the node cannot tell.
   */
  readonly stalenessMs: number | undefined;
}

/** What every answer tells besides its content. */
export interface Answered {
  /** The store's revision when it was answered; of a change, the one that it took. */
  readonly revision: number;
  /** The name of the node that answered. */
  readonly servedBy: string;
  /** Of a change: whether this is the stored answer to a request that was executed before. */
  readonly repeated?: true;
}

type ReplyOf<Kind extends Result["kind"]> = Answered & Omit<Extract<Result, { kind: Kind }>, "kind">;

export type PutReply = ReplyOf<"put">;
export type DeleteReply = ReplyOf<"delete">;
/** `count`: the keys stored, all at one revision. */
export type PutAllReply = ReplyOf<"put-all">;
/** `changed` is false when `max`, `min` or `set-if-absent` found nothing to do. */
export type ModifyReply = ReplyOf<"modify">;
/** `succeeded` tells which list was done, `answers` has one entry for each of its steps. */
export type TxnReply = ReplyOf<"txn">;
export type TxnAnswer = StepAnswer;

export interface DeleteRangeReply extends Answered {
  /** Keys deleted, over all steps. */
  readonly count: number;
  /** Whether the range held more than `limit` allowed. */
  readonly more: boolean;
}

/** `touched` is false when there is no such key. */
export type TouchReply = ReplyOf<"touch">;
export type GrantReply = ReplyOf<"lease-grant">;
export type KeepAliveReply = ReplyOf<"lease-keep-alive">;
/** `count`: keys deleted at once; with `more` the others go in the slots that follow. */
export type RevokeReply = ReplyOf<"lease-revoke">;

export type PrincipalReply = Answered;

export interface PrincipalsReply extends Answered, FreshAnswer {
  /** Ascending by id. */
  readonly principals: readonly PrincipalItem[];
}

/** `compacted`: the greatest revision whose changes are forgotten now, which an earlier request may have named. */
export type CompactReply = ReplyOf<"compact">;

export interface GetReply extends Answered, FreshAnswer {
  readonly record: KeyRecord | undefined;
  /** In how many ms of cluster time the key ends, unless it is prolonged; undefined when it stays. */
  readonly timeLeftMs: number | undefined;
}

/** A change of a key at a revision. */
export type KeyChange = PutChange | DeleteChange;

interface ChangeAt {
  readonly key: Uint8Array;
  /** Shared by all changes of one request. */
  readonly revision: number;
  /** Of the key's change before this one, a delete included; 0 when none is known. */
  readonly previousRevision: number;
}

export interface PutChange extends ChangeAt {
  readonly kind: "put";
  /** As it is after the change. */
  readonly record: KeyRecord;
}

/** The key was deleted, or its time was over. */
export interface DeleteChange extends ChangeAt {
  readonly kind: "delete";
}

/** What a watch tells; told apart by `kind`: put, delete, progress. */
export type WatchEvent =
  | (KeyChange & {
      /** What was there before, if it was asked for, was there, and is still in the retained window. */
      readonly previous: KeyRecord | undefined;
      /** Whether it is the last of its revision: a watch that goes on at the next one misses nothing. */
      readonly endsRevision: boolean;
    })
  /** All changes up to and with `revision` were told. */
  | { readonly kind: "progress"; readonly revision: number };

export interface RangePage extends Answered, FreshAnswer {
  /** Ascending by key; may be empty. */
  readonly items: readonly RangeItem[];
  /** Whether there are more: the next page starts right after the last key. */
  readonly more: boolean;
}

export interface LeasesPage extends Answered, FreshAnswer {
  /** Ascending by id, without the names of their keys. */
  readonly leases: readonly LeaseItem[];
  /** Whether there are more: the next page starts at the last id and one. */
  readonly more: boolean;
}

export interface LeaseReply extends Answered, FreshAnswer {
  /** With its first 1,000 keys; undefined when there is no such lease. */
  readonly lease: LeaseItem | undefined;
}

/** Who holds a lock or an office. */
export interface Holder {
  readonly key: Uint8Array;
  /** The fencing token: greater than that of every holder before. */
  readonly token: number;
  readonly leaseId: number;
  readonly value: Uint8Array;
}

/** A lock that a lease has which the caller keeps alive. */
export interface Claim {
  /** With `token` a fence. */
  readonly key: Uint8Array;
  /** Greater than that of every holder before. */
  readonly token: number;
  readonly leaseId: number;
  /** One at which the lock was held. */
  readonly revision: number;
}

export interface LockReply {
  /** Undefined when nobody has it. */
  readonly holder: Holder | undefined;
  /** How many wait for it. */
  readonly waiters: number;
  /** The store's revision when it was read. */
  readonly revision: number;
}

export interface PingReply {
  readonly servedBy: string;
  /** From asking to the answer, the handshake excluded when a link was up. */
  readonly elapsedMs: number;
}
