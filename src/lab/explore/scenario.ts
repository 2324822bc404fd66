import { unreachable } from "../../base/assert.ts";
import { type Ballot, type NodeId, nodeId, type Slot } from "../../base/ids.ts";
import type { Membership } from "../../paxos/membership.ts";
import { without, withVote } from "../../paxos/membership-step.ts";
import type { Message } from "../../paxos/messages.ts";

/** What a member's disk holds at the beginning, as ballots of an earlier time left it. */
export interface DiskAtStart {
  /** Ascending; the last one stands, all of them were said. */
  readonly promised: readonly Ballot[];
  readonly accepted: readonly { readonly slot: Slot; readonly ballot: Ballot; readonly text: string }[];
}

/** How often each member may do something, by its place (n1 first); members not listed never do. */
export type PerMember = readonly number[];

/** A change of the membership that the leader `by` may be told to make. */
export interface ScenarioChange {
  readonly by: number;
  /** `swap`: `member` goes and the learner `other` gets its vote, in one entry. */
  readonly kind: "promote" | "remove" | "swap";
  readonly member: number;
  readonly other?: number;
}

/** What surely happens before the search begins. */
export type PreludeStep =
  | { readonly kind: "stand" | "propose" | "beat" | "change"; readonly member: number }
  /** It loses the record of this slot, and starts again. */
  | { readonly kind: "lose"; readonly member: number; readonly slot: Slot }
  /** These members' messages to each other (`only` of some kinds) arrive, and their writes end, until nothing new comes of it. */
  | {
      readonly kind: "settle";
      readonly members: readonly number[];
      readonly only?: readonly Message["kind"][];
    };

/**
 * A small instance: who is there and what may happen. Messages may always be lost, late, out of order and
 * doubled without bound; everything else is bounded here.
 */
export interface Scenario {
  readonly name: string;
  /** One line: what is looked for. */
  readonly about: string;
  readonly voters: number;
  /** Members without a vote, behind the voters. */
  readonly learners?: number;
  /** Proposals for slots above this one are always lost. */
  readonly slots: number;
  /** Its election time-out passes and a quorum grants it a pre-vote, whoever says what. */
  readonly stands: PerMember;
  /** A leader that serves takes a value from a client. */
  readonly proposals: PerMember;
  /** 50 ms pass, and a tick: a leader's heartbeats, a follower's patience. */
  readonly beats?: PerMember;
  /** Ballots beyond one for each time that it stands: a leader that a minority has overtaken prepares again. */
  readonly extraBallots?: PerMember;
  readonly reads?: PerMember;
  /** A serving leader is told to hand over to this member. */
  readonly handOver?: { readonly from: number; readonly to: number };
  /** What leaders are told to change, each at most once by the member that it names. */
  readonly changes?: readonly ScenarioChange[];
  /** Crashes with a restart at once, in the whole group, at any moment, before each write too. */
  readonly crashes?: number;
  /** How many of the crashes may take one record of the log with them. */
  readonly damages?: number;
  /** Slow: a write ends at some later time, as an event of its own. Absent: at once. */
  readonly disk?: "slow";
  /** Messages that never arrive. */
  readonly lost?: readonly Message["kind"][];
  /**
   * Of the promises that an acceptor gives one ballot from one slot on, all but the first are lost: a Prepare
   * that arrives again, after the acceptor has accepted more, is answered with more. Absent: none is lost.
   */
  readonly promises?: "once";
  /** Pre-votes are messages like others, and members that heard nobody grant them. Absent: out of sight. */
  readonly preVotes?: "real";
  readonly start?: readonly DiskAtStart[];
  /** Absent: the search begins with processes just started. */
  readonly prelude?: readonly PreludeStep[];
  /** Steps from the beginning to which it is searched by default; absent: until nothing new is found. */
  readonly depth?: number;
}

/** What happens to one member; the rest of the group does not notice but by messages. */
export type MemberEvent =
  | { readonly kind: "deliver"; readonly message: number }
  | { readonly kind: "stand" }
  | { readonly kind: "beat" }
  | { readonly kind: "propose" }
  /** `least`: what anybody had learned when the read began. */
  | { readonly kind: "read"; readonly least: Slot }
  | { readonly kind: "hand-over"; readonly to: NodeId }
  /** By place in the scenario. */
  | { readonly kind: "change"; readonly change: number }
  | { readonly kind: "disk" }
  | { readonly kind: "restart"; readonly damaged: Slot | undefined }
  /** `event` happens, but before its write number `write` (from 0) the process dies and starts again. */
  | { readonly kind: "torn"; readonly event: MemberEvent; readonly write: number };

export function changedBy(membership: Membership, { kind, member, other }: ScenarioChange): Membership {
  switch (kind) {
    case "promote":
      return withVote(membership, nodeId(member));
    case "remove":
      return without(membership, nodeId(member));
    case "swap": {
      const swapped = withVote(without(membership, nodeId(member)), nodeId(other ?? member));
      return { ...swapped, epoch: membership.epoch + 1 };
    }
    default:
      return unreachable(kind);
  }
}

export function countAt(counts: PerMember | undefined, index: number): number {
  return counts?.[index] ?? 0;
}

/** How many of the group's crashes and damages an event takes. */
export function faultsOf(event: MemberEvent): { readonly crashes: number; readonly damages: number } {
  if (event.kind === "torn") return { crashes: 1, damages: 0 };
  if (event.kind !== "restart") return { crashes: 0, damages: 0 };
  return { crashes: 1, damages: event.damaged === undefined ? 0 : 1 };
}
