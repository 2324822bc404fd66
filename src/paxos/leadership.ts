import type { Ballot, NodeId, Slot } from "../base/ids.ts";
import { HEARTBEAT_MS, IN_FLIGHT_SLOTS_MAX, TICK_MS } from "../base/limits.ts";
import { HandOver } from "./hand-over.ts";
import { Heartbeats } from "./heartbeats.ts";
import { LeaderLease, type LeaseGrants } from "./lease.ts";
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
}

/** What the proposer must do after the leader has settled. */
export type LeadershipStep = "continue" | "prepare-again";

/** One ballot's time in office: phase 2, heartbeats, reads and the end of it. */
export class Leadership implements LeaderPosition {
  readonly ballot: Ballot;
  readonly #deps: LeadershipDeps;
  readonly #phaseTwo: PhaseTwo;
  readonly #heartbeats: Heartbeats;
  readonly #reads: ReadIndex;
  readonly #repair: Repair;
  readonly #handOver = new HandOver();
  readonly #lease: LeaderLease;
  readonly #progress = new Map<NodeId, Progress>();
  #nowMs: number;
  #beatMs = Number.NEGATIVE_INFINITY;
  #isServingNoticed = false;

  constructor(ballot: Ballot, deps: LeadershipDeps, recovered: readonly RecoveredSlot[], nowMs: number) {
    this.ballot = ballot;
    this.#deps = deps;
    this.#nowMs = nowMs;
    this.#phaseTwo = new PhaseTwo(ballot, deps, recovered, nowMs);
    this.#heartbeats = new Heartbeats(deps.self, deps.quorum, nowMs);
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

  canPropose(bytes: number): boolean {
    return this.#heartbeats.isFresh(this.#nowMs) && this.isOpen(bytes);
  }

  /** What proposing demands whatever the time is: contact to a quorum may be lost between asking and doing. */
  isOpen(bytes: number): boolean {
    return this.#phaseTwo.isSettled && !this.#handOver.isUnderWay && this.#phaseTwo.hasRoom(bytes);
  }

  propose(value: Value): Slot {
    return this.#phaseTwo.propose(value, this.#nowMs);
  }

  read(from: NodeId, id: number): void {
    this.#reads.ask(from, id, this.#nowMs);
  }

  onAccepted(from: NodeId, slots: readonly Slot[], progress: Progress): void {
    this.#noteProgress(from, progress);
    if (!this.#deps.quorum.isVoter(from)) return;
    this.#heartbeats.onHeard(from, this.#nowMs);
    this.#phaseTwo.onAccepted(from, slots);
    this.#compareDisks(from, progress);
  }

  onHeartbeatAck(from: NodeId, { round, granted, progress }: HeartbeatAckMessage): void {
    this.#noteProgress(from, progress);
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
    const chosen = target ?? this.#bestTarget();
    if (!this.isServing || chosen === undefined || chosen === this.#deps.self) return;
    if (!this.#deps.quorum.isVoter(chosen)) return;
    this.#handOver.begin(chosen, this.#nowMs);
    this.#deps.slowDisk.onHandOver(this.#nowMs);
    this.startRound();
  }

  settle(): LeadershipStep {
    this.#phaseTwo.settle(this.#nowMs);
    if (!this.#isServingNoticed && this.#phaseTwo.isSettled) {
      this.#isServingNoticed = true;
      this.#deps.outbox.notice({ kind: "serving", ballot: this.ballot });
    }
    if (this.#heartbeats.isOvertakenByMinority) return "prepare-again";
    if (this.#settleHandOver() === "prepare-again") return "prepare-again";
    this.#reads.settle(this);
    // An idle line tells the others what is chosen; a busy one has the next Accept do it.
    const isQuiet = this.#phaseTwo.inFlight === 0 && this.#nowMs - this.#beatMs >= TICK_MS;
    if (isQuiet && this.#phaseTwo.isUnannounced) this.startRound();
    return "continue";
  }

  /** Sends one heartbeat round to everybody. */
  startRound(): number {
    const { truncation, log, learner, others, outbox, grants } = this.#deps;
    const round = this.#heartbeats.nextRound();
    const leaseMs = grants.settingMs;
    this.#lease.onRound(round, leaseMs, this.#nowMs);
    truncation.onEverywhere(this.#durableEverywhere());
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
    });
    return round;
  }

  isConfirmed(round: number): boolean {
    return this.#heartbeats.isConfirmed(round);
  }

  /** The end: whoever waits for an index is told so. */
  end(): void {
    this.#reads.refuseAll();
  }

  #settleHandOver(): LeadershipStep {
    if (!this.#handOver.isUnderWay) return "continue";
    const { target } = this.#handOver;
    const learned = this.#progress.get(target)?.learned ?? 0;
    const isReady = this.#phaseTwo.inFlight === 0 && learned >= this.chosen;
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
    if (!isCaughtUp || !this.isServing || this.#handOver.isUnderWay) return;
    outbox.notice({ kind: "slow-disk", ballot: this.ballot, target: voter, writeAgeMs: ownMs });
    this.beginHandOver(voter);
  }

  #noteProgress(from: NodeId, progress: Progress): void {
    const known = this.#progress.get(from);
    // Acknowledgements may overtake each other; a member's watermarks only rise.
    if (known !== undefined && known.learned > progress.learned) return;
    this.#progress.set(from, progress);
  }

  /** A member not heard of during this ballot may still need everything. */
  #durableEverywhere(): Slot {
    let lowest: Slot = this.#deps.truncation.stateDurable;
    for (const node of this.#deps.others) {
      const stateDurable = this.#progress.get(node)?.stateDurable ?? (1 as Slot);
      if (stateDurable < lowest) lowest = stateDurable;
    }
    return lowest;
  }

  #bestTarget(): NodeId | undefined {
    let best: NodeId | undefined;
    let bestLearned = -1;
    for (const voter of this.#deps.quorum.voters) {
      const learned = this.#progress.get(voter)?.learned ?? -1;
      const isHeard = this.#nowMs - this.#heartbeats.heardMs(voter) < 4 * HEARTBEAT_MS;
      if (voter === this.#deps.self || !isHeard || learned <= bestLearned) continue;
      best = voter;
      bestLearned = learned;
    }
    return best;
  }
}
