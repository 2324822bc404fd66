import type { NodeId, Slot } from "../base/ids.ts";
import type { Address } from "../base/seams.ts";

/** `joining`: a learner that whoever leads gives a vote once it has caught up. */
export type MemberRole = "voter" | "learner" | "joining";

export interface Member {
  readonly id: NodeId;
  /** What people type: `n1`. */
  readonly name: string;
  readonly address: Address;
  readonly role: MemberRole;
  /** 16 random bytes made by `init`: a wiped or foreign disk under an old id has another. */
  readonly incarnation: Uint8Array;
}

/** Who votes, from the slot after the entry that brought it (genesis: from slot 1). */
export interface Membership {
  /** Counts changes; genesis is 1. */
  readonly epoch: number;
  /** Ascending by id, at least one voter. */
  readonly members: readonly Member[];
  /** The id of the next node that joins: above all that ever were members, for an id is never used again. */
  readonly nextNodeId: number;
}

/** A membership and the first slot that it governs. */
export interface GoverningMembership {
  readonly since: Slot;
  readonly membership: Membership;
}
