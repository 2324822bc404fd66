import { present } from "../base/assert.ts";
import type { NodeId } from "../base/ids.ts";
import type { Member, Membership } from "../paxos/membership.ts";
import { memberOf } from "../paxos/membership-step.ts";
import type { Identity } from "../storage/storage.ts";
import type { LeaderHint } from "../wire/client-messages.ts";

/** Who is who in the membership: between the ids that the protocol speaks of and the names that people type. */
export class Roster {
  #membership: Membership;
  #hints: readonly LeaderHint[];
  /** Whether who was removed by the last change is needed no more. */
  #isSettled: boolean;

  /** `recovered`: as the own log knows it. A node that joins was told of a later one by those who added it. */
  constructor({ joined }: Pick<Identity, "joined">, recovered: Membership) {
    this.#membership = newer(joined, recovered);
    this.#hints = this.#membership.members.map(hintOf);
    this.#isSettled = false;
  }

  get membership(): Membership {
    return this.#membership;
  }

  /** Whether it is settled, as far as this node was told. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  get members(): readonly Member[] {
    return this.#membership.members;
  }

  /** Everybody as clients see them: name and address. */
  get hints(): readonly LeaderHint[] {
    return this.#hints;
  }

  /** Names of those who have a vote. */
  get voters(): readonly string[] {
    return this.members.filter(({ role }) => role === "voter").map(({ name }) => name);
  }

  /** True when something is new. */
  update(membership: Membership, isSettled: boolean): boolean {
    if (membership === this.#membership && isSettled === this.#isSettled) return false;
    // The own log has not come so far yet as what this node was told when it was made.
    if (membership.epoch < this.#membership.epoch) return false;
    this.#membership = membership;
    this.#hints = membership.members.map(hintOf);
    this.#isSettled = isSettled;
    return true;
  }

  /** Whether this id was a member's, is none any more, and nobody needs it. */
  isRemoved(node: NodeId): boolean {
    return this.#isSettled && node < this.#membership.nextNodeId && this.#member(node) === undefined;
  }

  nameOf(node: NodeId): string {
    return this.#member(node)?.name ?? `n${node}`;
  }

  hintOf(node: NodeId): LeaderHint | undefined {
    const member = this.#member(node);
    return member && hintOf(member);
  }

  idNamed(name: string): NodeId | undefined {
    return this.members.find((member) => member.name === name)?.id;
  }

  isVoter(node: NodeId): boolean {
    return this.#member(node)?.role === "voter";
  }

  #member(node: NodeId): Member | undefined {
    return memberOf(this.#membership, node);
  }
}

function newer(joined: Membership | undefined, recovered: Membership): Membership {
  return joined !== undefined && joined.epoch > recovered.epoch ? joined : recovered;
}

/** What this node itself was called, and where, when it became a member: neither ever changes. */
export function ownMember({ node, genesis, joined }: Omit<Identity, "startCount">): Member {
  return present(memberOf(joined ?? genesis, node), "I35: a node is a member of what it was made from");
}

function hintOf({ name, address }: Member): LeaderHint {
  return { name, host: address.host, port: address.port };
}
