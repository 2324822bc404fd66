import { assert, unreachable } from "../base/assert.ts";
import { BALLOT_ZERO, type Ballot, NOBODY, type NodeId, nodeOf, offsetSlot, type Slot } from "../base/ids.ts";
import { CANDIDATE_LAG_SLOTS_MAX, ELECTION_TIMEOUT_MS_MIN, TICK_MS } from "../base/limits.ts";
import type { Crypto, Random } from "../base/seams.ts";
import { Acceptor } from "./acceptor.ts";
import { BallotCeiling } from "./ballot-ceiling.ts";
import { CatchUp } from "./catch-up.ts";
import type { ChangeRefusal } from "./change-refusal.ts";
import { Configuration } from "./configuration.ts";
import type { Effects, Input, ReplicaView } from "./effects.ts";
import { Election } from "./election.ts";
import { Summons } from "./hand-over.ts";
import { Learner } from "./learner.ts";
import { LeaseGrants } from "./lease.ts";
import { Log } from "./log.ts";
import type { LogEntry, LogReader, RecoveredLog } from "./log-reader.ts";
import type { LogTailBounds } from "./log-tail.ts";
import type { Membership } from "./membership.ts";
import type { MembershipCodec } from "./membership-entry.ts";
import type {
  AcceptMessage,
  HandOverMessage,
  HeartbeatAckMessage,
  HeartbeatMessage,
  Message,
  PrepareMessage,
  PreVoteMessage,
  PreVoteReplyMessage,
  Progress,
  RejectMessage,
} from "./messages.ts";
import { Outbox } from "./outbox.ts";
import { Peers } from "./peers.ts";
import { Proposer } from "./proposer.ts";
import { RemoteRead } from "./remote-read.ts";
import { SlowDisk } from "./slow-disk.ts";
import { Truncation } from "./truncation.ts";
import { WriteAge } from "./write-age.ts";

const WITHOUT_BOUNDS: LogTailBounds = { slots: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
/** Longer between two inputs, and this node was not running: what it believes of time is stale. */
const PAUSE_MS = ELECTION_TIMEOUT_MS_MIN / 2;
/** Longer, and what a write took meanwhile says nothing of the disk. */
const STALL_MS = 3 * TICK_MS;

export interface ReplicaOptions {
  /** It need not be a member, as far as its log goes: a node that joins learns from the log that it is. */
  readonly self: NodeId;
  /** What of the log is kept for members that are behind; absent: all that they may need. */
  readonly tail?: LogTailBounds;
  /** Whether a process before this one may have granted a lease; false by default. */
  readonly isRestarted?: boolean;
}

export interface ReplicaDeps {
  readonly random: Random;
  readonly crypto: Pick<Crypto, "crc32">;
  readonly log: LogReader;
  readonly codec: MembershipCodec;
}

/**
 * One member of one group: routes each input to the roles and collects what must follow. Pure: the same
 * inputs at the same times with the same random numbers give the same effects.
 */
export class Replica {
  readonly #self: NodeId;
  readonly #outbox = new Outbox();
  readonly #writeAge = new WriteAge();
  readonly #slowDisk = new SlowDisk();
  readonly #grants: LeaseGrants;
  readonly #configuration: Configuration;
  readonly #log: Log;
  readonly #ceiling: BallotCeiling;
  readonly #peers = new Peers();
  readonly #learner: Learner;
  readonly #acceptor: Acceptor;
  readonly #election: Election;
  readonly #truncation: Truncation;
  readonly #catchUp: CatchUp;
  readonly #remoteRead: RemoteRead;
  readonly #summons = new Summons();
  readonly #proposer: Proposer;
  /** A node without a state votes, accepts and learns, but leads nobody. */
  #hasState = true;
  #nowMs: number;
  #entriesLearned: number;

  /** `recovered`: what the log held at start; the node itself applies what is learned there. */
  constructor(options: ReplicaOptions, deps: ReplicaDeps, recovered: RecoveredLog, nowMs: number) {
    const { self } = options;
    this.#self = self;
    this.#nowMs = nowMs;
    const outbox = this.#outbox;
    const { codec } = deps;
    const configuration = new Configuration({ self, codec, outbox }, recovered.membership);
    this.#configuration = configuration;
    // Who is the only member has granted nothing that counts for anybody.
    this.#grants = new LeaseGrants(options.isRestarted === true && configuration.others.length > 0, nowMs);
    this.#entriesLearned = configuration.entriesLearned;
    const log = new Log(deps.log, recovered);
    this.#log = log;
    this.#ceiling = new BallotCeiling(recovered.promised);
    this.#learner = new Learner({ crypto: deps.crypto, log, outbox, configuration }, recovered.digest);
    const progress = () => this.#progress();
    this.#acceptor = new Acceptor({ log, outbox, ceiling: this.#ceiling, progress }, recovered);
    this.#election = new Election(configuration, deps.random, nowMs);
    this.#truncation = new Truncation(log, outbox, options.tail ?? WITHOUT_BOUNDS);
    this.#catchUp = new CatchUp({ log, learner: this.#learner, peers: this.#peers, outbox });
    this.#remoteRead = new RemoteRead(outbox, deps.random.below(2 ** 31));
    this.#proposer = new Proposer({
      self,
      log,
      outbox,
      configuration,
      codec,
      learner: this.#learner,
      acceptor: this.#acceptor,
      truncation: this.#truncation,
      writeAge: this.#writeAge,
      slowDisk: this.#slowDisk,
      grants: this.#grants,
      election: this.#election,
      ceiling: this.#ceiling,
    });
  }

  /** Takes one input at monotonic time `nowMs`; the effects are the caller's to perform, in order. */
  step(input: Input, nowMs: number): Effects {
    assert(nowMs >= this.#nowMs, "monotonic time runs backwards");
    const sinceMs = nowMs - this.#nowMs;
    this.#nowMs = nowMs;
    this.#proposer.leadership?.onStep(nowMs);
    if (sinceMs > STALL_MS) this.#writeAge.onStall(sinceMs);
    if (sinceMs > PAUSE_MS) this.#onPause();
    this.#route(input);
    this.#settle();
    const effects = this.#outbox.take();
    if (effects.urgent && effects.writeSequence > 0) this.#writeAge.onWrites(effects.writeSequence, nowMs);
    return effects;
  }

  /** Whether a batch of `bytes` fits the window now; otherwise the caller keeps it and lets it grow. */
  canPropose(bytes: number): boolean {
    return this.#proposer.leadership?.canPropose(bytes) ?? false;
  }

  /** Who is in the group from the learned watermark on. */
  get membership(): Membership {
    return this.#configuration.membership;
  }

  /** Why the group cannot change to `next` now; undefined when a `change` input may follow. */
  changeRefusal(next: Membership): ChangeRefusal | undefined {
    const leadership = this.#proposer.leadership;
    return leadership === undefined ? "not-serving" : leadership.changeRefusal(next);
  }

  /**
   * The entry of a slot, from memory or disk. A row that proves damaged only now counts as such from here
   * on, and is fetched from others.
   */
  read(slot: Slot): LogEntry | "damaged" | undefined {
    return this.#log.read(slot);
  }

  view(nowMs: number): ReplicaView {
    const leadership = this.#proposer.leadership;
    const heard = this.#election.leader(nowMs);
    return {
      role:
        leadership !== undefined ? "leader" : this.#proposer.kind === "preparing" ? "candidate" : "follower",
      serving: leadership?.isServingAt(nowMs) ?? false,
      ballot:
        leadership?.ballot ?? (heard === NOBODY ? this.#acceptor.promised : this.#election.leaderBallot),
      promised: this.#acceptor.promised,
      acceptedMax: this.#acceptor.acceptedMax,
      leader: leadership !== undefined ? this.#self : heard,
      chosen: this.#log.learned,
      firstKept: this.#log.firstKept,
      end: this.#log.end,
      digest: this.#learner.digest,
      leaseUntilMs: leadership?.leaseUntilMs ?? 0,
      inFlight: leadership?.inFlight ?? 0,
      damaged: this.#log.damagedCount,
      needed: this.#neededSnapshot(),
      epoch: this.#configuration.epoch,
      settled: this.#configuration.settled,
    };
  }

  #route(input: Input): void {
    switch (input.kind) {
      case "tick":
        return this.#onTick();
      case "received":
        // From anybody of the cluster: an acceptor answers whoever asks, and only proposers count votes.
        if (input.from !== this.#self) this.#onReceived(input.from, input.message);
        return;
      case "propose":
        return this.#onPropose(input.bytes);
      case "durable":
        return this.#onDurable(input.writeSequence);
      case "read":
        return this.#onRead(input.id);
      case "state-durable":
        return this.#truncation.onStateDurable(input.watermark);
      case "state-lost":
        this.#hasState = false;
        return;
      case "install":
        return this.#onInstall(input);
      case "keep-log":
        return this.#truncation.keepFrom(input.from);
      case "shorten-log":
        return this.#truncation.giveUpBelow(this.#log.learned - input.keep);
      case "hand-over":
        return this.#proposer.leadership?.beginHandOver(input.to === NOBODY ? undefined : input.to);
      case "lease":
        this.#grants.settingMs = input.leaseMs;
        return;
      case "stand":
        if (this.#proposer.kind === "idle" && this.#mayStand) this.#summons.onForced(this.#nowMs);
        return;
      case "change":
        assert(
          this.changeRefusal(input.membership) === undefined,
          "I12: one change at a time, and only when safe",
        );
        return this.#proposer.leadership?.beginChange(input.membership);
      default:
        return unreachable(input);
    }
  }

  #onReceived(from: NodeId, message: Message): void {
    switch (message.kind) {
      case "prepare":
        return this.#onPrepare(from, message);
      case "promise":
        this.#ceiling.raise(message.ballot);
        this.#peers.note(from, message.learned, message.firstKept);
        return this.#proposer.onPromise(from, message, this.#nowMs);
      case "reject":
        return this.#onReject(from, message);
      case "accept":
        return this.#onAccept(from, message);
      case "accepted":
        this.#peers.note(from, message.progress.learned);
        if (message.ballot !== this.#proposer.ballot) return;
        return this.#proposer.leadership?.onAccepted(from, message.slots, message.progress);
      case "heartbeat":
        return this.#onHeartbeat(from, message);
      case "heartbeat-ack":
        return this.#onHeartbeatAck(from, message);
      case "pre-vote":
        return this.#onPreVote(from, message);
      case "pre-vote-reply":
        return this.#onPreVoteReply(from, message);
      case "fetch":
        return this.#catchUp.onFetch(from, message);
      case "chosen":
        return this.#catchUp.onChosen(from, message, this.#election.leader(this.#nowMs), this.#nowMs);
      case "hand-over":
        return this.#onHandOver(from, message);
      case "read-index":
        return this.#onReadIndex(from, message.id);
      case "read-index-reply":
        return this.#remoteRead.onReply(from, message, this.#nowMs);
      default:
        return unreachable(message);
    }
  }

  #onTick(): void {
    const leader = this.#election.leader(this.#nowMs);
    this.#proposer.onTick(this.#nowMs);
    this.#catchUp.onTick(leader, this.#nowMs);
    this.#giveUpLost();
    this.#remoteRead.onTick(leader, this.#nowMs);
    this.#truncation.onTick();
    if (this.#proposer.kind !== "idle" || !this.#mayStand) return;
    if (this.#election.isDue(this.#nowMs)) this.#startPreVote();
  }

  get #mayStand(): boolean {
    return this.#hasState && this.#configuration.role === "voter";
  }

  #neededSnapshot(): Slot | undefined {
    const { firstKept } = this.#log;
    if (!this.#hasState) return firstKept;
    const missing = this.#log.missingFrom(this.#truncation.stateDurable);
    return this.#catchUp.isStrandedAt(missing) ? offsetSlot(missing, 1) : undefined;
  }

  /** A damaged record that nobody can replace, of a slot that the own state holds: it and all below go. */
  #giveUpLost(): void {
    const damaged = this.#log.damagedBelowLearned();
    if (damaged === undefined || damaged >= this.#truncation.stateDurable) return;
    if (this.#catchUp.isStrandedAt(damaged)) this.#truncation.giveUpBelow(damaged + 1);
  }

  /** Whoever leads without knowing what was chosen before cannot get on, and steps down. */
  #onInstall({ watermark, digest, membership, state }: Extract<Input, { kind: "install" }>): void {
    const needed = this.#neededSnapshot();
    assert(needed !== undefined && watermark >= needed, "I19: only a state that is needed is installed");
    if (this.#proposer.kind !== "idle") this.#proposer.stepDown("installs a snapshot", this.#nowMs);
    this.#outbox.writeInstall({ watermark, digest, state });
    this.#configuration.install(watermark, membership);
    this.#learner.install(watermark, digest);
    this.#hasState = true;
  }

  /** Nothing was heard because nobody listened: no election, and no service, on the strength of that. */
  #onPause(): void {
    if (this.#proposer.kind !== "leading") this.#election.restart(this.#nowMs);
    this.#proposer.onPause();
  }

  #onPropose(bytes: Uint8Array): void {
    const leadership = this.#proposer.leadership;
    // Any batch may follow canPropose(0): the window's bytes are then exceeded by at most this one.
    assert(leadership?.isOpen(0) === true, "I40: proposed only while canPropose()");
    this.#outbox.reportProposed(leadership.propose({ kind: "batch", bytes }));
  }

  #onDurable(sequence: number): void {
    this.#log.onDurable(sequence);
    this.#writeAge.onDurable(sequence, this.#nowMs);
    this.#proposer.onDurable(sequence);
  }

  #onRead(id: number): void {
    const leadership = this.#proposer.leadership;
    if (leadership !== undefined) leadership.read(this.#self, id);
    else this.#remoteRead.ask(id, this.#election.leader(this.#nowMs), this.#nowMs);
  }

  #onReadIndex(from: NodeId, id: number): void {
    const leadership = this.#proposer.leadership;
    if (leadership !== undefined) leadership.read(from, id);
    else this.#outbox.send(from, { kind: "read-index-reply", id, index: undefined });
  }

  #onPrepare(from: NodeId, message: PrepareMessage): void {
    if (nodeOf(message.ballot) !== from || !this.#mayAnswer(from, message)) return;
    if (this.#acceptor.onPrepare(from, message) === "rejected") return;
    if (message.handOver !== BALLOT_ZERO) this.#slowDisk.onHandOver(this.#nowMs);
    this.#proposer.yieldTo(message.ballot, this.#nowMs);
    // A late copy of the Prepare that made our leader is no news.
    if (message.ballot > this.#election.leaderBallot) this.#election.onPromised(this.#nowMs);
  }

  /** I27: what was granted binds. A further page of what was promised already, or a no, is no promise. */
  #mayAnswer(from: NodeId, { ballot, handOver }: PrepareMessage): boolean {
    return ballot <= this.#acceptor.promised || this.#mayPromise(from, handOver);
  }

  #mayPromise(candidate: NodeId, handOver: Ballot): boolean {
    const isOurs = handOver === this.#election.leaderBallot && this.#acceptor.promised <= handOver;
    return this.#grants.allows(candidate, isOurs ? handOver : BALLOT_ZERO, this.#nowMs);
  }

  #onAccept(from: NodeId, message: AcceptMessage): void {
    if (nodeOf(message.ballot) !== from) return;
    if (this.#acceptor.onAccept(from, message) === "rejected") return;
    this.#follow(from, message);
  }

  #onHeartbeat(from: NodeId, message: HeartbeatMessage): void {
    if (nodeOf(message.ballot) !== from) return;
    if (message.ballot < this.#acceptor.promised) {
      this.#acceptor.reject(from, message.ballot, "heartbeat");
      return;
    }
    this.#follow(from, message);
    this.#truncation.onEverywhere(message.durableEverywhere);
    this.#configuration.onSettled(message.settled);
    assert(
      !this.#learner.contradicts(message.chosen, message.digest),
      "I2: the leader's digest differs from ours",
    );
    this.#outbox.send(from, {
      kind: "heartbeat-ack",
      ballot: message.ballot,
      round: message.round,
      digest: this.#learner.digest,
      granted: this.#grants.grant(from, message.ballot, message.leaseMs, this.#nowMs),
      progress: this.#progress(),
    });
  }

  #onHeartbeatAck(from: NodeId, message: HeartbeatAckMessage): void {
    this.#peers.note(from, message.progress.learned);
    if (message.ballot !== this.#proposer.ballot) return;
    if (this.#learner.contradicts(message.progress.learned, message.digest)) {
      const text = `n${from} has another digest at slot ${message.progress.learned}: it holds other values`;
      this.#outbox.notice({ kind: "alarm", text });
    }
    this.#proposer.leadership?.onHeartbeatAck(from, message);
  }

  /** A leader was heard that no promise here forbids. */
  #follow(leader: NodeId, from: { readonly ballot: AcceptMessage["ballot"]; readonly chosen: Slot }): void {
    this.#ceiling.raise(from.ballot);
    this.#proposer.yieldTo(from.ballot, this.#nowMs);
    if (from.ballot !== this.#election.leaderBallot) {
      this.#outbox.notice({ kind: "following", leader, ballot: from.ballot });
    }
    this.#election.onLeaderHeard(from.ballot, this.#nowMs);
    this.#peers.note(leader, from.chosen);
    this.#learner.hearWatermark(from.ballot, from.chosen);
  }

  #onReject(from: NodeId, message: RejectMessage): void {
    if (this.#ceiling.isJump(message.promised)) {
      const text = `n${from} has promised a round that jumps too far: ${message.promised}`;
      if (this.#ceiling.shouldAlarm(message.promised)) this.#outbox.notice({ kind: "alarm", text });
      return;
    }
    this.#ceiling.raise(message.promised);
    this.#proposer.onReject(from, message, this.#nowMs);
  }

  #startPreVote(): void {
    const ballot = this.#ceiling.next(this.#self);
    this.#election.startPreVote(ballot, this.#self, this.#nowMs);
    const others = this.#configuration.quorum.voters.filter((voter) => voter !== this.#self);
    this.#outbox.broadcast(others, { kind: "pre-vote", ballot, learned: this.#log.learned });
  }

  #onPreVote(from: NodeId, message: PreVoteMessage): void {
    if (nodeOf(message.ballot) !== from) return;
    this.#peers.note(from, message.learned);
    const granted = this.#isWelcome(from, message);
    const { promised } = this.#acceptor;
    const learned = this.#log.learned;
    this.#outbox.send(from, { kind: "pre-vote-reply", ballot: message.ballot, granted, promised, learned });
  }

  /** I36: decided without a trace. */
  #isWelcome(from: NodeId, message: PreVoteMessage): boolean {
    // Without a vote it could not lead, unless it knows a newer membership than this node does.
    if (!this.#configuration.quorum.isVoter(from) && message.learned <= this.#log.learned) return false;
    if (message.ballot <= this.#acceptor.promised || this.#ceiling.isJump(message.ballot)) return false;
    if (this.#proposer.leadership !== undefined || this.#election.isSticky(this.#nowMs)) return false;
    const isRecoverable = message.learned >= this.#log.firstKept;
    return isRecoverable && message.learned + CANDIDATE_LAG_SLOTS_MAX >= this.#log.learned;
  }

  #onPreVoteReply(from: NodeId, message: PreVoteReplyMessage): void {
    this.#peers.note(from, message.learned);
    if (!this.#ceiling.isJump(message.promised)) this.#ceiling.raise(message.promised);
    if (message.granted) this.#election.onPreVoteGranted(from, message.ballot);
  }

  #onHandOver(from: NodeId, message: HandOverMessage): void {
    const isOurLeader = nodeOf(message.ballot) === from && message.ballot === this.#election.leaderBallot;
    if (!isOurLeader || message.ballot < this.#acceptor.promised) return;
    if (this.#proposer.kind !== "idle" || !this.#mayStand) return;
    this.#learner.hearWatermark(message.ballot, message.chosen);
    this.#summons.onHandOver(message.ballot, message.chosen, this.#nowMs);
  }

  #settle(): void {
    this.#followMembership();
    if (this.#proposer.kind === "idle") this.#stand();
    this.#proposer.settle(this.#nowMs);
    this.#followMembership();
  }

  #followMembership(): void {
    if (this.#entriesLearned === this.#configuration.entriesLearned) return;
    this.#entriesLearned = this.#configuration.entriesLearned;
    this.#election.onMembership(this.#nowMs);
    this.#peers.retain(this.#configuration.recipients);
  }

  #stand(): void {
    if (this.#configuration.role !== "voter") return;
    const mayStand = (handedOver: Ballot): boolean => this.#mayPromise(this.#self, handedOver);
    const marks = { learned: this.#log.learned, promised: this.#acceptor.promised };
    const handOver = this.#summons.take(marks, this.#nowMs, mayStand);
    if (handOver !== undefined) {
      this.#slowDisk.onHandOver(this.#nowMs);
      this.#proposer.prepare(handOver, this.#nowMs);
    } else if (this.#election.granted !== undefined && mayStand(BALLOT_ZERO))
      this.#proposer.prepare(BALLOT_ZERO, this.#nowMs);
  }

  #progress(): Progress {
    return {
      learned: this.#log.learned,
      stateDurable: this.#truncation.stateDurable,
      writeAgeMs: this.#writeAge.latelyMs(this.#nowMs),
      epoch: this.#configuration.durableEpoch(this.#log.durableSequence),
    };
  }
}
