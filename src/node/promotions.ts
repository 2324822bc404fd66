import type { NodeId } from "../base/ids.ts";
import type { Clock } from "../base/seams.ts";
import { withVote } from "../paxos/membership-step.ts";
import type { Group } from "./group.ts";
import type { Roster } from "./roster.ts";

/** A member that has kept up for so long has caught up, and not merely been met at a good moment. */
const KEPT_UP_MS = 1_000;

export interface PromotionsDeps {
  readonly clock: Clock;
  readonly roster: Roster;
  readonly group: () => Pick<Group, "view" | "changeRefusal" | "step">;
}

/** Whoever leads gives those who join their vote, one after the other, once each has kept up for a while. */
export class Promotions {
  readonly #deps: PromotionsDeps;
  /** Since when nothing speaks against the vote of each. */
  readonly #sinceMs = new Map<NodeId, number>();

  constructor(deps: PromotionsDeps) {
    this.#deps = deps;
  }

  tick(): void {
    const { roster } = this.#deps;
    const joining = roster.members.filter(({ role }) => role === "joining");
    const group = this.#deps.group();
    if (joining.length === 0 || group.view.role !== "leader") return this.#sinceMs.clear();
    const nowMs = this.#deps.clock.nowMs();
    for (const { id } of joining) {
      const next = withVote(roster.membership, id);
      const refusal = group.changeRefusal(next);
      const sinceMs = this.#sinceMs.get(id) ?? nowMs;
      if (refusal !== undefined) this.#sinceMs.delete(id);
      else if (nowMs - sinceMs < KEPT_UP_MS) this.#sinceMs.set(id, sinceMs);
      else {
        this.#sinceMs.clear();
        group.step({ kind: "change", membership: next });
        return;
      }
    }
  }
}
