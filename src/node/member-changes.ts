import { unreachable } from "../base/assert.ts";
import { type ErrorCode, type Failure, failure } from "../base/errors.ts";
import type { Clock } from "../base/seams.ts";
import type { ChangeRefusal } from "../paxos/change-refusal.ts";
import type { Membership } from "../paxos/membership.ts";
import type { Identity } from "../storage/storage.ts";
import type { ReplyBody } from "../wire/client-messages.ts";
import type { ChangeMembersRequest } from "../wire/member-messages.ts";
import type { Group } from "./group.ts";
import { isAsWanted, nextMembership } from "./next-membership.ts";
import type { Origin } from "./proposals.ts";
import type { Roster } from "./roster.ts";

/** So many operators may wait at once. */
const WAITING_MAX = 64;
/** What passes by itself, as a change under way or a voter that is held up, is waited for this long. */
const PATIENCE_MS = 2_000;

export interface MemberChangesDeps {
  readonly identity: Pick<Identity, "clusterId" | "genesis" | "node">;
  readonly clock: Clock;
  readonly roster: Roster;
  readonly group: () => Pick<Group, "view" | "changeRefusal" | "step" | "handOver">;
  readonly answer: (origin: Origin, body: ReplyBody) => void;
}

interface Waiting {
  readonly origin: Origin;
  readonly request: ChangeMembersRequest;
  readonly deadlineMs: number;
  /** Until then what passes by itself is no reason to refuse. */
  readonly patientUntilMs: number;
  /** Whether this leader was told to make the change: from then on only the membership itself tells. */
  isBegun: boolean;
}

/**
 * Changes of the members that operators have asked this node for, while it leads: each waits until it may begin,
 * and is answered when it is settled. A request names the epoch that it was made for, so that it may be repeated
 * at another leader: what is as it was to be is answered, not done again.
 */
export class MemberChanges {
  readonly #deps: MemberChangesDeps;
  #waiting: Waiting[] = [];

  constructor(deps: MemberChangesDeps) {
    this.#deps = deps;
  }

  /** Answers who is in the cluster, if this node leads it. */
  tell(origin: Origin): void {
    const refusal = this.#notLeading();
    if (refusal !== undefined) return this.#refuse(origin, refusal);
    this.#deps.answer(origin, this.#viewOf(this.#deps.roster.membership));
  }

  ask(origin: Origin, request: ChangeMembersRequest): void {
    if (this.#waiting.length >= WAITING_MAX) {
      const message = "too many changes of the members wait; try again later";
      return this.#refuse(origin, failure("overloaded", "not_applied", message));
    }
    const nowMs = this.#deps.clock.nowMs();
    const deadlineMs = nowMs + request.timeoutMs;
    const patientUntilMs = nowMs + Math.min(PATIENCE_MS, request.timeoutMs / 2);
    const waiting: Waiting = { origin, request, deadlineMs, patientUntilMs, isBegun: false };
    if (!this.#settle(waiting, nowMs)) this.#waiting.push(waiting);
  }

  tick(): void {
    if (this.#waiting.length === 0) return;
    const nowMs = this.#deps.clock.nowMs();
    this.#waiting = this.#waiting.filter((waiting) => !this.#settle(waiting, nowMs));
  }

  /** True when it is answered. */
  #settle(waiting: Waiting, nowMs: number): boolean {
    const body = this.#progress(waiting, nowMs) ?? this.#late(waiting, nowMs);
    if (body === undefined) return false;
    this.#deps.answer(waiting.origin, body);
    return true;
  }

  /** Undefined: it has to wait. */
  #progress(waiting: Waiting, nowMs: number): ReplyBody | undefined {
    const { request, isBegun } = waiting;
    const { roster } = this.#deps;
    const { step, epoch } = request;
    const notLeading = this.#notLeading();
    // Whoever leads now can tell: the request is the same there.
    if (notLeading !== undefined) return asBody(notLeading, isBegun);
    const current = roster.membership;
    if (isAsWanted(current, step) && this.#isMeant(current, request)) {
      return roster.isSettled ? this.#viewOf(current) : undefined;
    }
    if (epoch !== 0 && current.epoch !== epoch) return asBody(changedSince(epoch, current.epoch), false);
    const next = nextMembership(current, step);
    if ("code" in next) return asBody(next, false);
    return this.#begin(waiting, next, nowMs);
  }

  /** Whether what is there already answers the request, rather than being in its way. */
  #isMeant(current: Membership, { epoch, step }: ChangeMembersRequest): boolean {
    return step.kind !== "remove" || (epoch !== 0 && current.epoch !== epoch);
  }

  #begin(waiting: Waiting, next: Membership, nowMs: number): ReplyBody | undefined {
    const { request, isBegun, patientUntilMs } = waiting;
    const group = this.#deps.group();
    const refusal = group.changeRefusal(next);
    if (refusal === "removes-leader") return this.#handOver(request, next);
    if (refusal !== undefined) {
      const isUnderWay = isBegun && (refusal === "busy" || refusal === "unsettled");
      if (isUnderWay || (passes(refusal) && nowMs < patientUntilMs)) return undefined;
      return asBody(refusalOf(refusal, next, request), false);
    }
    if (request.dryRun) return this.#viewOf(next);
    group.step({ kind: "change", membership: next });
    waiting.isBegun = true;
    return undefined;
  }

  /** A leader that is to be removed gives up office first; the next one makes the change. */
  #handOver({ dryRun, step }: ChangeMembersRequest, next: Membership): ReplyBody {
    if (dryRun) return this.#viewOf(next);
    this.#deps.group().handOver();
    const message = `${step.name} leads, and hands over before it is removed`;
    return asBody(failure("not_leader", "not_applied", message), false);
  }

  #late({ request, deadlineMs, isBegun }: Waiting, nowMs: number): ReplyBody | undefined {
    if (nowMs < deadlineMs) return undefined;
    const message = isBegun
      ? `the change of ${request.step.name} is not settled yet: kvadm member ls shows what becomes of it`
      : "the members could not be changed in time; try again";
    return asBody(failure("timeout", "not_applied", message), isBegun);
  }

  #notLeading(): Failure | undefined {
    const { role, serving } = this.#deps.group().view;
    if (role !== "leader") {
      return failure("not_leader", "not_applied", "this node does not lead; ask the leader");
    }
    return serving
      ? undefined
      : failure("no_leader", "not_applied", "the leader is about to begin; try again");
  }

  #viewOf(membership: Membership): ReplyBody {
    const { identity, roster } = this.#deps;
    const { clusterId, genesis } = identity;
    const settled = roster.isSettled && membership === roster.membership;
    return { kind: "members", view: { clusterId, genesis, membership, settled } };
  }

  #refuse(origin: Origin, reason: Failure): void {
    this.#deps.answer(origin, { kind: "failure", failure: reason });
  }
}

function asBody(reason: Failure, isBegun: boolean): ReplyBody {
  return { kind: "failure", failure: isBegun ? { ...reason, outcome: "unknown" } : reason };
}

function changedSince(seen: number, now: number): Failure {
  const message = `the members have changed meanwhile (epoch ${now}, not ${seen}): look again, and ask again`;
  return failure("condition_failed", "not_applied", message);
}

/** Whether it may be over in a moment. */
function passes(refusal: ChangeRefusal): boolean {
  switch (refusal) {
    case "not-serving":
    case "busy":
    case "unsettled":
    case "no-quorum":
    case "behind":
      return true;
    case "no-step":
    case "removes-leader":
      return false;
    default:
      return unreachable(refusal);
  }
}

function refusalOf(refusal: ChangeRefusal, next: Membership, { step }: ChangeMembersRequest): Failure {
  const refused = (code: ErrorCode, message: string): Failure => failure(code, "not_applied", message);
  switch (refusal) {
    case "not-serving":
      return refused("no_leader", "the leader is about to begin; try again");
    case "busy":
    case "unsettled":
      return refused("unavailable", "another change of the members, or a hand-over, is under way; try again");
    case "behind":
      return refused(
        "unsafe",
        `${step.name} has not caught up, or does not answer: with its vote the cluster would wait for it; kvadm status shows how far it is`,
      );
    case "no-quorum": {
      const voters = next.members.filter(({ role }) => role === "voter");
      const names = voters.map(({ name }) => name).join(", ");
      return refused(
        "unsafe",
        `of the voters that there would be (${names}) no majority answers: nothing could be decided any more`,
      );
    }
    case "no-step":
    case "removes-leader":
      return refused("unavailable", "the members cannot be changed so now; try again");
    default:
      return unreachable(refusal);
  }
}
