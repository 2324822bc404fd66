import type { Address } from "../base/seams.ts";
import type { Membership } from "../paxos/membership.ts";

/** One change of who is in the cluster. Members are named as people name them. */
export type MemberStep =
  | {
      readonly kind: "add";
      readonly name: string;
      readonly address: Address;
      /** Whether it gets a vote as soon as it has caught up; else it stays a learner. */
      readonly vote: boolean;
    }
  /** A learner gets a vote. */
  | { readonly kind: "promote"; readonly name: string }
  | { readonly kind: "remove"; readonly name: string };

/** Asks the leader for one change; answered when it is settled, or with the reason why not. */
export interface ChangeMembersRequest {
  readonly kind: "change-members";
  readonly id: number;
  readonly timeoutMs: number;
  /** Of the membership that the asker has seen: under any other it is not made. 0: whichever is in force. */
  readonly epoch: number;
  readonly step: MemberStep;
  /** Whether only to say what would be. */
  readonly dryRun: boolean;
}

/** Who is in the cluster, as its leader knows it. */
export interface MembersView {
  /** 32 bytes. */
  readonly clusterId: Uint8Array;
  readonly genesis: Membership;
  readonly membership: Membership;
  /** Whether a majority has it on disk: only then may it be changed. */
  readonly settled: boolean;
}
