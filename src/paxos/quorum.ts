import { assert, present } from "../base/assert.ts";
import type { NodeId } from "../base/ids.ts";
import type { Membership } from "./membership.ts";

/** A set of voters: bit `index` stands for `voters[index]`. Nobody else has a bit, so nobody else counts. */
export type VoterSet = number;

/** A set of voters is the bits of a small integer. */
export const VOTERS_MAX = 30;

/**
 * Who votes and how many are enough, as a value computed from a membership. Phase 1 and phase 2 both
 * take a majority: every two quorums share a voter. Source: Lamport 2001, "Paxos Made Simple", 2.2.
 */
export class QuorumSystem {
  /** Ascending by id. */
  readonly voters: readonly NodeId[];
  readonly threshold: number;
  readonly #indexes: ReadonlyMap<NodeId, number>;

  constructor(membership: Membership) {
    this.voters = membership.members.filter((member) => member.role === "voter").map((member) => member.id);
    assert(this.voters.length >= 1 && this.voters.length <= VOTERS_MAX, "I39: 1 to 30 voters");
    this.threshold = Math.floor(this.voters.length / 2) + 1;
    this.#indexes = new Map(this.voters.map((voter, index) => [voter, index]));
    assert(this.#indexes.size === this.voters.length, "a voter is listed once");
  }

  isVoter(node: NodeId): boolean {
    return this.#indexes.has(node);
  }

  /** The position of a voter in `voters`; asking for anybody else is a bug. */
  indexOf(voter: NodeId): number {
    return present(this.#indexes.get(voter), `I13: ${voter} has no vote`);
  }

  /** The set of this voter alone; empty for a member without a vote. */
  bitOf(node: NodeId): VoterSet {
    const index = this.#indexes.get(node);
    return index === undefined ? 0 : 1 << index;
  }

  isQuorum(set: VoterSet): boolean {
    return count(set) >= this.threshold;
  }

  /** Whether no quorum can do without this set: once all of it said no, nothing can succeed. */
  isBlocking(set: VoterSet): boolean {
    return this.voters.length - count(set) < this.threshold;
  }
}

function count(set: VoterSet): number {
  let rest = set;
  let bits = 0;
  while (rest !== 0) {
    rest &= rest - 1;
    bits++;
  }
  return bits;
}
