import { KvdError } from "../base/errors.ts";
import type { Operator } from "../client/operator.ts";
import type { Membership } from "../paxos/membership.ts";
import type { MemberStep, MembersView } from "../wire/member-messages.ts";

const LOOKS_MAX = 5;

/**
 * Asks for a change of the members as they are. When they were changed between the look and the question, perhaps by
 * a vote that somebody got by itself, it looks again: unless the name is another node's by then. Rejects as
 * `changeMembers` of the operator does.
 */
export async function changeMembers(
  operator: Pick<Operator, "members" | "changeMembers">,
  change: { readonly step: MemberStep; readonly dryRun: boolean },
): Promise<MembersView> {
  const { name } = change.step;
  const first = (await operator.members()).membership;
  let { epoch } = first;
  for (let look = 1; ; look++) {
    try {
      return await operator.changeMembers({ ...change, epoch });
    } catch (error) {
      const isStale = error instanceof KvdError && error.failure.code === "condition_failed";
      if (!isStale || look === LOOKS_MAX) throw error;
      const { membership } = await operator.members();
      if (idIn(membership, name) !== idIn(first, name)) throw error;
      epoch = membership.epoch;
    }
  }
}

function idIn({ members }: Membership, name: string): number | undefined {
  return members.find((member) => member.name === name)?.id;
}
