import type { GroupId, NodeId, Slot } from "../base/ids.ts";
import type { Principal } from "../kv/principal.ts";
import type { AppliedState, ExecutedRecord, ExpiryRows, MachineMeta, Row } from "../kv/state.ts";
import type { Write } from "../paxos/effects.ts";
import type { LogReader, RecoveredLog } from "../paxos/log-reader.ts";
import type { Membership } from "../paxos/membership.ts";
import type { SnapshotStorage } from "./snapshot.ts";

/** Who this data directory belongs to; written once by `init`, `startCount` by every start. */
export interface Identity {
  /** 32 bytes: the hash of the genesis record. */
  readonly clusterId: Uint8Array;
  readonly node: NodeId;
  /** 16 random bytes made by `init`. */
  readonly incarnation: Uint8Array;
  /** 1 at the first start, +1 on disk before the first packet of each. */
  readonly startCount: number;
  readonly genesis: Membership;
  /** Of a node that joined later: the membership that it was added by, which is settled. */
  readonly joined?: Membership;
}

/** What is remembered of a member met before: a wiped or copied disk under its id is told apart. */
export interface PeerRecord {
  readonly node: NodeId;
  readonly incarnation: Uint8Array;
  readonly startCount: number;
}

/** A part of one atomic commit of the log environment, in order. */
export type LogWrite =
  | { readonly kind: "group"; readonly group: GroupId; readonly writes: readonly Write[] }
  | { readonly kind: "peer"; readonly peer: PeerRecord };

/** Merged effects of the whole slots [from, watermark): each row as it stood after the last of them. */
export interface Slice {
  readonly from: Slot;
  readonly watermark: Slot;
  readonly rows: readonly Row[];
  readonly meta: MachineMeta;
  /** The chain digest at the watermark. */
  readonly digest: number;
  /** The hash of the state at the watermark. */
  readonly stateHash: number;
  /** As the slots below the watermark made it. */
  readonly membership: Membership;
}

export interface RecoveredState extends ExpiryRows {
  /** Every slot below is in the state. 1 when fresh. */
  readonly watermark: Slot;
  readonly meta: MachineMeta;
  /** The chain digest at the watermark. */
  readonly digest: number;
  /** The hash of the state at the watermark. */
  readonly stateHash: number;
  /** As of the watermark. */
  readonly membership: Membership;
  /** The rows of the exactly-once table, ascending by slot; consume it once, before the first flush. */
  executed(): Iterable<{ readonly slot: Slot; readonly records: readonly ExecutedRecord[] }>;
  principals(): Iterable<{ readonly id: string; readonly principal: Principal }>;
}

/** The applied state of one group on disk. */
export interface StateStorage extends AppliedState {
  /** There is none, and neither log nor snapshot here make one: it looks fresh, and must be neither read nor flushed. */
  readonly isLost: boolean;
  /** Why a state that is there counts as lost: it is wrong. Undefined: no such thing is known. */
  readonly fence: string | undefined;
  readonly recovered: RecoveredState;
  /**
   * Writes one slice in one durable transaction; `from` continues the last one. One at a time. `done`
   * runs as a turn of its own; from then on reads of this object see the slice, and did not before.
   */
  flush(slice: Slice, done: () => void): void;
  /** Bytes in use, for people and quotas. */
  bytes(): number;
}

/**
 * A node's disk. Nothing here returns an error: a write that fails, hangs or surprises ends the process
 * through the injected `fatal`, and nothing more is said to anyone.
 */
export interface Storage {
  readonly identity: Identity;
  readonly peers: readonly PeerRecord[];
  recoverLog(group: GroupId): RecoveredLog;
  logReader(group: GroupId): LogReader;
  /**
   * One durable atomic commit; `done` runs as a turn of its own once it is on disk. At most one is under
   * way: the caller gathers while it waits (group commit). While one with an `install` is, no flush is.
   */
  writeLog(writes: readonly LogWrite[], done: () => void): void;
  /** A new object once an `install` is durable: the one before must not be used any more. */
  state(group: GroupId): StateStorage;
  snapshots(group: GroupId): SnapshotStorage;
  /** Bytes of the log environment in use. */
  logBytes(): number;
  /** Ends cleanly; nothing may be under way. */
  close(): Promise<void>;
}
