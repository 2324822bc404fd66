import { BALLOT_ZERO, type Ballot, type NodeId } from "../base/ids.ts";
import { LEASE_MS_MAX } from "../base/limits.ts";
import type { QuorumSystem } from "./quorum.ts";

/** By how much the rate of one clock may be off. */
const RATE_ERROR = 0.005;
/** Of what is granted, so much is left for whatever else a clock does. */
const MARGIN_MS = 10;
/** Rounds of heartbeats that are remembered: what is older than the longest lease is worth nothing. */
const ROUNDS_MAX = 64;

/** For how long of its own clock a leader relies on what was granted for `leaseMs` of another's. */
export function reliedOnMs(leaseMs: number): number {
  return (leaseMs * (1 - RATE_ERROR)) / (1 + RATE_ERROR) - MARGIN_MS;
}

interface Grant {
  readonly ballot: Ballot;
  readonly untilMs: number;
}

/**
 * What an acceptor has granted: while it lasts no Prepare of another node is answered. Grants are not on disk, so a
 * process begins as if an earlier one on its disk had granted the longest there is, to whomever.
 * Source: Gray and Cheriton 1989, "Leases"; Chandra, Griesemer, Redstone 2007, "Paxos Made Live", 5.2.
 */
export class LeaseGrants {
  readonly #startedUntilMs: number;
  readonly #grants = new Map<NodeId, Grant>();
  /** The cluster's setting, as far as this node has applied the log; 0 when leases are off. */
  settingMs = 0;

  /** `isRestarted`: whether a process before this one may have granted anything. */
  constructor(isRestarted: boolean, nowMs: number) {
    this.#startedUntilMs = isRestarted ? nowMs + LEASE_MS_MAX : nowMs;
  }

  /** Whether the leader of `ballot` gets what its heartbeat asks for: only where both have the same setting. */
  grant(leader: NodeId, ballot: Ballot, leaseMs: number, nowMs: number): boolean {
    if (leaseMs === 0 || leaseMs !== this.settingMs) return false;
    this.#grants.set(leader, { ballot, untilMs: nowMs + leaseMs });
    return true;
  }

  /**
   * Whether a Prepare of `candidate` may be answered. A grant to the leader of `handedOver` binds nobody any more:
   * it gave its lease up before it said so.
   */
  allows(candidate: NodeId, handedOver: Ballot, nowMs: number): boolean {
    if (nowMs < this.#startedUntilMs) return false;
    for (const [leader, { ballot, untilMs }] of this.#grants) {
      const isBinding = leader !== candidate && nowMs < untilMs;
      if (isBinding && (handedOver === BALLOT_ZERO || ballot !== handedOver)) return false;
    }
    return true;
  }
}

interface Round {
  readonly round: number;
  readonly sentMs: number;
}

/**
 * What the leader of one ballot may rely on: from the moment at which a round of heartbeats was sent that a quorum has
 * granted. While it lasts nobody else can have been elected, so its watermark is the group's.
 */
export class LeaderLease {
  readonly #self: NodeId;
  readonly #quorum: QuorumSystem;
  /** Ascending; all with the same setting. */
  #rounds: Round[] = [];
  #leaseMs = 0;
  readonly #granted = new Map<NodeId, number>();
  #untilMs = Number.NEGATIVE_INFINITY;

  constructor(self: NodeId, quorum: QuorumSystem) {
    this.#self = self;
    this.#quorum = quorum;
  }

  /** On the leader's own clock. */
  get untilMs(): number {
    return this.#untilMs;
  }

  onRound(round: number, leaseMs: number, nowMs: number): void {
    if (leaseMs !== this.#leaseMs) {
      this.#rounds = [];
      this.#leaseMs = leaseMs;
      this.#untilMs = Number.NEGATIVE_INFINITY;
    }
    if (leaseMs === 0) return;
    this.#rounds.push({ round, sentMs: nowMs });
    if (this.#rounds.length > ROUNDS_MAX) this.#rounds.shift();
    this.#settle();
  }

  /** A voter has granted what the heartbeat of `round` asked for. */
  onGranted(voter: NodeId, round: number): void {
    if (round <= (this.#granted.get(voter) ?? 0)) return;
    this.#granted.set(voter, round);
    this.#settle();
  }

  #settle(): void {
    while (this.#rounds.length > 0) {
      const last = this.#rounds.findLast(({ round }) => this.#isGranted(round));
      if (last === undefined) return;
      this.#untilMs = Math.max(this.#untilMs, last.sentMs + reliedOnMs(this.#leaseMs));
      this.#rounds = this.#rounds.filter(({ round }) => round > last.round);
    }
  }

  #isGranted(round: number): boolean {
    let set = this.#quorum.bitOf(this.#self);
    for (const [voter, granted] of this.#granted) {
      if (granted >= round) set |= this.#quorum.bitOf(voter);
    }
    return this.#quorum.isQuorum(set);
  }
}
