import type { NodeId, Slot } from "../../base/ids.ts";
import type { Membership } from "../../paxos/membership.ts";
import type { Value } from "../../paxos/value.ts";
import { MEMBERSHIP_CODEC } from "../../wire/membership-codec.ts";

interface Reign {
  readonly since: number;
  readonly membership: Membership;
}

/**
 * Who governs which slot, found out from what is chosen, whatever the members believe: an entry changes who
 * votes above it when it replaces the membership in force and differs from it in one member.
 */
export class GoverningHistory {
  readonly #reigns: Reign[];

  constructor(genesis: Membership) {
    this.#reigns = [{ since: 1, membership: genesis }];
  }

  /** Right once every slot below `at` was told of. */
  membershipAt(at: number): Membership {
    const found = this.#reigns.findLast(({ since }) => since <= at) ?? this.#reigns[0];
    if (found === undefined) throw new Error("there is a genesis");
    return found.membership;
  }

  /** Undefined while no entry has brought it. */
  membershipOf(epoch: number): Membership | undefined {
    return this.#reigns.find(({ membership }) => membership.epoch === epoch)?.membership;
  }

  isQuorumAt(at: number, holds: (node: NodeId) => boolean): boolean {
    return isMajority(this.membershipAt(at), holds);
  }

  isQuorumOf(epoch: number, holds: (node: NodeId) => boolean): boolean {
    const membership = this.membershipOf(epoch);
    return membership !== undefined && isMajority(membership, holds);
  }

  /** Slots in ascending order; others than entries change nothing. True when the membership is another from here on. */
  onChosen(at: Slot, value: Value): boolean {
    if (value.kind !== "membership") return false;
    const entry = MEMBERSHIP_CODEC.decode(value.bytes);
    const before = this.membershipAt(at);
    if (typeof entry === "string" || entry.replaces !== before.epoch) return false;
    const { membership } = entry;
    if (!isOneStep(before, membership)) return false;
    this.#reigns.push({ since: at + 1, membership });
    return true;
  }
}

export function votersOf({ members }: Membership): readonly NodeId[] {
  return members.filter(({ role }) => role === "voter").map(({ id }) => id);
}

function isMajority(membership: Membership, holds: (node: NodeId) => boolean): boolean {
  const voters = votersOf(membership);
  return voters.filter(holds).length * 2 > voters.length;
}

/** Member by member in words: the ids of those whose words came or went. */
function isOneStep(before: Membership, after: Membership): boolean {
  const words = ({ members }: Membership) => members.map(({ id, name, role }) => `${id} ${name} ${role}`);
  const [old, fresh] = [words(before), words(after)];
  const touched = [
    ...old.filter((one) => !fresh.includes(one)),
    ...fresh.filter((one) => !old.includes(one)),
  ];
  const ids = new Set(touched.map((one) => one.split(" ")[0]));
  const isReturn = after.members.some(
    ({ id }) => id < before.nextNodeId && !before.members.some((member) => member.id === id),
  );
  return ids.size === 1 && !isReturn && after.epoch === before.epoch + 1;
}
