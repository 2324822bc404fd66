import { assert } from "../base/assert.ts";
import { type ErrorCode, type Failure, failure, type Outcome } from "../base/errors.ts";
import { BALLOT_ZERO, type Ballot, type GroupId, NOBODY, type NodeId, type Slot } from "../base/ids.ts";
import { DEADLINE_AHEAD_MS_MAX, EXPIRIES_MAX, PRINCIPALS_MAX } from "../base/limits.ts";
import type { Clock, Crypto, Random } from "../base/seams.ts";
import { ClusterTimeEstimate, LeaderClock } from "../kv/cluster-time.ts";
import type { Batch } from "../kv/command.ts";
import type { EventReader } from "../kv/event.ts";
import { EventHistory } from "../kv/event-history.ts";
import { invalidReason } from "../kv/invalid-reason.ts";
import { type AppliedSlot, Machine } from "../kv/machine.ts";
import { addsExpiries, needsSpace } from "../kv/operation-size.ts";
import { Overlay } from "../kv/overlay.ts";
import type { PrincipalTable } from "../kv/principal.ts";
import type { Broadcast, Effects, Input, Notice, ReplicaView, Write } from "../paxos/effects.ts";
import { Replica } from "../paxos/replica.ts";
import type { Value } from "../paxos/value.ts";
import type { StateStorage, Storage } from "../storage/storage.ts";
import type { LinkId } from "../transport/service.ts";
import type { Freshness, ReplyBody, WatchRequest } from "../wire/client-messages.ts";
import { decodeBatch, decodeCommand, encodeBatch } from "../wire/command-codec.ts";
import { Applier } from "./applier.ts";
import type { CommitQueue } from "./commit-queue.ts";
import { Compaction, type HistoryWindow } from "./compaction.ts";
import { DigestTrail } from "./digest-trail.ts";
import { DuePace } from "./due-pace.ts";
import { Flusher } from "./flusher.ts";
import { OwnRequests } from "./own-requests.ts";
import { isPast, pastAnswer } from "./past-answer.ts";
import { PastReads } from "./past-reads.ts";
import { type Admitted, type Origin, Proposals, type ProposedBatch } from "./proposals.ts";
import { invalidReadReason, readAnswer } from "./read-answer.ts";
import { Reads } from "./reads.ts";
import type { StepObserver } from "./step.ts";
import type { ReadRequest, WaitingRead } from "./waiting-reads.ts";
import { Watches } from "./watches.ts";

/** Results kept for repeats, over all clients; beyond it new mutations are refused with `overloaded`. */
const EXECUTED_RECORDS_MAX = 2_000_000;

export interface GroupDeps {
  readonly storage: Storage;
  readonly commits: CommitQueue;
  readonly clock: Clock;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly broadcast: (group: GroupId, broadcast: Broadcast) => void;
  readonly answer: (origin: Origin, body: ReplyBody, freshness?: Freshness) => void;
  readonly onNotice: (group: GroupId, notice: Notice) => void;
  readonly onStep: StepObserver | undefined;
  readonly history: HistoryWindow;
  /** Why a command that needs room on the disk is refused now; undefined while there is room. */
  readonly spaceRefusal: () => Failure | undefined;
}

/**
 * One consensus group at one node: what its replica answers is written, sent, applied and replied to
 * here, in that order. Work is gathered over a turn of the loop and done once at its end.
 */
export class Group {
  readonly id: GroupId;
  readonly #deps: GroupDeps;
  readonly #replica: Replica;
  readonly #state: StateStorage;
  readonly #machine: Machine;
  readonly #overlay: Overlay;
  readonly #history: EventHistory;
  readonly #watches: Watches;
  readonly #pastReads: PastReads;
  readonly #applier: Applier;
  readonly #flusher: Flusher;
  readonly #digests: DigestTrail;
  readonly #proposals = new Proposals();
  readonly #duePace = new DuePace();
  readonly #compaction: Compaction;
  readonly #ownRequests: OwnRequests;
  readonly #reads: Reads;
  /** The batch behind the value that is being proposed or applied, so that it is not decoded again. */
  #settled: ReturnType<Proposals["settle"]>;
  #leaderClock: LeaderClock | undefined;
  /** At which the clock was begun. */
  #officeBallot: Ballot = BALLOT_ZERO;
  /** Everything below must be applied before a new leader may stamp and propose. */
  #readyAt: Slot | undefined;
  #timeHeard: ClusterTimeEstimate;
  #learnedDurable: Slot;
  #stateDurable: Slot;
  #view: ReplicaView;

  constructor(id: GroupId, self: NodeId, deps: GroupDeps) {
    this.id = id;
    this.#deps = deps;
    const nowMs = deps.clock.nowMs();
    const recovered = deps.storage.recoverLog(id);
    const log = deps.storage.logReader(id);
    this.#state = deps.storage.state(id);
    this.#overlay = new Overlay(this.#state, this.#state.recovered.watermark);
    this.#machine = new Machine(this.#overlay, this.#state.recovered, deps.crypto);
    this.#history = new EventHistory(this.#overlay, this.#machine);
    this.#watches = new Watches({
      events: this.#history,
      answer: deps.answer,
      isLed: () => this.#view.leader !== NOBODY,
    });
    this.#pastReads = new PastReads(deps.answer);
    this.#compaction = new Compaction(deps.history, this.#machine);
    this.#ownRequests = new OwnRequests(deps.random);
    this.#replica = new Replica(
      { self, membership: deps.storage.identity.genesis },
      { random: deps.random, crypto: deps.crypto, log },
      recovered,
      nowMs,
    );
    this.#applier = new Applier(
      {
        machine: this.#machine,
        overlay: this.#overlay,
        log: this.#replica,
        learnedDurable: () => this.#learnedDurable,
        decode: decodeChosen,
        batchOf: (slot, value) => this.#settle(slot, value),
        onApplied: (slot, value, applied) => this.#onApplied(slot, value, applied),
      },
      this.#state.recovered.watermark,
      recovered.learned,
    );
    this.#reads = new Reads({
      clock: deps.clock,
      applied: () => this.applied,
      revision: () => this.revision,
      answer: (read, freshness) => this.#answerRead(read, freshness),
      refuse: (origin, reason) => this.#answerFailure(origin, reason),
    });
    const { watermark, digest } = this.#state.recovered;
    this.#digests = new DigestTrail(deps.crypto, watermark, digest);
    const { genesis: membership } = deps.storage.identity;
    this.#flusher = new Flusher(
      this.#state,
      this.#overlay,
      (at) => ({ digest: this.#digests.at(at), membership }),
      (at) => this.#onFlushed(at),
    );
    this.#learnedDurable = recovered.learned;
    this.#stateDurable = this.#state.recovered.watermark;
    this.#timeHeard = new ClusterTimeEstimate(this.#machine.timeMs, nowMs);
    this.#view = this.#replica.view(nowMs);
    this.step({ kind: "state-durable", watermark: this.#stateDurable });
  }

  get view(): ReplicaView {
    return this.#view;
  }

  get applied(): Slot {
    return this.#applier.applied;
  }

  get stateDurable(): Slot {
    return this.#stateDurable;
  }

  get revision(): number {
    return this.#machine.revision;
  }

  get keyCount(): number {
    return this.#machine.keyCount;
  }

  /** Who may use the cluster, as of the last slot that is applied here. */
  get principals(): PrincipalTable {
    const { principals } = this.#machine;
    const timeMs = this.timeMs(this.#deps.clock.nowMs());
    return { get: (id) => principals.get(id), timeMs, ageMs: this.#reads.ageMs };
  }

  /** The changes of the retained window, as of the last applied slot. */
  get eventReader(): EventReader {
    return this.#history;
  }

  get isFlushing(): boolean {
    return !this.#flusher.idle;
  }

  get stateBytes(): number {
    return this.#state.bytes();
  }

  /** Cluster time now, as well as this node can tell. */
  timeMs(nowMs: number): number {
    const wallMs = this.#deps.clock.wallMs();
    return this.#leaderClock?.stamp(nowMs, wallMs) ?? this.#timeHeard.at(nowMs, wallMs);
  }

  /**
   * The same for a leader to tell the others, who may go on from there: 0 before its clock has begun, and before
   * anything was stamped, since a wall clock that nobody has agreed to must not get into cluster time.
   */
  leaderTimeMs(nowMs: number): number {
    return this.#leaderClock === undefined || this.#machine.timeMs === 0 ? 0 : this.timeMs(nowMs);
  }

  /** Cluster time came with a heartbeat of the leader of `ballot`; an outlived one's may be ahead. */
  onTimeHeard(timeMs: number, ballot: Ballot, nowMs: number): void {
    if (ballot >= this.#view.promised) this.#timeHeard.hear(timeMs, ballot, nowMs);
  }

  /** Feeds one input to the protocol and sees to all that follows from it. */
  step(input: Input): void {
    const nowMs = this.#deps.clock.nowMs();
    this.#perform(this.#take(input, nowMs));
    // A leader that takes a higher round is a candidate for a moment, and its proposals live on.
    if (this.#view.role === "follower" && this.#hasOffice) this.#onDeposed();
  }

  /** These writes of this group are on disk. */
  onDurable(writeSequence: number, writes: readonly Write[]): void {
    for (const write of writes) {
      if (write.kind === "learned") this.#learnedDurable = write.watermark;
    }
    this.step({ kind: "durable", writeSequence });
  }

  /** Admits a mutation, or answers why not; what is admitted is proposed at the end of the turn. */
  admit(origin: Origin, bytes: Uint8Array): void {
    const command = decodeCommand(bytes);
    if (typeof command === "string")
      return this.refuse(origin, "bad_request", `the command is malformed: ${command}`);
    const invalid = invalidReason(command.operation);
    if (invalid !== undefined) return this.#answerFailure(origin, invalid);
    if (command.identity.deadlineMs > this.timeMs(this.#deps.clock.nowMs()) + DEADLINE_AHEAD_MS_MAX) {
      return this.refuse(
        origin,
        "deadline_too_far",
        "the request's deadline is more than 15 minutes of cluster time ahead",
      );
    }
    if (this.#proposals.isFull || !this.#applier.hasRoom || this.#machine.tableSize >= EXECUTED_RECORDS_MAX) {
      return this.refuse(origin, "overloaded", "the leader has too much work waiting; try again later");
    }
    if (this.#machine.expiries.size >= EXPIRIES_MAX && addsExpiries(command.operation)) {
      const message = `the cluster holds ${EXPIRIES_MAX} leases and keys that end by themselves, its limit`;
      return this.refuse(origin, "overloaded", message);
    }
    const noSpace = needsSpace(command.operation) ? this.#deps.spaceRefusal() : undefined;
    if (noSpace !== undefined) return this.#answerFailure(origin, noSpace);
    const isCrowded = this.#machine.principals.size >= PRINCIPALS_MAX;
    if (isCrowded && command.operation.kind === "principal-create") {
      const message = `there are ${PRINCIPALS_MAX} principals, as many as a cluster has; revoke what is not used`;
      return this.refuse(origin, "overloaded", message);
    }
    this.#proposals.enqueue({ origin, bytes, command });
  }

  /** Whether mutations may be admitted here at all. */
  get isLeading(): boolean {
    return this.#view.role === "leader";
  }

  read(origin: Origin, request: ReadRequest): void {
    this.#reads.begin(origin, request);
  }

  /** Answers with changes from a revision on, as soon as there are any; from none: with where the store stands. */
  watch(origin: Origin, request: WatchRequest): void {
    const invalid = invalidReadReason(request);
    if (invalid !== undefined) return this.#answerFailure(origin, invalid);
    if (request.from === 0) return this.read(origin, request);
    const refused = this.#watches.add(origin, request, this.#deps.clock.nowMs());
    if (refused !== undefined) this.#answerFailure(origin, refused);
  }

  /** Whoever asked so awaits no answer any more. */
  cancelWatch(origin: Origin): void {
    this.#watches.cancel(origin);
  }

  /** Whoever asked over this link awaits nothing any more. */
  onLinkDown(link: LinkId): void {
    this.#watches.dropLink(link);
    this.#pastReads.dropLink(link);
  }

  /** The end of a turn: propose what was gathered, ask for read indexes, apply, start the next commit. */
  endTurn(): boolean {
    const readId = this.#reads.askFor();
    if (readId !== undefined) this.step({ kind: "read", id: readId });
    const hasMore = this.#applier.run();
    this.#becomeReady();
    this.#propose();
    this.#reads.answerReached();
    const isBehind = this.#watches.run(this.#deps.clock.nowMs());
    const isSearching = this.#pastReads.run();
    return hasMore || isBehind || isSearching;
  }

  tick(): void {
    this.step({ kind: "tick" });
    this.#reads.expire();
    const nowMs = this.#deps.clock.nowMs();
    this.#watches.expire(nowMs);
    this.#pastReads.expire(nowMs);
    this.#flusher.poll(nowMs, this.#learnedDurable);
  }

  /** Refuses an attempt that certainly changed nothing. */
  refuse(origin: Origin, code: ErrorCode, message: string, outcome: Outcome = "not_applied"): void {
    this.#answerFailure(origin, failure(code, outcome, message));
  }

  #perform(effects: Effects): void {
    for (const notice of effects.notices) {
      if (notice.kind === "serving") this.#readyAt = this.#view.chosen;
      this.#deps.onNotice(this.id, notice);
    }
    for (const broadcast of effects.messages) this.#deps.broadcast(this.id, broadcast);
    this.#deps.commits.add(this.id, effects);
    if (effects.chosen.length > 0) {
      this.#applier.add(effects.chosen);
      this.#applier.run();
    }
    for (const outcome of effects.reads) this.#reads.onOutcome(outcome.id, outcome.index);
  }

  #propose(): void {
    const clock = this.#leaderClock;
    if (clock === undefined) return;
    this.#forget();
    while (this.#proposals.queued > 0 && this.#replica.canPropose(0)) {
      this.#proposeCommands(clock, this.#proposals.takeBatch());
    }
    // Usually the batches above have moved time far enough; but they may be too full to end what is due.
    const nowMs = this.#deps.clock.nowMs();
    if (!this.#duePace.isTime(nowMs, this.applied) || !this.#replica.canPropose(0)) return;
    // A fresh cluster's time begins with its first leader: until then clients take any node's wall clock for it.
    const hasBegun = this.#machine.timeMs > 0;
    if (hasBegun && this.timeMs(nowMs) < this.#machine.dueMs) return;
    this.#duePace.proposed(this.#proposeCommands(clock, []), nowMs);
  }

  /** Has what is older than the window forgotten. */
  #forget(): void {
    const nowMs = this.#deps.clock.nowMs();
    const store = { timeMs: this.timeMs(nowMs), revision: this.#machine.revision };
    const revision = this.#compaction.due(nowMs, store, this.#machine.compacted);
    if (revision === undefined || this.#proposals.isFull) return;
    this.#proposals.enqueue(this.#ownRequests.admitted({ kind: "compact", revision }, store.timeMs));
  }

  #proposeCommands(clock: LeaderClock, admitted: readonly Admitted[]): Slot {
    const nowMs = this.#deps.clock.nowMs();
    const wallMs = this.#deps.clock.wallMs();
    const stampMs = clock.stamp(nowMs, wallMs);
    const bytes = encodeBatch(
      stampMs,
      wallMs,
      admitted.map((one) => one.bytes),
    );
    const batch: Batch = { stampMs, wallMs, commands: admitted.map((one) => one.command) };
    return this.#proposeBatch({ batch, bytes, origins: admitted.map((one) => one.origin) }, nowMs);
  }

  #proposeBatch(proposed: ProposedBatch, nowMs: number): Slot {
    const effects = this.#take({ kind: "propose", bytes: proposed.bytes }, nowMs);
    assert(effects.proposed !== undefined, "I10: a proposal that was allowed got a slot");
    this.#proposals.proposed(effects.proposed, proposed);
    this.#perform(effects);
    return effects.proposed;
  }

  #take(input: Input, nowMs: number): Effects {
    const effects = this.#replica.step(input, nowMs);
    this.#view = this.#replica.view(nowMs);
    this.#deps.onStep?.({ group: this.id, nowMs, input, effects, view: this.#view });
    return effects;
  }

  /** A leader may propose once everything up to its own first entry is applied: only then can it stamp. */
  #becomeReady(): void {
    if (this.#readyAt === undefined || this.applied < this.#readyAt || this.#view.role !== "leader") return;
    this.#readyAt = undefined;
    const nowMs = this.#deps.clock.nowMs();
    const wallMs = this.#deps.clock.wallMs();
    // Not the last stamp alone: in a cluster that was idle it may be old, and whatever is to end would end so
    // much later. What was heard since from the leader that stamped it never runs ahead of it.
    const timeMs = this.#machine.timeMs === 0 ? 0 : this.#timeHeard.successionMs(nowMs);
    this.#leaderClock ??= new LeaderClock(timeMs, nowMs, wallMs);
    this.#officeBallot = this.#view.ballot;
  }

  /** Whether anything is left here of having led. */
  get #hasOffice(): boolean {
    return this.#leaderClock !== undefined || this.#proposals.queued > 0 || this.#proposals.inFlight > 0;
  }

  #onDeposed(): void {
    const nowMs = this.#deps.clock.nowMs();
    this.#timeHeard.hear(this.leaderTimeMs(nowMs), this.#officeBallot, nowMs);
    this.#leaderClock = undefined;
    this.#duePace.forget();
    this.#readyAt = undefined;
    const { queued, proposed } = this.#proposals.abandon();
    for (const origin of queued)
      this.refuse(origin, "not_leader", "this node no longer leads; ask the new leader");
    for (const origin of proposed) {
      this.refuse(
        origin,
        "lost_leadership",
        "this node was deposed before the request was chosen",
        "unknown",
      );
    }
  }

  #settle(slot: Slot, value: Value): Batch | undefined {
    this.#settled = this.#proposals.settle(slot, value);
    return this.#settled?.kind === "mine" ? this.#settled.proposed.batch : undefined;
  }

  #onApplied(slot: Slot, value: Value, applied: AppliedSlot): void {
    this.#digests.add(slot, value);
    this.#compaction.note(this.#machine);
    if (value.kind !== "batch") this.#settled = this.#proposals.settle(slot, value);
    const settled = this.#settled;
    this.#settled = undefined;
    const isForeign = value.kind === "batch" && settled?.kind !== "mine";
    if (isForeign) this.#timeHeard.onApplied(this.#machine.timeMs, this.#deps.clock.nowMs());
    if (settled === undefined) return;
    const { origins } = settled.proposed;
    if (settled.kind === "lost") {
      for (const origin of origins) {
        if (origin === undefined) continue;
        this.refuse(origin, "lost_leadership", "another leader's value took this slot");
      }
      return;
    }
    assert(origins.length === applied.outcomes.length, "one outcome per command of the slot");
    for (let index = 0; index < origins.length; index++) {
      const origin = origins[index];
      const outcome = applied.outcomes[index];
      if (origin !== undefined && outcome !== undefined) this.#deps.answer(origin, outcome);
    }
  }

  #onFlushed(watermark: Slot): void {
    this.#stateDurable = watermark;
    this.#digests.drop(watermark);
    this.step({ kind: "state-durable", watermark });
  }

  #answerRead(read: WaitingRead, freshness: Freshness): void {
    const { origin, request, deadlineMs } = read;
    if (isPast(request)) {
      const past = pastAnswer(request, { state: this.#overlay, events: this.#history });
      return this.#pastReads.add({ origin, deadlineMs, freshness, past });
    }
    const nowMs = this.timeMs(this.#deps.clock.nowMs());
    const source = { state: this.#overlay, revision: this.revision, machine: this.#machine, nowMs };
    this.#deps.answer(origin, readAnswer(request, source), freshness);
  }

  #answerFailure(origin: Origin, reason: Failure): void {
    this.#deps.answer(origin, { kind: "failure", failure: reason });
  }

  /** Takes leadership if a quorum promises, whoever has it. */
  stand(): void {
    this.step({ kind: "stand" });
  }

  /** Gives leadership up, to `to` or to the best follower. */
  handOver(to: NodeId = NOBODY): void {
    this.step({ kind: "hand-over", to });
  }
}

/** A chosen batch that does not decode is a bug of whoever proposed it: nobody may apply past it. */
function decodeChosen(value: Value): Batch {
  const batch = decodeBatch(value.bytes);
  assert(typeof batch !== "string", `I3: a chosen batch decodes (${typeof batch === "string" ? batch : ""})`);
  return batch;
}
