import type { NodeId } from "../base/ids.ts";
import type { Member, Membership } from "../paxos/membership.ts";
import type { LeaderHint } from "../wire/client-messages.ts";

/** Who is who in the membership: between the ids that the protocol speaks of and the names that people type. */
export class Roster {
  readonly members: readonly Member[];
  /** Everybody as clients see them: name and address. */
  readonly hints: readonly LeaderHint[];
  readonly #byId = new Map<NodeId, Member>();
  readonly #hintById = new Map<NodeId, LeaderHint>();

  constructor(membership: Membership) {
    this.members = membership.members;
    this.hints = membership.members.map(({ name, address }) => ({
      name,
      host: address.host,
      port: address.port,
    }));
    for (const [index, member] of membership.members.entries()) {
      this.#byId.set(member.id, member);
      this.#hintById.set(member.id, this.hints[index] as LeaderHint);
    }
  }

  nameOf(node: NodeId): string {
    return this.#byId.get(node)?.name ?? String(node);
  }

  hintOf(node: NodeId): LeaderHint | undefined {
    return this.#hintById.get(node);
  }

  idNamed(name: string): NodeId | undefined {
    return this.members.find((member) => member.name === name)?.id;
  }
}
