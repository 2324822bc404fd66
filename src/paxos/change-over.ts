import type { NodeId } from "../base/ids.ts";
import { ELECTION_TIMEOUT_MS_MAX, IN_FLIGHT_SLOTS_MAX } from "../base/limits.ts";
import type { ChangeRefusal } from "./change-refusal.ts";
import type { Configuration } from "./configuration.ts";
import type { Followers } from "./followers.ts";
import type { Log } from "./log.ts";
import type { Membership } from "./membership.ts";
import type { MembershipEntry } from "./membership-entry.ts";
import { isStep } from "./membership-step.ts";
import type { Outbox } from "./outbox.ts";
import { QuorumSystem } from "./quorum.ts";

/** Without an answer to what stands in its way for so long, a change is given up: writes wait for it. */
const DRAIN_MS = ELECTION_TIMEOUT_MS_MAX;

type ChangeState =
  | { readonly kind: "none" }
  /** Nothing new is proposed; what is in flight has to be chosen first. */
  | { readonly kind: "draining"; readonly next: Membership; readonly untilMs: number }
  /** Once its entry is chosen another leadership begins, of the same ballot or a later one. */
  | { readonly kind: "proposed" };

const NONE: ChangeState = { kind: "none" };

export interface ChangeOverDeps {
  readonly self: NodeId;
  /** Of the membership that the leader began with. */
  readonly quorum: QuorumSystem;
  readonly configuration: Configuration;
  readonly log: Log;
  readonly outbox: Outbox;
  readonly followers: Followers;
}

/** What the leader of one ballot can say at this moment. */
export interface ChangingLeader {
  readonly isServing: boolean;
  readonly isHandingOver: boolean;
  /** Whether every slot below the next one is chosen and applied. */
  readonly isDrained: boolean;
  readonly startRound: () => number;
  readonly proposeMembership: (entry: MembershipEntry) => void;
}

/** The leader's side of membership changes: one at a time, its entry behind everything, and until it is settled. */
export class ChangeOver {
  readonly #deps: ChangeOverDeps;
  #state: ChangeState = NONE;

  constructor(deps: ChangeOverDeps) {
    this.#deps = deps;
  }

  get isUnderWay(): boolean {
    return this.#state.kind !== "none";
  }

  begin(next: Membership, nowMs: number): void {
    this.#state = { kind: "draining", next, untilMs: nowMs + DRAIN_MS };
  }

  /** Why the group cannot change to `next` now; undefined when it can. */
  refusal(next: Membership, leader: ChangingLeader, nowMs: number): ChangeRefusal | undefined {
    const { configuration, followers, log, quorum, self } = this.#deps;
    if (!leader.isServing) return "not-serving";
    if (leader.isHandingOver) return "busy";
    if (!configuration.isSettled) return "unsettled";
    const entry = { replaces: configuration.epoch, membership: next };
    if (!isStep(configuration.membership, entry)) return "no-step";
    const nextQuorum = new QuorumSystem(next);
    if (!nextQuorum.isVoter(self)) return "removes-leader";
    const answered = followers.answered(nextQuorum, nowMs);
    const fresh = nextQuorum.voters.filter((voter) => !quorum.isVoter(voter));
    const isBehind = fresh.some((voter) => followers.learned(voter) + IN_FLIGHT_SLOTS_MAX < log.learned);
    if (isBehind) return "behind";
    if (!nextQuorum.isQuorum(answered)) return "no-quorum";
    // Who fell silent having learned everything may be gone for good: its vote would only be missing.
    const isSilent = fresh.some((voter) => (answered & nextQuorum.bitOf(voter)) === 0);
    return isSilent ? "behind" : undefined;
  }

  settle(leader: ChangingLeader, nowMs: number): void {
    this.#settleLast(leader);
    if (this.#state.kind !== "draining") return;
    const { configuration, outbox } = this.#deps;
    const { next, untilMs } = this.#state;
    const reason = this.refusal(next, leader, nowMs);
    if (reason === undefined && !leader.isDrained && nowMs < untilMs) return;
    if (reason === undefined && leader.isDrained) {
      this.#state = { kind: "proposed" };
      leader.proposeMembership({ replaces: configuration.epoch, membership: next });
    } else {
      this.#state = NONE;
      outbox.notice({ kind: "change-dropped", epoch: next.epoch, reason: reason ?? "busy" });
    }
  }

  /** A majority has the last change on disk: who was removed by it is needed no more. */
  #settleLast(leader: ChangingLeader): void {
    const { configuration, followers, log, outbox, quorum } = this.#deps;
    if (configuration.isSettled) return;
    const { epoch } = configuration;
    const ownEpoch = configuration.durableEpoch(log.durableSequence);
    if (!quorum.isQuorum(followers.reported(quorum, epoch, ownEpoch))) return;
    // The last time that whoever was removed is told how far the group is.
    leader.startRound();
    configuration.onSettled(epoch);
    outbox.notice({ kind: "membership-settled", epoch });
  }
}
