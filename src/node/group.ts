import { assert } from "../base/assert.ts";
import { type ErrorCode, type Failure, failure, type Outcome } from "../base/errors.ts";
import { BALLOT_ZERO, type Ballot, type GroupId, NOBODY, type NodeId, type Slot } from "../base/ids.ts";
import { ClusterTimeEstimate, LeaderClock } from "../kv/cluster-time.ts";
import type { Batch } from "../kv/command.ts";
import type { EventReader } from "../kv/event.ts";
import type { AppliedSlot } from "../kv/machine.ts";
import type { PrincipalTable } from "../kv/principal.ts";
import type { ChangeRefusal } from "../paxos/change-refusal.ts";
import type { Effects, Input, ReplicaView, Write } from "../paxos/effects.ts";
import type { Membership } from "../paxos/membership.ts";
import { votesAlone } from "../paxos/membership-step.ts";
import { Replica } from "../paxos/replica.ts";
import type { Value } from "../paxos/value.ts";
import type { LinkId } from "../transport/service.ts";
import type { Freshness, WatchRequest } from "../wire/client-messages.ts";
import { decodeCommand, encodeBatch } from "../wire/command-codec.ts";
import { MEMBERSHIP_CODEC } from "../wire/membership-codec.ts";
import { admissionRefusal } from "./admission.ts";
import { Compaction } from "./compaction.ts";
import { DuePace } from "./due-pace.ts";
import type { GroupDeps } from "./group-deps.ts";
import { OwnRequests } from "./own-requests.ts";
import { isPast, pastAnswer } from "./past-answer.ts";
import { PastReads } from "./past-reads.ts";
import { type Admitted, type Origin, Proposals, type ProposedBatch } from "./proposals.ts";
import { invalidReadReason, readAnswer } from "./read-answer.ts";
import { Reads } from "./reads.ts";
import { Snapshots } from "./snapshots.ts";
import { Store } from "./store.ts";
import type { ReadRequest, WaitingRead } from "./waiting-reads.ts";
import { Watches } from "./watches.ts";

/**
 * One consensus group at one node: what its replica answers is written, sent, applied and replied to
 * here, in that order. Work is gathered over a turn of the loop and done once at its end.
 */
export class Group {
  readonly id: GroupId;
  readonly #deps: GroupDeps;
  readonly #replica: Replica;
  #store: Store;
  readonly #snapshots: Snapshots;
  readonly #watches: Watches;
  readonly #pastReads: PastReads;
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
  /** As the replica was told last. */
  #logKeptFrom: Slot | undefined;
  #view: ReplicaView;
  /** What the protocol was told of leases. */
  #leaseMs = 0;

  constructor(id: GroupId, self: NodeId, deps: GroupDeps) {
    this.id = id;
    this.#deps = deps;
    const nowMs = deps.clock.nowMs();
    const recovered = deps.storage.recoverLog(id);
    this.#replica = new Replica(
      { self, tail: deps.tail, isRestarted: deps.storage.identity.startCount > 1 },
      { random: deps.random, crypto: deps.crypto, log: deps.storage.logReader(id), codec: MEMBERSHIP_CODEC },
      recovered,
      nowMs,
    );
    this.#learnedDurable = recovered.learned;
    this.#store = this.#openStore(recovered.learned);
    this.#snapshots = this.#openSnapshots();
    this.#watches = this.#openWatches();
    this.#pastReads = new PastReads(deps.answer);
    this.#compaction = new Compaction(deps.history, this.#store.machine);
    this.#ownRequests = new OwnRequests(deps.random);
    this.#reads = new Reads({
      clock: deps.clock,
      applied: () => this.applied,
      revision: () => this.revision,
      answer: (read, freshness) => this.#answerRead(read, freshness),
      refuse: (origin, reason) => this.#answerFailure(origin, reason),
      refusal: () => this.#store.refusal,
    });
    this.#timeHeard = new ClusterTimeEstimate(this.#store.machine.timeMs, nowMs);
    this.#view = this.#replica.view(nowMs);
    const watermark = this.#store.stateDurable;
    this.step(this.#store.isLost ? { kind: "state-lost" } : { kind: "state-durable", watermark });
  }

  get view(): ReplicaView {
    return this.#view;
  }

  get applied(): Slot {
    return this.#store.applied;
  }

  get stateDurable(): Slot {
    return this.#store.stateDurable;
  }

  get revision(): number {
    return this.#store.machine.revision;
  }

  /** How long the leader's lease is, ms; 0: off. */
  get leaderLeaseMs(): number {
    return this.#store.machine.leaderLeaseMs;
  }

  get keyCount(): number {
    return this.#store.machine.keyCount;
  }

  /** Who may use the cluster, as of the last slot that is applied here. */
  get principals(): PrincipalTable {
    const { principals } = this.#store.machine;
    const timeMs = this.timeMs(this.#deps.clock.nowMs());
    return { get: (id) => principals.get(id), timeMs, ageMs: this.#reads.ageMs };
  }

  /** The changes of the retained window, as of the last applied slot. */
  get eventReader(): EventReader {
    return this.#store.events;
  }

  /** The last change that is surely so old, in cluster time; 0: none is known to be. */
  lastRevisionAt(ageMs: number): number {
    return this.#compaction.lastBefore(this.timeMs(this.#deps.clock.nowMs()) - ageMs);
  }

  get isFlushing(): boolean {
    return this.#store.isFlushing;
  }

  get stateBytes(): number {
    return this.#store.bytes;
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
    return this.#leaderClock === undefined || this.#store.machine.timeMs === 0 ? 0 : this.timeMs(nowMs);
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
    this.#deps.onMembership(this.#replica.membership, this.#view.settled === this.#view.epoch);
  }

  /** Why the members cannot be changed so now; undefined when they can. */
  changeRefusal(next: Membership): ChangeRefusal | undefined {
    return this.#replica.changeRefusal(next);
  }

  /** These writes of this group are on disk. */
  onDurable(writeSequence: number, writes: readonly Write[]): void {
    let installed: Slot | undefined;
    for (const write of writes) {
      if (write.kind === "install") installed = write.watermark;
      // A state that takes a lost one's place may reach less far than what the log holds.
      if (write.kind === "learned" || write.kind === "install")
        this.#learnedDurable = Math.max(this.#learnedDurable, write.watermark) as Slot;
    }
    if (installed !== undefined) this.#onInstalled();
    this.step({ kind: "durable", writeSequence });
    if (installed !== undefined) this.step({ kind: "state-durable", watermark: installed });
  }

  /** Admits a mutation, or answers why not; what is admitted is proposed at the end of the turn. */
  admit(origin: Origin, bytes: Uint8Array): void {
    const command = decodeCommand(bytes);
    if (typeof command === "string")
      return this.refuse(origin, "bad_request", `the command is malformed: ${command}`);
    const { machine, hasRoom } = this.#store;
    const refusal = admissionRefusal(command, {
      timeMs: this.timeMs(this.#deps.clock.nowMs()),
      isFull: this.#proposals.isFull || !hasRoom,
      results: machine.tableSize,
      expiries: machine.expiries.size,
      principals: machine.principals.size,
      noSpace: this.#deps.space.refusal,
    });
    if (refusal !== undefined) return this.#answerFailure(origin, refusal);
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
    const invalid = invalidReadReason(request) ?? this.#store.refusal;
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
    const hasMore = this.#store.run();
    this.#noteLease();
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
    this.#snapshots.tick(nowMs);
    this.#install();
    this.#keepLog(nowMs);
    this.#store.poll(nowMs);
  }

  /** For members and operators who say something of them. */
  get snapshots(): Snapshots {
    return this.#snapshots;
  }

  /** Refuses an attempt that certainly changed nothing. */
  refuse(origin: Origin, code: ErrorCode, message: string, outcome: Outcome = "not_applied"): void {
    this.#answerFailure(origin, failure(code, outcome, message));
  }

  #openStore(chosen: Slot): Store {
    return new Store(
      {
        state: this.#deps.storage.state(this.id),
        crypto: this.#deps.crypto,
        hashes: this.#deps.hashes,
        log: this.#replica,
        learnedDurable: () => this.#learnedDurable,
        batchOf: (slot, value) => this.#settle(slot, value),
        onApplied: (slot, value, applied) => this.#onApplied(slot, value, applied),
        onFlushed: (watermark) => this.step({ kind: "state-durable", watermark }),
      },
      chosen,
    );
  }

  #openSnapshots(): Snapshots {
    const { storage, snapshotPeriod: period, sendOfSnapshot, linked, alarms, space } = this.#deps;
    return new Snapshots({
      snapshots: storage.snapshots(this.id),
      period,
      isAlone: () => votesAlone(this.#replica.membership, storage.identity.node),
      view: () => this.#view,
      state: () => this.#store,
      send: (to, message) => sendOfSnapshot(this.id, to, message),
      linked,
      alarms,
      hasRoomFor: (bytes) => space.hasRoomFor(bytes),
    });
  }

  /** Puts a state that was built from a snapshot in the place of the present one, once nothing is written to that. */
  #install(): void {
    const { ready, isWriting } = this.#snapshots;
    this.#store.hold(ready !== undefined);
    if (ready === undefined || this.#store.isRetired || this.#store.isFlushing || isWriting) return;
    this.#store.retire();
    this.#snapshots.installing();
    const { watermark, digest, membership } = ready.manifest;
    this.step({ kind: "install", watermark, digest, membership, state: ready.state });
  }

  /** The state from a snapshot is the one that counts: everything goes on from there. */
  #onInstalled(): void {
    this.#store = this.#openStore(this.#view.chosen);
    this.#snapshots.installed();
    const nowMs = this.#deps.clock.nowMs();
    this.#timeHeard.onApplied(this.#store.machine.timeMs, nowMs);
    this.#watches.fallBehind();
    this.#pastReads.refuseAll();
  }

  #keepLog(nowMs: number): void {
    const from = this.#snapshots.logNeededFrom(nowMs);
    if (from === this.#logKeptFrom) return;
    this.#logKeptFrom = from;
    this.step({ kind: "keep-log", from });
  }

  #openWatches(): Watches {
    const store = (): Store => this.#store;
    return new Watches({
      get events() {
        return store().events;
      },
      answer: this.#deps.answer,
      isLed: () => this.#view.leader !== NOBODY,
    });
  }

  #perform(effects: Effects): void {
    for (const notice of effects.notices) {
      if (notice.kind === "serving") this.#readyAt = this.#view.chosen;
      this.#deps.onNotice(this.id, notice);
    }
    for (const broadcast of effects.messages) this.#deps.broadcast(this.id, broadcast);
    this.#deps.commits.add(this.id, effects);
    if (effects.chosen.length > 0) this.#store.add(effects.chosen);
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
    const hasBegun = this.#store.machine.timeMs > 0;
    if (hasBegun && this.timeMs(nowMs) < this.#store.machine.dueMs) return;
    this.#duePace.proposed(this.#proposeCommands(clock, []), nowMs);
  }

  /** Has what is older than the window forgotten. */
  #forget(): void {
    const nowMs = this.#deps.clock.nowMs();
    const store = { timeMs: this.timeMs(nowMs), revision: this.#store.machine.revision };
    const revision = this.#compaction.due(nowMs, store, this.#store.machine.compacted);
    if (revision === undefined || this.#proposals.isFull) return;
    this.#proposals.enqueue(this.#ownRequests.admitted({ kind: "compact", revision }, store.timeMs));
  }

  #proposeCommands(clock: LeaderClock, admitted: readonly Admitted[]): Slot {
    const nowMs = this.#deps.clock.nowMs();
    const wallMs = this.#deps.clock.wallMs();
    const stampMs = clock.stamp(nowMs, wallMs);
    const reign = this.#officeBallot;
    const bytes = encodeBatch(
      { stampMs, wallMs, reign },
      admitted.map((one) => one.bytes),
    );
    const batch: Batch = { stampMs, wallMs, reign, commands: admitted.map((one) => one.command) };
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
    // Not the last stamp alone: in a cluster that was idle it may be old, and whatever is to end would end so
    // much later. What was heard since from the leader that stamped it never runs ahead of it.
    const timeMs = this.#store.machine.timeMs === 0 ? 0 : this.#timeHeard.successionMs(nowMs);
    this.#leaderClock ??= new LeaderClock(timeMs, nowMs, this.#deps.clock.wallMs());
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
    const message = "this node was deposed before the request was chosen";
    for (const origin of proposed) this.refuse(origin, "lost_leadership", message, "unknown");
  }

  #settle(slot: Slot, value: Value): Batch | undefined {
    this.#settled = this.#proposals.settle(slot, value);
    return this.#settled?.kind === "mine" ? this.#settled.proposed.batch : undefined;
  }

  #onApplied(slot: Slot, value: Value, applied: AppliedSlot): void {
    this.#compaction.note(this.#store.machine);
    this.#snapshots.onApplied(value.bytes.length);
    if (value.kind !== "batch") this.#settled = this.#proposals.settle(slot, value);
    const settled = this.#settled;
    this.#settled = undefined;
    const isForeign = value.kind === "batch" && settled?.kind !== "mine";
    if (isForeign) this.#timeHeard.onApplied(this.#store.machine.timeMs, this.#deps.clock.nowMs());
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

  /** Tells the protocol what the log has made of the leader's lease. */
  #noteLease(): void {
    const { leaderLeaseMs: leaseMs } = this;
    if (leaseMs === this.#leaseMs) return;
    this.#leaseMs = leaseMs;
    this.step({ kind: "lease", leaseMs });
  }

  #answerRead(read: WaitingRead, freshness: Freshness): void {
    const { origin, request, deadlineMs } = read;
    if (isPast(request)) {
      const past = pastAnswer(request, { state: this.#store.reader, events: this.#store.events });
      return this.#pastReads.add({ origin, deadlineMs, freshness, past });
    }
    const nowMs = this.timeMs(this.#deps.clock.nowMs());
    const { reader: state, machine } = this.#store;
    const source = { state, revision: this.revision, machine, nowMs };
    this.#deps.answer(origin, readAnswer(request, source), freshness);
  }

  #answerFailure(origin: Origin, reason: Failure): void {
    this.#deps.answer(origin, { kind: "failure", failure: reason });
  }

  /** Gives leadership up, to `to` or to the best follower. */
  handOver(to: NodeId = NOBODY): void {
    this.step({ kind: "hand-over", to });
  }
}
