import { AssertionError } from "../../base/assert.ts";
import type { BrokenRule } from "./broken-rule.ts";
import type { Group, GroupMoves } from "./group-moves.ts";
import type { Move } from "./member-table.ts";
import type { MemberEvent } from "./scenario.ts";

/** One step: `state` is the member's before. */
export interface SearchStep {
  readonly member: number;
  readonly state: number;
  readonly event: MemberEvent;
}

/** The steps from the beginning to what breaks a rule; no shorter way exists. */
export interface CounterExample {
  readonly broken: BrokenRule;
  readonly steps: readonly SearchStep[];
}

export interface Retracing {
  readonly moves: GroupMoves;
  /** Makes a group the one that is searched for it. */
  readonly normalize: (group: Group) => void;
  /** What the group that a move leads to breaks, or the move itself. */
  readonly brokenBy: (next: Group, move: Move) => BrokenRule | undefined;
}

/**
 * Walks again from `trail[0]` through groups that are searched for as those of `trail`, and then one step
 * further to what breaks: searched groups are renamed, the steps of a counter-example must fit together.
 */
export function retrace(trail: readonly Group[], retracing: Retracing): CounterExample {
  const group = (trail[0] as Group).slice();
  const steps: SearchStep[] = [];
  for (const wanted of trail.slice(1)) {
    const isWanted = (next: Group): true | undefined => {
      const normal = next.slice();
      retracing.normalize(normal);
      return normal.every((state, index) => state === wanted[index]) ? true : undefined;
    };
    advance(group, steps, retracing.moves, (next, move) =>
      move.to === undefined ? undefined : isWanted(next),
    );
  }
  const broken = advance(group, steps, retracing.moves, retracing.brokenBy);
  return { broken, steps };
}

/** Makes the first move that `accept` takes, and returns what it says of it. */
function advance<Answer>(
  group: Group,
  steps: SearchStep[],
  moves: GroupMoves,
  accept: (next: Group, move: Move) => Answer | undefined,
): Answer {
  let answer: Answer | undefined;
  let step: SearchStep | undefined;
  const next = group.slice();
  moves.each(group, (member, move) => {
    next.set(group);
    if (move.to !== undefined) next[member] = move.to;
    answer = accept(next, move);
    step = { member: member + 1, state: group[member] as number, event: move.event };
    return answer !== undefined;
  });
  if (answer === undefined || step === undefined) throw new AssertionError("a trail can be walked again");
  steps.push(step);
  group.set(next);
  return answer;
}
