import type { Failure } from "../base/errors.ts";
import { BALLOT_ZERO, type Ballot, type Slot } from "../base/ids.ts";
import type { KeyRecord, Result } from "./command.ts";
import type { KeyEvent } from "./event.ts";
import type { Principal } from "./principal.ts";

/** What became of an executed command, as it is kept for a repeat. */
export type StoredOutcome =
  | { readonly kind: "result"; readonly result: Result }
  | { readonly kind: "failure"; readonly failure: Failure }
  /** Executed at `revision`, but the answer was above RESULT_BYTES_MAX. */
  | { readonly kind: "too-large"; readonly revision: number };

/** One executed command in a slot's row of the exactly-once table. Times in cluster ms. */
export interface ExecutedRecord {
  readonly client: Uint8Array;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly payloadHash: number;
  readonly keepUntilMs: number;
  /** The client's own: the largest `keepUntilMs` of all that it executed up to here. */
  readonly clientKeepUntilMs: number;
  readonly outcome: StoredOutcome;
}

/** A lease: it ends at `expiresMs` of cluster time, and lasts `ttlMs` from each keep-alive. */
export interface Lease {
  readonly ttlMs: number;
  /** 0: revoked; its last keys are about to go. */
  readonly expiresMs: number;
  /** The principal that it belongs to, when that may touch some keys alone. */
  readonly owner?: string;
}

/** What ends a key by itself: its own time in cluster ms, or its lease. */
export type Expiry =
  | { readonly kind: "ttl"; readonly expiresMs: number }
  | { readonly kind: "lease"; readonly leaseId: number };

/** A row as it stands after its slot: absolute, so that replaying it is harmless. */
export type Row =
  | { readonly table: "keys"; readonly key: Uint8Array; readonly record: KeyRecord | undefined }
  | {
      readonly table: "executed";
      readonly slot: Slot;
      readonly records: readonly ExecutedRecord[] | undefined;
    }
  | LeaseRow
  | ExpiryRow
  | PrincipalRow
  | TombstoneRow
  | EventRow;

export interface LeaseRow {
  readonly table: "leases";
  readonly id: number;
  readonly lease: Lease | undefined;
}

/** One for each key that does not stay. */
export interface ExpiryRow {
  readonly table: "expiries";
  readonly key: Uint8Array;
  readonly expiry: Expiry | undefined;
}

export interface PrincipalRow {
  readonly table: "principals";
  readonly id: string;
  readonly principal: Principal | undefined;
}

/** One for each absent key whose last change, its delete, may still be known. */
export interface TombstoneRow {
  readonly table: "tombstones";
  readonly key: Uint8Array;
  /** Of the delete; undefined: the key is there again. */
  readonly revision: number | undefined;
}

/** Consecutive changes of one slot. Rows come in the order of (revision, part), and are never changed. */
export interface EventRow {
  readonly table: "events";
  /** Of the last change in it. */
  readonly revision: number;
  /** Counts the rows of the slot from 0. */
  readonly part: number;
  /** At least one, in the order in which they were made. */
  readonly events: readonly KeyEvent[];
}

/** What the machine is besides its rows; written with every slice. */
export interface MachineMeta {
  readonly revision: number;
  readonly timeMs: number;
  /** The highest ballot at which any batch so far was stamped. */
  readonly reign: Ballot;
  /** Keys alive. */
  readonly keyCount: number;
  /** Keys alive that do not stay. */
  readonly expiryCount: number;
  readonly leaseCount: number;
  /** The greatest id that was chosen for a lease; no id is chosen twice. */
  readonly lastLeaseId: number;
  readonly principalCount: number;
  /** The greatest revision whose changes are forgotten; 0 when none are. */
  readonly compacted: number;
  /** How long the leader's lease is, ms; 0: there is none. */
  readonly leaderLeaseMs: number;
}

/** Before the first slot. */
export const FRESH_META: MachineMeta = {
  revision: 0,
  timeMs: 0,
  reign: BALLOT_ZERO,
  keyCount: 0,
  expiryCount: 0,
  leaseCount: 0,
  lastLeaseId: 0,
  principalCount: 0,
  compacted: 0,
  leaderLeaseMs: 0,
};

/** The rows of leases and of keys that do not stay, as they are stored; consume them once. */
export interface ExpiryRows {
  leases(): Iterable<{ readonly id: number; readonly lease: Lease }>;
  expiries(): Iterable<{ readonly key: Uint8Array; readonly expiry: Expiry }>;
}

/** All that applying one slot changes, besides `meta`. */
export interface SlotEffects {
  readonly slot: Slot;
  readonly rows: readonly Row[];
  /** The state's meta as it stands after the slot. */
  readonly meta: MachineMeta;
}

/** The keys as of some slot. Returned arrays are the caller's to read, nobody's to change. */
export interface StateReader {
  get(key: Uint8Array): KeyRecord | undefined;
  /** Keys in [start, end), ascending; `end` undefined: to the last one. Consume it within the turn. */
  range(start: Uint8Array, end: Uint8Array | undefined): Iterable<readonly [Uint8Array, KeyRecord]>;
}

/**
 * The changes that are kept, as of the same slot as the keys. What is at or below `compacted` may still be
 * there or not: nodes remove it when it suits them.
 */
export interface ChangeReader {
  /** The revision at which an absent key was deleted; undefined when that is not known any more. */
  tombstone(key: Uint8Array): number | undefined;
  /** The same of all absent keys in [start, end) of which it is known, ascending. Consume it within the turn. */
  tombstones(start: Uint8Array, end: Uint8Array | undefined): Iterable<readonly [Uint8Array, number]>;
  /** Rows of revision `from` and later, ascending. Consume it within the turn. */
  eventRows(from: number): Iterable<EventRow>;
}

/** All that is read of a state. */
export type AppliedState = StateReader & ChangeReader;
