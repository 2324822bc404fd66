import { AssertionError } from "../../base/assert.ts";
import type { SearchStep } from "./counter-example.ts";
import type { Group, GroupMoves } from "./group-moves.ts";
import type { MemberEvent, PreludeStep } from "./scenario.ts";

/** More steps than any prelude takes: one that goes on for ever is a mistake in it. */
const STEPS_MAX = 1000;

/** Leads `group` to where the search begins; returns what happened on the way. */
export function playPrelude(
  group: Group,
  prelude: readonly PreludeStep[],
  moves: GroupMoves,
): readonly SearchStep[] {
  const steps: SearchStep[] = [];
  for (const part of prelude) {
    if (part.kind === "settle") {
      const isWanted = (member: number, event: MemberEvent): boolean => {
        if (!part.members.includes(member)) return false;
        if (event.kind !== "deliver") return event.kind === "disk";
        const { from, message } = moves.sent(event.message);
        return part.members.includes(from) && part.only?.includes(message.kind) !== false;
      };
      while (step(group, moves, steps, isWanted)) {
        if (steps.length > STEPS_MAX) throw new AssertionError("a prelude comes to an end");
      }
      continue;
    }
    const isWanted = (member: number, event: MemberEvent): boolean => {
      if (member !== part.member) return false;
      if (part.kind !== "lose") return event.kind === part.kind;
      return event.kind === "restart" && event.damaged === part.slot;
    };
    if (!step(group, moves, steps, isWanted)) throw new AssertionError(`n${part.member} cannot ${part.kind}`);
  }
  return steps;
}

/** Makes the first move that is wanted; false when there is none. */
function step(
  group: Group,
  moves: GroupMoves,
  steps: SearchStep[],
  isWanted: (member: number, event: MemberEvent) => boolean,
): boolean {
  return moves.each(group, (index, { event, to }) => {
    if (to === undefined || !isWanted(index + 1, event)) return false;
    steps.push({ member: index + 1, state: group[index] as number, event });
    group[index] = to;
    return true;
  });
}
