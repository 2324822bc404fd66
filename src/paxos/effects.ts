import type { Ballot, NodeId, Slot } from "../base/ids.ts";
import type { ChangeRefusal } from "./change-refusal.ts";
import type { LogEntry } from "./log-reader.ts";
import type { MemberRole, Membership } from "./membership.ts";
import type { Message } from "./messages.ts";
import type { Value } from "./value.ts";

/** Everything that can happen to a replica. Time is an argument of `step`, monotonic ms. */
export type Input =
  | { readonly kind: "tick" }
  | { readonly kind: "received"; readonly from: NodeId; readonly message: Message }
  /** Only while `canPropose()`; the slot it got is `effects.proposed`. */
  | { readonly kind: "propose"; readonly bytes: Uint8Array }
  /** All writes of effects with `writeSequence` up to this one are on disk. */
  | { readonly kind: "durable"; readonly writeSequence: number }
  /** A linearizable read arrived: its index comes as a `ReadOutcome` with the same id. */
  | { readonly kind: "read"; readonly id: number }
  /** The state holds every slot below durably; the log below what all members hold may go. */
  | { readonly kind: "state-durable"; readonly watermark: Slot }
  /** There is no state, and the log does not reach back far enough to make one. */
  | { readonly kind: "state-lost" }
  /** A state was built that helps (`view.needed`): it takes the present one's place, which is one write. */
  | {
      readonly kind: "install";
      readonly watermark: Slot;
      /** The chain digest there. */
      readonly digest: number;
      /** As the slots below made it. */
      readonly membership: Membership;
      /** Its number on the disk. */
      readonly state: number;
    }
  /** The log stays from here on, whoever has it: it follows a snapshot. Undefined: none that counts. */
  | { readonly kind: "keep-log"; readonly from: Slot | undefined }
  /** An operator wants no more of the log to be kept for others than this. */
  | { readonly kind: "shorten-log"; readonly keep: number }
  /** An operator's, or the stopping node's, wish that `to` should lead (NOBODY: the best follower). */
  | { readonly kind: "hand-over"; readonly to: NodeId }
  /** The log has set the leader's lease, ms; 0: off. In the order of slots. */
  | { readonly kind: "lease"; readonly leaseMs: number }
  /** An operator's wish that this node should lead, when no leader answers: without a pre-vote, not without promises. */
  | { readonly kind: "stand" }
  /** An operator's wish; only while `changeRefusal()` gives no reason against it. */
  | { readonly kind: "change"; readonly membership: Membership };

/** One change to the log. The writes of one effects are one atomic batch, in order. */
export type Write =
  | { readonly kind: "promised"; readonly ballot: Ballot }
  | { readonly kind: "entry"; readonly entry: LogEntry }
  /** Every slot in [firstKept, watermark) holds here the chosen value. Needs no commit of its own: it may wait for the next one. */
  | { readonly kind: "learned"; readonly watermark: Slot; readonly digest: number }
  /** Rows below are garbage. May wait for the next commit, too. */
  | { readonly kind: "truncate"; readonly below: Slot }
  /**
   * The state that was built from a snapshot takes the old one's place: it holds every slot below `watermark`,
   * and the log begins there. The promise, and the entries at and above it, stay as they are.
   */
  | {
      readonly kind: "install";
      /** Above the learned watermark. */
      readonly watermark: Slot;
      /** The chain digest at the watermark. */
      readonly digest: number;
      /** The number that the builder gave the state. */
      readonly state: number;
    }
  /** From slot `since` on this membership governs; in one batch with the watermark that passes its entry. */
  | { readonly kind: "membership"; readonly since: Slot; readonly membership: Membership };

export interface Envelope {
  readonly to: NodeId;
  readonly message: Message;
}

/** One message to several members, to be encoded once. */
export interface Broadcast {
  readonly to: readonly NodeId[];
  readonly message: Message;
}

export interface ChosenEntry {
  readonly slot: Slot;
  /** For a value proposed here, the very object that was proposed. */
  readonly value: Value;
}

/** `index`: answer once every slot below it is applied. Undefined: nobody is known to lead. */
export interface ReadOutcome {
  readonly id: number;
  readonly index: Slot | undefined;
}

/** What is worth a line in the log of the node; none of it changes what the protocol does. */
export type Notice =
  | { readonly kind: "became-candidate"; readonly ballot: Ballot }
  | { readonly kind: "became-leader"; readonly ballot: Ballot }
  /** The own first entry is chosen: reads and writes are served. */
  | { readonly kind: "serving"; readonly ballot: Ballot }
  | { readonly kind: "stepped-down"; readonly ballot: Ballot; readonly reason: string }
  /** The own writes lag, and office goes to `target`, whose disk keeps up. */
  | {
      readonly kind: "slow-disk";
      readonly ballot: Ballot;
      readonly target: NodeId;
      /** Of the own outstanding write. */
      readonly writeAgeMs: number;
    }
  | { readonly kind: "following"; readonly leader: NodeId; readonly ballot: Ballot }
  /** `role`: this node's own from here on. */
  | {
      readonly kind: "membership-changed";
      readonly epoch: number;
      readonly role: MemberRole | "none";
    }
  /** An entry made for another membership than the one in force was chosen, and changes nothing. */
  | { readonly kind: "membership-void"; readonly epoch: number; readonly replaces: number }
  | { readonly kind: "membership-settled"; readonly epoch: number }
  /** A change that was begun is not proposed after all. */
  | { readonly kind: "change-dropped"; readonly epoch: number; readonly reason: ChangeRefusal }
  | { readonly kind: "alarm"; readonly text: string };

/**
 * What must follow from one input, in this order: `messages` may leave at once; `writes` go to disk as
 * one batch; `messagesAfterWrites` leave only once those writes, and all before them, are on disk.
 */
export interface Effects {
  readonly writes: readonly Write[];
  /** Names this batch of writes, rising; 0 when there are none. */
  readonly writeSequence: number;
  /** Whether somebody waits for the writes; otherwise they may ride on the next batch that is urgent. */
  readonly urgent: boolean;
  readonly messages: readonly Broadcast[];
  readonly messagesAfterWrites: readonly Envelope[];
  /** Ascending, contiguous with all chosen before. */
  readonly chosen: readonly ChosenEntry[];
  readonly reads: readonly ReadOutcome[];
  /** The slot that a `propose` input got. */
  readonly proposed: Slot | undefined;
  readonly notices: readonly Notice[];
}

/** How the group looks from here; cheap to read after each step. */
export interface ReplicaView {
  /** A leader that repeats Prepare under a higher round stays `leader`, not serving meanwhile. */
  readonly role: "follower" | "candidate" | "leader";
  /** Leader with an entry of its own ballot chosen, and a quorum heard of lately. */
  readonly serving: boolean;
  /** The own ballot when leading, else that of the leader heard last, else the promise. */
  readonly ballot: Ballot;
  readonly promised: Ballot;
  /** The highest ballot of any entry ever accepted here. */
  readonly acceptedMax: Ballot;
  /** Who leads, as far as a heartbeat within the election time-out tells; NOBODY otherwise. */
  readonly leader: NodeId;
  readonly chosen: Slot;
  readonly firstKept: Slot;
  readonly end: Slot;
  readonly digest: number;
  /** Until when of the node's own clock a read needs no round, ms; 0: it has no lease. */
  readonly leaseUntilMs: number;
  /** Unchosen slots that this leader has proposed. */
  readonly inFlight: number;
  readonly damaged: number;
  /** The least watermark of a snapshot that this node needs, since no log reaches back so far; undefined: none. */
  readonly needed: Slot | undefined;
  /** Of the membership that governs from `chosen` on. */
  readonly epoch: number;
  /** The epoch of the newest membership that is settled, as far as this node was told. */
  readonly settled: number;
}
