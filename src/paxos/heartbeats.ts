import type { Ballot, NodeId } from "../base/ids.ts";
import { ELECTION_TIMEOUT_MS_MIN } from "../base/limits.ts";
import type { QuorumSystem, VoterSet } from "./quorum.ts";

/** A voter has promised a higher ballot: does a quorum still answer this leader? */
interface Challenge {
  promised: Ballot;
  /** The first round that was sent after the reject arrived. */
  readonly sinceRound: number;
  rejectedBy: VoterSet;
}

/**
 * The leader's side of heartbeats, in numbered rounds of one ballot: which round each voter answered
 * (reads), when it was last heard (check-quorum), and who refuses.
 * Source: Ongaro 2014, "Consensus: bridging theory and practice", 6.2 and 6.4.
 */
export class Heartbeats {
  readonly #self: NodeId;
  readonly #quorum: QuorumSystem;
  readonly #ackedRounds: number[];
  readonly #heardMs: number[];
  #graceMs: number;
  #round: number;
  #challenge: Challenge | undefined;

  /** `lastRound`: the last one sent at this ballot before; an answer to it is none to any that is sent here. */
  constructor(self: NodeId, quorum: QuorumSystem, start: { nowMs: number; lastRound: number }) {
    this.#self = self;
    this.#quorum = quorum;
    this.#graceMs = start.nowMs;
    this.#round = start.lastRound;
    this.#ackedRounds = quorum.voters.map(() => 0);
    this.#heardMs = quorum.voters.map(() => Number.NEGATIVE_INFINITY);
  }

  /** The last round sent; 0 before the first. */
  get round(): number {
    return this.#round;
  }

  nextRound(): number {
    this.#round++;
    return this.#round;
  }

  onAck(voter: NodeId, round: number, nowMs: number): void {
    this.onHeard(voter, nowMs);
    const index = this.#quorum.indexOf(voter);
    if (round <= this.#round && round > (this.#ackedRounds[index] ?? 0)) this.#ackedRounds[index] = round;
  }

  onHeard(voter: NodeId, nowMs: number): void {
    this.#heardMs[this.#quorum.indexOf(voter)] = nowMs;
  }

  /** Whether a quorum, this leader included, has answered `round` or a later one (I29: never an earlier). */
  isConfirmed(round: number): boolean {
    return this.#quorum.isQuorum(this.#votersWhere((index) => (this.#ackedRounds[index] ?? 0) >= round));
  }

  heardMs(voter: NodeId): number {
    return this.#heardMs[this.#quorum.indexOf(voter)] ?? Number.NEGATIVE_INFINITY;
  }

  /** Whether a quorum was really heard of within one time-out: then this leader may serve. */
  isFresh(nowMs: number): boolean {
    const sinceMs = nowMs - ELECTION_TIMEOUT_MS_MIN;
    return this.#quorum.isQuorum(this.#votersWhere((index) => (this.#heardMs[index] ?? 0) > sinceMs));
  }

  /** Whether this leader has had its time-out since it started, or woke up, and heard of no quorum. */
  isAbandoned(nowMs: number): boolean {
    return nowMs - this.#graceMs > ELECTION_TIMEOUT_MS_MIN && !this.isFresh(nowMs);
  }

  /** After a pause nothing heard before it counts; the voters get one time-out to answer again. */
  forgetHeard(nowMs: number): void {
    this.#heardMs.fill(Number.NEGATIVE_INFINITY);
    this.#graceMs = nowMs;
  }

  /** A voter refused this ballot. True when so many have that no quorum is left. */
  onReject(voter: NodeId, promised: Ballot): boolean {
    this.#challenge ??= { promised, sinceRound: this.#round + 1, rejectedBy: 0 };
    if (promised > this.#challenge.promised) this.#challenge.promised = promised;
    this.#challenge.rejectedBy |= this.#quorum.bitOf(voter);
    return this.#quorum.isBlocking(this.#challenge.rejectedBy);
  }

  /** Whether a voter is stuck above this ballot while a quorum has answered since. */
  get isOvertakenByMinority(): boolean {
    return this.#challenge !== undefined && this.isConfirmed(this.#challenge.sinceRound);
  }

  #votersWhere(holds: (index: number) => boolean): VoterSet {
    let set: VoterSet = this.#quorum.bitOf(this.#self);
    this.#quorum.voters.forEach((voter, index) => {
      if (voter !== this.#self && holds(index)) set |= this.#quorum.bitOf(voter);
    });
    return set;
  }
}
