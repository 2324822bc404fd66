import { BALLOT_ZERO, type Ballot, NOBODY, type NodeId, nodeOf } from "../base/ids.ts";
import { ELECTION_TIMEOUT_MS_MAX, ELECTION_TIMEOUT_MS_MIN } from "../base/limits.ts";
import type { Random } from "../base/seams.ts";
import type { Configuration } from "./configuration.ts";
import type { VoterSet } from "./quorum.ts";

/** Time-outs double with each ballot that failed, up to this many times. */
const BACK_OFFS_MAX = 2;

interface PreVote {
  readonly ballot: Ballot;
  grantedBy: VoterSet;
}

/**
 * Who should prepare, and when: decides about liveness only, never about safety. A node stands when it
 * has heard no leader for a random time and a quorum has not either (pre-vote).
 * Source: Ongaro 2014, 3.4 (random time-outs), 9.6 (pre-vote).
 */
export class Election {
  readonly #configuration: Pick<Configuration, "quorum">;
  readonly #random: Random;
  #timeoutMs = ELECTION_TIMEOUT_MS_MAX;
  #deadlineMs = 0;
  #backOffs = 0;
  /** When a leader was heard, or a candidate promised to: the start counts, it may have forgotten one. */
  #heardMs: number;
  #leaderBallot: Ballot = BALLOT_ZERO;
  #leaderHeardMs = Number.NEGATIVE_INFINITY;
  #preVote: PreVote | undefined;

  constructor(configuration: Pick<Configuration, "quorum">, random: Random, nowMs: number) {
    this.#configuration = configuration;
    this.#random = random;
    this.#heardMs = nowMs;
    this.restart(nowMs);
    // Who is a quorum alone has nobody to wait for.
    if (configuration.quorum.voters.length === 1) this.#deadlineMs = nowMs;
  }

  /** The ballot of the last leader heard; BALLOT_ZERO before the first. */
  get leaderBallot(): Ballot {
    return this.#leaderBallot;
  }

  /** The leader heard within the shortest time-out, or NOBODY. */
  leader(nowMs: number): NodeId {
    return nowMs - this.#leaderHeardMs < ELECTION_TIMEOUT_MS_MIN ? nodeOf(this.#leaderBallot) : NOBODY;
  }

  isDue(nowMs: number): boolean {
    return nowMs >= this.#deadlineMs;
  }

  /** Waits a whole fresh time-out from now; a pre-vote under way is void. */
  restart(nowMs: number): void {
    const spread = ELECTION_TIMEOUT_MS_MAX - ELECTION_TIMEOUT_MS_MIN + 1;
    this.#timeoutMs = (ELECTION_TIMEOUT_MS_MIN + this.#random.below(spread)) * 2 ** this.#backOffs;
    this.#deadlineMs = nowMs + this.#timeoutMs;
    this.#preVote = undefined;
  }

  onLeaderHeard(ballot: Ballot, nowMs: number): void {
    this.#leaderBallot = ballot;
    this.#leaderHeardMs = nowMs;
    this.#heardMs = nowMs;
    if (this.#backOffs > 0 || this.#preVote !== undefined) {
      this.#backOffs = 0;
      this.restart(nowMs);
    } else {
      // Every Accept comes by here: the time-out drawn last is random enough.
      this.#deadlineMs = nowMs + this.#timeoutMs;
    }
  }

  /** A candidate got a promise: it has its time-out to become leader, and the old leader is none any more. */
  onPromised(nowMs: number): void {
    this.#leaderHeardMs = Number.NEGATIVE_INFINITY;
    this.#heardMs = nowMs;
    this.restart(nowMs);
  }

  /** What other voters than today's have granted is void. */
  onMembership(nowMs: number): void {
    if (this.#preVote !== undefined) this.restart(nowMs);
  }

  onBallotFailed(nowMs: number): void {
    if (this.#backOffs < BACK_OFFS_MAX) this.#backOffs++;
    this.restart(nowMs);
  }

  onBallotWon(): void {
    this.#backOffs = 0;
    this.#preVote = undefined;
  }

  /** Whether a leader (or a new candidate) was heard so lately that nobody else should stand. */
  isSticky(nowMs: number): boolean {
    return nowMs - this.#heardMs < ELECTION_TIMEOUT_MS_MIN;
  }

  startPreVote(ballot: Ballot, self: NodeId, nowMs: number): void {
    this.restart(nowMs);
    this.#preVote = { ballot, grantedBy: this.#configuration.quorum.bitOf(self) };
  }

  /** The ballot to prepare, once a quorum has granted it. */
  get granted(): Ballot | undefined {
    const preVote = this.#preVote;
    if (preVote === undefined || !this.#configuration.quorum.isQuorum(preVote.grantedBy)) return undefined;
    return preVote.ballot;
  }

  onPreVoteGranted(voter: NodeId, ballot: Ballot): void {
    if (this.#preVote?.ballot !== ballot) return;
    this.#preVote.grantedBy |= this.#configuration.quorum.bitOf(voter);
  }
}
