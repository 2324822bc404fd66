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
  /** The batch of writes that holds the own promise. */
  readonly ownSequence: number;
  /** The last heartbeat round sent at this ballot; 0 when it has not led yet. */
  readonly lastRound: number;
  resendMs: number;
}

type ProposerState =
  | { readonly kind: "idle" }
  | Preparing
  | { readonly kind: "leading"; readonly leadership: Leadership };

const IDLE: ProposerState = { kind: "idle" };

export interface ProposerDeps extends Omit<LeadershipDeps, "others" | "quorum"> {
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
  /** As far as the state above knows of membership entries. */
  #entriesLearned: number;

  constructor(deps: ProposerDeps) {
    this.#deps = deps;
    this.#entriesLearned = deps.configuration.entriesLearned;
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
    const { acceptor, ceiling, configuration, election, log, outbox, self } = this.#deps;
    const { quorum } = configuration;
    assert(quorum.isVoter(self), "I13: only a voter stands");
    this.#leave("took a higher ballot");
    const ballot = ceiling.next(self);
    acceptor.promise(ballot);
    election.onPromised(nowMs);
    const from = log.learned;
    const ownSequence = outbox.sequence;
    const phaseOne = new PhaseOne({ ballot, self, quorum, from, ownSequence });
    const resendMs = nowMs + RESEND_MS;
    this.#state = { kind: "preparing", phaseOne, handOver, ownSequence, lastRound: 0, resendMs };
    this.#entriesLearned = configuration.entriesLearned;
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
        for (const voter of this.#deps.configuration.quorum.voters) this.#pull(state, voter);
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
    this.#followMembership(nowMs);
    if (this.#state.kind === "preparing") this.#tryToLead(this.#state, nowMs);
    if (this.#state.kind === "leading" && this.#state.leadership.settle() === "prepare-again") {
      this.prepare(BALLOT_ZERO, nowMs);
    }
    // Learned by what was settled just now: others may be a quorum already.
    if (this.#followMembership(nowMs)) this.settle(nowMs);
  }

  /** True when membership entries were learned since: what was counted before is void. */
  #followMembership(nowMs: number): boolean {
    const { configuration, self } = this.#deps;
    if (this.#entriesLearned === configuration.entriesLearned) return false;
    this.#entriesLearned = configuration.entriesLearned;
    const state = this.#state;
    if (state.kind === "idle") return true;
    const isVoter = configuration.quorum.isVoter(self);
    if (!isVoter && state.kind === "leading") state.leadership.resign();
    if (!isVoter) this.stepDown("a chosen entry took this node's vote", nowMs);
    else if (state.kind === "preparing") this.#startOver(state, nowMs);
    else if (!state.leadership.canGoOn) this.stepDown("a later leader has changed the membership", nowMs);
    else this.#startOver(this.#asPreparing(state.leadership), nowMs);
    return true;
  }

  #asPreparing(leadership: Leadership): Omit<Preparing, "phaseOne" | "resendMs"> {
    leadership.end();
    // Whoever leads has its own promise on disk.
    return { kind: "preparing", handOver: BALLOT_ZERO, ownSequence: 0, lastRound: leadership.round };
  }

  /**
   * Phase 1 once more at the unchanged ballot, from the learned watermark on and with the voters of now: those
   * who promised already may answer again, which writes nothing.
   */
  #startOver(before: Omit<Preparing, "phaseOne" | "resendMs">, nowMs: number): void {
    const { acceptor, configuration, election, log, self } = this.#deps;
    const { quorum } = configuration;
    const { ownSequence } = before;
    const phaseOne = new PhaseOne({
      ballot: acceptor.promised,
      self,
      quorum,
      from: log.learned,
      ownSequence,
    });
    phaseOne.onDurable(log.durableSequence);
    const state: Preparing = { ...before, phaseOne, resendMs: nowMs + RESEND_MS };
    this.#state = state;
    election.restart(nowMs);
    for (const voter of quorum.voters) this.#pull(state, voter);
  }

  #leadershipDeps(): LeadershipDeps {
    const { configuration } = this.#deps;
    return {
      ...this.#deps,
      quorum: configuration.quorum,
      get others() {
        return configuration.recipients;
      },
    };
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

  #tryToLead({ phaseOne, lastRound }: Preparing, nowMs: number): void {
    this.#learnReported(phaseOne);
    const { acceptor, configuration, log, election, outbox } = this.#deps;
    if (configuration.entriesLearned !== this.#entriesLearned) return;
    const recovered = phaseOne.select(log);
    if (recovered === undefined) return;
    assert(acceptor.promised === phaseOne.ballot, "I9: a leader's own promise is its ballot");
    const leadership = new Leadership(phaseOne.ballot, this.#leadershipDeps(), {
      recovered,
      nowMs,
      lastRound,
    });
    this.#state = { kind: "leading", leadership };
    election.onBallotWon();
    outbox.notice({ kind: "became-leader", ballot: phaseOne.ballot });
    leadership.startRound();
  }
}
