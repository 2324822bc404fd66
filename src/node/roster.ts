import type { NodeId } from "../base/ids.ts";
import type { Member, Membership } from "../paxos/membership.ts";
import { memberOf } from "../paxos/membership-step.ts";
import type { LeaderHint } from "../wire/client-messages.ts";

/** Who is who in the membership: between the ids that the protocol speaks of and the names that people type. */
export class Roster {
  #membership: Membership;
  #hints: readonly LeaderHint[];
  /** Whether who was removed by the last change is needed no more. */
  #isSettled: boolean;

  constructor(membership: Membership) {
    this.#membership = membership;
    this.#hints = membership.members.map(hintOf);
    this.#isSettled = false;
  }

  get members(): readonly Member[] {
    return this.#membership.members;
  }

  /** Everybody as clients see them: name and address. */
  get hints(): readonly LeaderHint[] {
    return this.#hints;
  }

  /** True when something is new. */
  update(membership: Membership, isSettled: boolean): boolean {
    if (membership === this.#membership && isSettled === this.#isSettled) return false;
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

function hintOf({ name, address }: Member): LeaderHint {
  return { name, host: address.host, port: address.port };
}
