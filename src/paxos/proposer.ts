import { assert, unreachable } from "../base/assert.ts";
import { BALLOT_ZERO, type Ballot, type NodeId, nodeOf } from "../base/ids.ts";
import type { BallotCeiling } from "./ballot-ceiling.ts";
import type { Election } from "./election.ts";
import { Leadership, type LeadershipDeps } from "./leadership.ts";
import type { PromiseMessage, RejectMessage } from "./messages.ts";
import { PhaseOne } from "./phase-one.ts";

/** A Prepare unanswered for this long is sent again. */
const RESEND_MS = 200;

interface Preparing {
  readonly kind: "preparing";
  readonly phaseOne: PhaseOne;
  /** The ballot of the leader that handed over, or BALLOT_ZERO. */
  readonly handOver: Ballot;
  resendMs: number;
}

type ProposerState =
  | { readonly kind: "idle" }
  | Preparing
  | { readonly kind: "leading"; readonly leadership: Leadership };

const IDLE: ProposerState = { kind: "idle" };

export interface ProposerDeps extends LeadershipDeps {
  readonly election: Election;
  readonly ceiling: BallotCeiling;
}

/**
 * Idle, preparing a ballot, or leading with it. Source: Lamport 2001, 2.2 and 3; van Renesse and
 * Altinbuken 2015, "Paxos Made Moderately Complex", 2.4 (scouts and commanders in one).
 */
export class Proposer {
  readonly #deps: ProposerDeps;
  #state: ProposerState = IDLE;

  constructor(deps: ProposerDeps) {
    this.#deps = deps;
  }

  get kind(): ProposerState["kind"] {
    return this.#state.kind;
  }

  get leadership(): Leadership | undefined {
    return this.#state.kind === "leading" ? this.#state.leadership : undefined;
  }

  /** The ballot it prepares or leads with; BALLOT_ZERO when idle. */
  get ballot(): Ballot {
    switch (this.#state.kind) {
      case "idle":
        return BALLOT_ZERO;
      case "preparing":
        return this.#state.phaseOne.ballot;
      case "leading":
        return this.#state.leadership.ballot;
      default:
        return unreachable(this.#state);
    }
  }

  /** Phase 1a at a fresh ballot. The Prepare leaves when the own promise is on disk: no round is used twice. */
  prepare(handOver: Ballot, nowMs: number): void {
    const { acceptor, ceiling, election, log, outbox, quorum, self } = this.#deps;
    assert(quorum.isVoter(self), "I13: only a voter stands");
    this.#leave("took a higher ballot");
    const ballot = ceiling.next(self);
    acceptor.promise(ballot);
    election.onPromised(nowMs);
    const from = log.learned;
    const phaseOne = new PhaseOne({ ballot, self, quorum, from, ownSequence: outbox.sequence });
    this.#state = { kind: "preparing", phaseOne, handOver, resendMs: nowMs + RESEND_MS };
    outbox.notice({ kind: "became-candidate", ballot });
    for (const voter of quorum.voters) {
      if (voter !== self) outbox.sendAfterWrites(voter, { kind: "prepare", ballot, from, handOver });
    }
  }

  onPromise(from: NodeId, page: PromiseMessage, nowMs: number): void {
    const state = this.#state;
    if (page.ballot !== this.ballot) return;
    if (state.kind === "leading") state.leadership.onPromise(from, page);
    if (state.kind !== "preparing") return;
    if (!state.phaseOne.onPromise(from, page)) return;
    this.#deps.election.restart(nowMs);
    this.#learnReported(state.phaseOne);
    this.#pull(state, from);
  }

  onReject(from: NodeId, reject: RejectMessage, nowMs: number): void {
    const state = this.#state;
    if (reject.ballot !== this.ballot) return;
    if (state.kind === "preparing" && state.phaseOne.onReject(from)) {
      this.#state = IDLE;
      this.#deps.election.onBallotFailed(nowMs);
    } else if (state.kind === "leading" && state.leadership.onReject(from, reject.promised)) {
      this.stepDown("a quorum promised a higher ballot", nowMs);
    }
  }

  onDurable(sequence: number): void {
    if (this.#state.kind === "preparing") this.#state.phaseOne.onDurable(sequence);
    else if (this.#state.kind === "leading") this.#state.leadership.onDurable(sequence);
  }

  /** This node was not running for a while: a leader serves again when a quorum has answered it since. */
  onPause(): void {
    if (this.#state.kind === "leading") this.#state.leadership.onPause();
  }

  onTick(nowMs: number): void {
    const state = this.#state;
    if (state.kind === "preparing") {
      if (this.#deps.election.isDue(nowMs)) {
        this.#state = IDLE;
        this.#deps.election.onBallotFailed(nowMs);
      } else if (nowMs >= state.resendMs) {
        state.resendMs = nowMs + RESEND_MS;
        for (const voter of this.#deps.quorum.voters) this.#pull(state, voter);
      }
    } else if (state.kind === "leading" && state.leadership.onTick()) {
      this.stepDown("heard of no quorum for one time-out", nowMs);
    }
  }

  /** Ends every attempt below `ballot`, which somebody else has prepared or leads with. */
  yieldTo(ballot: Ballot, nowMs: number): void {
    if (this.#state.kind === "idle" || this.ballot >= ballot) return;
    this.stepDown(`n${nodeOf(ballot)} has a higher ballot`, nowMs);
  }

  stepDown(reason: string, nowMs: number): void {
    this.#leave(reason);
    this.#deps.election.restart(nowMs);
  }

  /** Moves on as far as what is known allows; called at the end of each step. */
  settle(nowMs: number): void {
    if (this.#state.kind === "preparing") this.#tryToLead(this.#state.phaseOne, nowMs);
    if (this.#state.kind !== "leading") return;
    if (this.#state.leadership.settle() === "prepare-again") this.prepare(BALLOT_ZERO, nowMs);
  }

  #leave(reason: string): void {
    if (this.#state.kind === "leading") {
      this.#state.leadership.end();
      this.#deps.outbox.notice({ kind: "stepped-down", ballot: this.ballot, reason });
    }
    this.#state = IDLE;
  }

  #pull(state: Preparing, voter: NodeId): void {
    const from = state.phaseOne.wantedFrom(voter, this.#deps.log.learned);
    if (from === undefined || !state.phaseOne.isOwnPromiseDurable) return;
    const { ballot } = state.phaseOne;
    this.#deps.outbox.send(voter, { kind: "prepare", ballot, from, handOver: state.handOver });
  }

  /** What a report calls chosen is a fact, whatever becomes of this ballot. */
  #learnReported(phaseOne: PhaseOne): void {
    const { log, learner } = this.#deps;
    for (;;) {
      const value = phaseOne.chosenAt(log.learned);
      if (value === undefined) break;
      learner.learn(log.learned, value);
    }
    phaseOne.forgetBelow(log.learned);
  }

  #tryToLead(phaseOne: PhaseOne, nowMs: number): void {
    this.#learnReported(phaseOne);
    const { acceptor, log, election, outbox } = this.#deps;
    const recovered = phaseOne.select(log);
    if (recovered === undefined) return;
    assert(acceptor.promised === phaseOne.ballot, "I9: a leader's own promise is its ballot");
    const leadership = new Leadership(phaseOne.ballot, this.#deps, recovered, nowMs);
    this.#state = { kind: "leading", leadership };
    election.onBallotWon();
    outbox.notice({ kind: "became-leader", ballot: phaseOne.ballot });
    leadership.startRound();
  }
}
