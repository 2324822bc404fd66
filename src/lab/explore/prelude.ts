import { assert } from "../../base/assert.ts";
import { BrokenRule } from "./broken-rule.ts";
import type { SearchStep } from "./counter-example.ts";
import type { Group, GroupMoves } from "./group-moves.ts";
import type { Move } from "./member-table.ts";
import type { MemberEvent, PreludeStep } from "./scenario.ts";

/** More steps than any prelude takes: one that goes on for ever is a mistake in it. */
const STEPS_MAX = 1000;

export interface PreludeDeps {
  readonly moves: GroupMoves;
  /** What the group that a move leads to breaks, or the move itself. */
  readonly brokenBy: (next: Group, move: Move) => BrokenRule | undefined;
}

type IsWanted = (member: number, event: MemberEvent) => boolean;

/** Leads a group to where its search begins. */
export class Prelude {
  /** What happened on the way. */
  readonly steps: SearchStep[] = [];
  readonly #deps: PreludeDeps;
  readonly #group: Group;
  #broken: BrokenRule | undefined;

  /** `group` is changed. */
  constructor(group: Group, deps: PreludeDeps) {
    this.#group = group;
    this.#deps = deps;
  }

  /** What broke on the way; its step is the last one. Nothing is lost or late here: what cannot happen breaks progress. */
  play(prelude: readonly PreludeStep[]): BrokenRule | undefined {
    for (const part of prelude) {
      if (part.kind === "settle") {
        while (this.#step((member, event) => this.#belongsTo(part, member, event))) {
          assert(this.steps.length < STEPS_MAX, "a prelude comes to an end");
        }
      } else if (!this.#step((member, event) => isOf(part, member, event))) {
        return new BrokenRule("progress", `n${part.member} cannot ${part.kind}`);
      }
      if (this.#broken !== undefined) return this.#broken;
    }
    return undefined;
  }

  #belongsTo(part: PreludeStep & { readonly kind: "settle" }, member: number, event: MemberEvent): boolean {
    if (!part.members.includes(member)) return false;
    if (event.kind !== "deliver") return event.kind === "disk";
    const { from, message } = this.#deps.moves.sent(event.message);
    return part.members.includes(from) && part.only?.includes(message.kind) !== false;
  }

  /** Makes the first move that is wanted; false when there is none, or nothing goes on since a rule broke. */
  #step(isWanted: IsWanted): boolean {
    if (this.#broken !== undefined) return false;
    const { moves, brokenBy } = this.#deps;
    return moves.each(this.#group, (index, move) => {
      if (!isWanted(index + 1, move.event)) return false;
      this.steps.push({ member: index + 1, state: this.#group[index] as number, event: move.event });
      if (move.to !== undefined) this.#group[index] = move.to;
      this.#broken = brokenBy(this.#group, move);
      return true;
    });
  }
}

function isOf(
  part: Exclude<PreludeStep, { readonly kind: "settle" }>,
  member: number,
  event: MemberEvent,
): boolean {
  if (member !== part.member) return false;
  if (part.kind !== "lose") return event.kind === part.kind;
  return event.kind === "restart" && event.damaged === part.slot;
}
