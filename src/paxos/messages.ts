import type { Ballot, Slot } from "../base/ids.ts";
import type { Value } from "./value.ts";

/** Phase 1a, and the pull of each further page: `from` is the first slot wanted. */
export interface PrepareMessage {
  readonly kind: "prepare";
  readonly ballot: Ballot;
  readonly from: Slot;
  /** The ballot of the leader that handed over, or BALLOT_ZERO: waives stickiness at acceptors whose leader has exactly it. */
  readonly handOver: Ballot;
}

/** What an acceptor holds at one slot. A damaged slot says nothing: it is never counted as empty. */
export type SlotReport =
  | { readonly kind: "accepted"; readonly slot: Slot; readonly ballot: Ballot; readonly value: Value }
  | { readonly kind: "chosen"; readonly slot: Slot; readonly value: Value }
  | { readonly kind: "damaged"; readonly slot: Slot };

/**
 * Phase 1b, one page over [from, next). Slots of that range without a report are empty. Built only
 * while the acceptor's promise is exactly `ballot`. The set is complete when `next` has reached `end`.
 */
export interface PromiseMessage {
  readonly kind: "promise";
  readonly ballot: Ballot;
  readonly from: Slot;
  readonly next: Slot;
  /** One past the highest slot that this acceptor accepted or lost: above it everything is empty. */
  readonly end: Slot;
  readonly learned: Slot;
  readonly firstKept: Slot;
  /** Ascending. */
  readonly reports: readonly SlotReport[];
}

/** An explicit no, with the promise that stands in the way. */
export interface RejectMessage {
  readonly kind: "reject";
  readonly ballot: Ballot;
  readonly promised: Ballot;
  readonly of: "prepare" | "accept" | "heartbeat";
}

/** Phase 2a. `chosen` is the leader's chosen watermark. */
export interface AcceptMessage {
  readonly kind: "accept";
  readonly ballot: Ballot;
  readonly slot: Slot;
  readonly chosen: Slot;
  readonly value: Value;
}

/** Phase 2b: these slots are on the sender's disk at `ballot`. */
export interface AcceptedMessage {
  readonly kind: "accepted";
  readonly ballot: Ballot;
  /** Ascending, at least one. */
  readonly slots: readonly Slot[];
  readonly progress: Progress;
}

/** How far a member is; rides on acknowledgements. Watermarks are exclusive. */
export interface Progress {
  readonly learned: Slot;
  /** Every slot below is in the sender's durable state, or not needed by it any more. */
  readonly stateDurable: Slot;
  /** How long the sender's log writes take, ms: the outstanding one so far, or one of the last two seconds. */
  readonly writeAgeMs: number;
  /** Of the newest membership whose entry is below the learned watermark on the sender's disk. */
  readonly epoch: number;
}

/** Never retransmitted; one round of it confirms reads. */
export interface HeartbeatMessage {
  readonly kind: "heartbeat";
  readonly ballot: Ballot;
  /** Rises by one with each round of this ballot. */
  readonly round: number;
  /** The leader's chosen watermark, and its chain digest over all slots below. */
  readonly chosen: Slot;
  readonly digest: number;
  /** Slots below this are needed by no member: the group may truncate up to it. */
  readonly durableEverywhere: Slot;
  /** Whether the leader's own entry is chosen, so that reads may be asked of it. */
  readonly serving: boolean;
  /** The lease that is asked for, ms; 0: none. */
  readonly leaseMs: number;
  /** The epoch of the newest membership that is settled. */
  readonly settled: number;
}

export interface HeartbeatAckMessage {
  readonly kind: "heartbeat-ack";
  readonly ballot: Ballot;
  readonly round: number;
  readonly digest: number;
  /** Whether the lease is granted, from the receipt of that heartbeat. */
  readonly granted: boolean;
  readonly progress: Progress;
}

/** Asks whether a Prepare at `ballot` would be welcome; changes nothing on disk (I36). */
export interface PreVoteMessage {
  readonly kind: "pre-vote";
  readonly ballot: Ballot;
  readonly learned: Slot;
}

export interface PreVoteReplyMessage {
  readonly kind: "pre-vote-reply";
  readonly ballot: Ballot;
  readonly granted: boolean;
  /** The highest ballot that the sender has promised, for the candidate's next try. */
  readonly promised: Ballot;
  readonly learned: Slot;
}

/** Asks any member for chosen slots from `from` on, one page. */
export interface FetchMessage {
  readonly kind: "fetch";
  readonly from: Slot;
}

/** Chosen values of [from, from + values.length); empty when the sender has none of them. */
export interface ChosenMessage {
  readonly kind: "chosen";
  readonly from: Slot;
  readonly values: readonly Value[];
  /** The sender's own watermarks: `firstKept` above `from` means that only a snapshot helps. */
  readonly learned: Slot;
  readonly firstKept: Slot;
}

/** The leader of `ballot` has stopped for good and asks the recipient to stand. */
export interface HandOverMessage {
  readonly kind: "hand-over";
  readonly ballot: Ballot;
  readonly chosen: Slot;
}

/** A replica asks the leader for an index at which a read is linearizable; `id` is the asker's. */
export interface ReadIndexMessage {
  readonly kind: "read-index";
  readonly id: number;
}

export interface ReadIndexReplyMessage {
  readonly kind: "read-index-reply";
  readonly id: number;
  /** Undefined: refused, the one asked does not serve. */
  readonly index: Slot | undefined;
}

/** The closed union of what members say to each other within a group. */
export type Message =
  | PrepareMessage
  | PromiseMessage
  | RejectMessage
  | AcceptMessage
  | AcceptedMessage
  | HeartbeatMessage
  | HeartbeatAckMessage
  | PreVoteMessage
  | PreVoteReplyMessage
  | FetchMessage
  | ChosenMessage
  | HandOverMessage
  | ReadIndexMessage
  | ReadIndexReplyMessage;
