import type { Ballot, NodeId, Slot } from "../base/ids.ts";
import { HEARTBEAT_MS, IN_FLIGHT_SLOTS_MAX, TICK_MS } from "../base/limits.ts";
import { ChangeOver, type ChangingLeader } from "./change-over.ts";
import type { ChangeRefusal } from "./change-refusal.ts";
import type { Configuration } from "./configuration.ts";
import { Followers } from "./followers.ts";
import { HandOver } from "./hand-over.ts";
import { Heartbeats } from "./heartbeats.ts";
import { LeaderLease, type LeaseGrants } from "./lease.ts";
import type { Membership } from "./membership.ts";
import type { MembershipCodec, MembershipEntry } from "./membership-entry.ts";
import type { HeartbeatAckMessage, Progress, PromiseMessage } from "./messages.ts";
import type { RecoveredSlot } from "./phase-one.ts";
import { PhaseTwo, type PhaseTwoDeps } from "./phase-two.ts";
import { type LeaderPosition, ReadIndex } from "./read-index.ts";
import { Repair } from "./repair.ts";
import type { SlowDisk } from "./slow-disk.ts";
import type { Truncation } from "./truncation.ts";
import type { Value } from "./value.ts";
import type { WriteAge } from "./write-age.ts";

export interface LeadershipDeps extends PhaseTwoDeps {
  readonly truncation: Truncation;
  readonly writeAge: WriteAge;
  readonly slowDisk: SlowDisk;
  readonly grants: LeaseGrants;
  readonly configuration: Configuration;
  readonly codec: MembershipCodec;
}

/** What a leader begins with. */
export interface LeadershipStart {
  readonly recovered: readonly RecoveredSlot[];
  readonly nowMs: number;
  /** The last heartbeat round sent at this ballot, under an older membership; 0 when none was. */
  readonly lastRound: number;
}

/** What the proposer must do after the leader has settled. */
export type LeadershipStep = "continue" | "prepare-again";

/** One ballot's time in office: phase 2, heartbeats, reads and the end of it. */
export class Leadership implements LeaderPosition, ChangingLeader {
  readonly ballot: Ballot;
  readonly #deps: LeadershipDeps;
  readonly #phaseTwo: PhaseTwo;
  readonly #heartbeats: Heartbeats;
  readonly #reads: ReadIndex;
  readonly #repair: Repair;
  readonly #handOver = new HandOver();
  /** Ends with this object: what other voters granted, or to another membership, is none of its own. */
  readonly #lease: LeaderLease;
  readonly #followers: Followers;
  readonly #change: ChangeOver;
  readonly #entriesLearned: number;
  #nowMs: number;
  #beatMs = Number.NEGATIVE_INFINITY;
  #isServingNoticed = false;

  constructor(ballot: Ballot, deps: LeadershipDeps, start: LeadershipStart) {
    const { recovered, nowMs, lastRound } = start;
    this.ballot = ballot;
    this.#deps = deps;
    this.#nowMs = nowMs;
    this.#phaseTwo = new PhaseTwo(ballot, deps, recovered, nowMs);
    this.#heartbeats = new Heartbeats(deps.self, deps.quorum, { nowMs, lastRound });
    this.#entriesLearned = deps.configuration.entriesLearned;
    this.#followers = new Followers(deps.self);
    this.#change = new ChangeOver({ ...deps, followers: this.#followers });
    this.#reads = new ReadIndex(deps.self, deps.outbox);
    this.#lease = new LeaderLease(deps.self, deps.quorum);
    this.#repair = new Repair(ballot, deps, nowMs);
  }

  get isServing(): boolean {
    return this.isServingAt(this.#nowMs);
  }

  /** The own entry is chosen, and a quorum was heard of within one time-out before `nowMs`. */
  isServingAt(nowMs: number): boolean {
    return this.#phaseTwo.isSettled && this.#heartbeats.isFresh(nowMs);
  }

  /** On the own clock; 0 when there is no lease. I26: gone before the ballot is handed over, or another promised. */
  get leaseUntilMs(): number {
    const { acceptor } = this.#deps;
    if (!this.#phaseTwo.isSettled || this.#handOver.isSent || acceptor.promised !== this.ballot) return 0;
    return Math.max(0, this.#lease.untilMs);
  }

  get isLeased(): boolean {
    return this.#nowMs < this.leaseUntilMs;
  }

  get chosen(): Slot {
    return this.#deps.log.learned;
  }

  get inFlight(): number {
    return this.#phaseTwo.inFlight;
  }

  /** The last heartbeat round sent. */
  get round(): number {
    return this.#heartbeats.round;
  }

  /**
   * Whether this ballot may go on under another membership: nothing of it stands above what is learned, which
   * a second phase 1 at the same ballot could propose otherwise (I5), and it was not handed over.
   */
  get canGoOn(): boolean {
    return this.#phaseTwo.next <= this.#deps.log.learned && !this.#handOver.isUnderWay;
  }

  get isHandingOver(): boolean {
    return this.#handOver.isUnderWay;
  }

  get isDrained(): boolean {
    return this.#phaseTwo.inFlight === 0 && this.#phaseTwo.next === this.chosen;
  }

  proposeMembership(entry: MembershipEntry): void {
    this.#phaseTwo.propose({ kind: "membership", bytes: this.#deps.codec.encode(entry) }, this.#nowMs);
  }

  canPropose(bytes: number): boolean {
    return this.#heartbeats.isFresh(this.#nowMs) && this.isOpen(bytes);
  }

  /** What proposing demands whatever the time is: contact to a quorum may be lost between asking and doing. */
  isOpen(bytes: number): boolean {
    if (!this.#phaseTwo.isSettled || this.#handOver.isUnderWay || this.#change.isUnderWay) return false;
    return this.#phaseTwo.hasRoom(bytes);
  }

  propose(value: Value): Slot {
    return this.#phaseTwo.propose(value, this.#nowMs);
  }

  /** Why the group cannot change to `next` now; undefined when it can. */
  changeRefusal(next: Membership): ChangeRefusal | undefined {
    return this.#change.isUnderWay ? "busy" : this.#change.refusal(next, this, this.#nowMs);
  }

  beginChange(next: Membership): void {
    this.#change.begin(next, this.#nowMs);
  }

  read(from: NodeId, id: number): void {
    this.#reads.ask(from, id, this.#nowMs);
  }

  onAccepted(from: NodeId, slots: readonly Slot[], progress: Progress): void {
    this.#followers.note(from, progress, this.#nowMs);
    if (!this.#deps.quorum.isVoter(from)) return;
    this.#heartbeats.onHeard(from, this.#nowMs);
    this.#phaseTwo.onAccepted(from, slots);
    this.#compareDisks(from, progress);
  }

  onHeartbeatAck(from: NodeId, { round, granted, progress }: HeartbeatAckMessage): void {
    this.#followers.note(from, progress, this.#nowMs);
    if (!this.#deps.quorum.isVoter(from)) return;
    this.#heartbeats.onAck(from, round, this.#nowMs);
    if (granted) this.#lease.onGranted(from, round);
    this.#compareDisks(from, progress);
  }

  /** True when a quorum has turned away. Otherwise the next round tells whether a quorum still follows. */
  onReject(from: NodeId, promised: Ballot): boolean {
    if (!this.#deps.quorum.isVoter(from) || promised <= this.ballot) return false;
    return this.#heartbeats.onReject(from, promised);
  }

  /** A page that was asked for to repair the own log; everything else at this ballot is late. */
  onPromise(from: NodeId, page: PromiseMessage): void {
    this.#repair.onPromise(from, page);
  }

  onDurable(sequence: number): void {
    this.#phaseTwo.onDurable(sequence);
  }

  onPause(): void {
    this.#followers.forgetHeard();
    this.#heartbeats.forgetHeard(this.#nowMs);
  }

  /** True when it heard of no quorum for too long. */
  onTick(): boolean {
    if (this.#heartbeats.isAbandoned(this.#nowMs)) return true;
    this.#phaseTwo.resend(this.#nowMs);
    this.#reads.expire(this.#nowMs);
    this.#repair.onTick(this.#nowMs);
    if (this.#nowMs - this.#beatMs >= HEARTBEAT_MS) this.startRound();
    return false;
  }

  onStep(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** NOBODY cannot be handed to: `target` undefined picks the most advanced voter heard of lately. */
  beginHandOver(target: NodeId | undefined): void {
    const chosen = target ?? this.#followers.best(this.#deps.configuration.quorum.voters, this.#nowMs);
    if (!this.isServing || chosen === undefined || chosen === this.#deps.self) return;
    if (!this.#deps.quorum.isVoter(chosen) || this.#change.isUnderWay) return;
    this.#handOver.begin(chosen, this.#nowMs);
    this.#deps.slowDisk.onHandOver(this.#nowMs);
    this.startRound();
  }

  settle(): LeadershipStep {
    this.#phaseTwo.settle(this.#nowMs);
    // From here on others vote: what this leader counted is no answer of theirs.
    if (this.#deps.configuration.entriesLearned !== this.#entriesLearned) return "continue";
    if (!this.#isServingNoticed && this.#phaseTwo.isSettled) {
      this.#isServingNoticed = true;
      this.#deps.outbox.notice({ kind: "serving", ballot: this.ballot });
    }
    if (this.#heartbeats.isOvertakenByMinority) return "prepare-again";
    if (this.#settleHandOver() === "prepare-again") return "prepare-again";
    this.#reads.settle(this);
    this.#change.settle(this, this.#nowMs);
    // An idle line tells the others what is chosen; a busy one has the next Accept do it.
    const isQuiet = this.#phaseTwo.inFlight === 0 && this.#nowMs - this.#beatMs >= TICK_MS;
    if (isQuiet && this.#phaseTwo.isUnannounced) this.startRound();
    return "continue";
  }

  /** Sends one heartbeat round to everybody. */
  startRound(): number {
    const { truncation, log, learner, others, outbox, configuration, grants } = this.#deps;
    const round = this.#heartbeats.nextRound();
    const leaseMs = grants.settingMs;
    this.#lease.onRound(round, leaseMs, this.#nowMs);
    const { others: members } = configuration;
    truncation.onEverywhere(this.#followers.stateDurableEverywhere(members, truncation.stateDurable));
    this.#beatMs = this.#nowMs;
    this.#phaseTwo.onAnnounced();
    outbox.broadcast(others, {
      kind: "heartbeat",
      ballot: this.ballot,
      round,
      chosen: log.learned,
      digest: learner.digest,
      durableEverywhere: truncation.everywhere,
      serving: this.isServing,
      leaseMs,
      settled: configuration.settled,
    });
    return round;
  }

  isConfirmed(round: number): boolean {
    return this.#heartbeats.isConfirmed(round);
  }

  /** Leaves office at once, because a chosen entry has taken this node's vote away. */
  resign(): void {
    const target = this.#followers.best(this.#deps.configuration.quorum.voters, this.#nowMs);
    if (target === undefined || this.#handOver.isUnderWay) return;
    this.#deps.outbox.send(target, { kind: "hand-over", ballot: this.ballot, chosen: this.chosen });
  }

  /** The end: whoever waits for an index is told so. */
  end(): void {
    this.#reads.refuseAll();
  }

  #settleHandOver(): LeadershipStep {
    if (!this.#handOver.isUnderWay) return "continue";
    const { target } = this.#handOver;
    const isReady = this.#phaseTwo.inFlight === 0 && this.#followers.learned(target) >= this.chosen;
    switch (this.#handOver.advance(isReady, this.#nowMs)) {
      case "prepare-again":
        return "prepare-again";
      case "send":
        this.#deps.outbox.send(target, { kind: "hand-over", ballot: this.ballot, chosen: this.chosen });
        return "continue";
      case "nothing":
        return "continue";
    }
  }

  /** Office goes to a voter whose disk keeps up when the own one does not. */
  #compareDisks(voter: NodeId, { learned, writeAgeMs }: Progress): void {
    const { writeAge, slowDisk, outbox } = this.#deps;
    const ownMs = writeAge.ageMs(this.#nowMs);
    if (!slowDisk.isWorse(ownMs, writeAgeMs, this.#nowMs)) return;
    const isCaughtUp = learned + IN_FLIGHT_SLOTS_MAX >= this.chosen;
    if (!isCaughtUp || !this.isServing || this.#handOver.isUnderWay || this.#change.isUnderWay) return;
    outbox.notice({ kind: "slow-disk", ballot: this.ballot, target: voter, writeAgeMs: ownMs });
    this.beginHandOver(voter);
  }
}
