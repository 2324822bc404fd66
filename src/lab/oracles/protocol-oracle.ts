import {
  type Ballot,
  formatBallot,
  GROUP_ZERO,
  type NodeId,
  nodeId,
  nodeOf,
  type Slot,
  slot,
} from "../../base/ids.ts";
import type { Step } from "../../node/step.ts";
import type { ChosenEntry, Write } from "../../paxos/effects.ts";
import type { LogEntry } from "../../paxos/log-reader.ts";
import type { Membership } from "../../paxos/membership.ts";
import type { Message } from "../../paxos/messages.ts";
import { equalValues, type Value } from "../../paxos/value.ts";
import type { MemoryDisk, MemoryLog } from "../../storage/memory-disk.ts";
import { Acceptances, type MemberSet, memberBit, type ProposalSeen } from "./acceptances.ts";
import { GoverningHistory, votersOf } from "./governing-history.ts";
import { MemberTrack } from "./member-track.ts";
import { checkStep } from "./step-rules.ts";
import { demand } from "./violation.ts";

export interface ProtocolOracleOptions {
  /** Of the nodes 1, 2, ..., those included that become members later. */
  readonly names: readonly string[];
  readonly genesis: Membership;
  /** What is on the member's disk now. */
  readonly diskOf: (index: number) => MemoryDisk;
  /** Somebody is the first to learn the slot; ascending, without a gap. */
  readonly onChosen: (slot: Slot, value: Value, node: string) => void;
}

/**
 * Sees every step of every member and every disk that a dead process leaves, and holds them to the rules of
 * the protocol, from outside: nothing that a member believes is taken for true.
 */
export class ProtocolOracle {
  readonly #options: ProtocolOracleOptions;
  readonly #acceptances: Acceptances;
  readonly #tracks: readonly MemberTrack[];
  readonly #governing: GoverningHistory;
  /** By ballot: the highest slot in which it proposed a membership entry (I10). */
  readonly #barriers = new Map<Ballot, Slot>();
  /** One past the highest slot that anybody has learned. */
  #learnedMax = slot(1);

  constructor(options: ProtocolOracleOptions) {
    this.#options = options;
    const { names, genesis } = options;
    this.#governing = new GoverningHistory(genesis);
    this.#acceptances = new Acceptances((at, set) => {
      return this.#governing.isQuorumAt(at, (node) => (set & memberBit(node)) !== 0);
    });
    const votersIn = (epoch: number) => votersOf(this.#governing.membershipOf(epoch) ?? genesis);
    this.#tracks = names.map(
      (name, index) => new MemberTrack(nodeId(index + 1), name, genesis.epoch, votersIn),
    );
  }

  /** Whether the node is in the group, by what anybody has learned. */
  isMember(node: NodeId): boolean {
    return this.#governing.membershipAt(this.#learnedMax).members.some(({ id }) => id === node);
  }

  /** Whether it is, or was. */
  hasJoined(node: NodeId): boolean {
    return node < this.#governing.membershipAt(this.#learnedMax).nextNodeId;
  }

  /** `index` 0 is member 1. */
  onStep(index: number, step: Step): void {
    const track = this.#trackOf(index);
    if (track.isIdle(step)) {
      if (step.view.serving) this.#demandOwnEntry(track, step.view.ballot);
      return;
    }
    const disk = this.#options.diskOf(index);
    if (track.isNew) this.#onBirth(track, disk, step);
    const { input, effects, view } = step;
    track.epoch = view.epoch;
    checkStep(track, step);
    if (input.kind === "received") this.#onReceived(track, input.from, input.message);
    else if (input.kind === "durable") this.#onDurable(track, input.writeSequence);
    else if (input.kind === "read") track.floors.set(`${input.id}`, this.#learnedMax);
    if (input.kind === "install") this.#onInstall(track, input);
    track.onWrites(effects.writeSequence, effects.writes);
    // Before what is said: a proposal of this step may rest on an entry that this step has learned.
    for (const entry of effects.chosen) this.#onLearned(track, step, entry);
    for (const { to, message } of effects.messages) this.#onSent(track, { disk, to, message });
    for (const write of effects.writes) this.#onWrite(track, disk, write);
    this.#checkMembership(track, step);
    demand(
      view.chosen === track.learned,
      "I14 what is learned is told",
      () => `${track.name} shows ${view.chosen} and has told of ${track.learned}`,
    );
    for (const { id, index: readAt } of effects.reads) this.#onReadIndex(track, `${id}`, readAt);
    // An index that this node asked of the leader before it is good, whoever leads when it comes.
    const isAsked = input.kind === "received" && input.message.kind === "read-index-reply";
    const isGiven = !isAsked && effects.reads.some((read) => read.index !== undefined);
    if (view.serving || (view.role === "leader" && isGiven)) this.#demandOwnEntry(track, view.ballot);
    track.promised = view.promised;
  }

  /** The member's process is gone, and `disk` is what it left. */
  onDeath(index: number): void {
    const track = this.#trackOf(index);
    const disk = this.#options.diskOf(index);
    track.onDeath(disk);
    const log = disk.log(GROUP_ZERO);
    track.statements.onImage(log);
    // What was being written when it died may have reached the disk: from here on it counts.
    for (const entry of log.entries.values()) this.#onHeld(track, entry, log);
    this.#forgetTruncated();
  }

  #trackOf(index: number): MemberTrack {
    const track = this.#tracks[index];
    if (track === undefined) throw new Error(`no member ${index}`);
    return track;
  }

  #onBirth(track: MemberTrack, disk: MemoryDisk, { view }: Step): void {
    track.onBirth(disk);
    demand(
      view.promised === track.promised,
      "I4 the promise never falls",
      () =>
        `${track.name} starts with ${formatBallot(view.promised)}, on disk is ${formatBallot(track.promised)}`,
    );
    demand(
      view.chosen >= track.learned,
      "I15 the learned watermark never falls",
      () => `${track.name} starts at ${view.chosen}, on disk is ${track.learned}`,
    );
  }

  #onReceived(track: MemberTrack, from: NodeId, message: Message): void {
    const sender = this.#trackOf(from - 1);
    const log = (): MemoryLog => this.#options.diskOf(from - 1).log(GROUP_ZERO);
    if (message.kind === "promise") sender.statements.onPromise(message.ballot, log());
    else if (message.kind === "accepted") {
      sender.statements.onAccepted(message.ballot, message.slots, log());
      for (const at of message.slots) this.#acceptances.onAccepted(from, at, message.ballot);
    } else if (message.kind === "read-index") {
      track.floors.set(`${from}/${message.id}`, this.#learnedMax);
    }
  }

  #onSent(track: MemberTrack, sent: { disk: MemoryDisk; to: readonly NodeId[]; message: Message }): void {
    const { message } = sent;
    switch (message.kind) {
      case "accept":
        this.#onProposed(track, message);
        return;
      case "prepare":
        demand(
          sent.disk.log(GROUP_ZERO).summary.promised >= message.ballot,
          "I8 a round is on disk before it is used",
          () => `${track.name} prepares ${formatBallot(message.ballot)}`,
        );
        return;
      case "read-index-reply":
        for (const asker of sent.to) this.#onReadIndex(track, `${asker}/${message.id}`, message.index);
        return;
      default:
        return;
    }
  }

  /** I19: a state from a snapshot moves what is learned, never back, and nothing else. */
  #onInstall(track: MemberTrack, { watermark }: Extract<Step["input"], { kind: "install" }>): void {
    demand(
      watermark <= this.#learnedMax,
      "I18 a snapshot holds what is chosen",
      () => `${track.name} installs a state at ${watermark}, and nobody has learned so much`,
    );
    if (watermark > track.learned) track.learned = watermark;
    for (const at of track.held.keys()) if (at < watermark) track.held.delete(at);
  }

  #onWrite(track: MemberTrack, disk: MemoryDisk, write: Write): void {
    // Who has nobody else to propose to says nothing but this.
    if (write.kind === "entry" && !write.entry.chosen && nodeOf(write.entry.ballot) === track.id) {
      this.#onProposed(track, write.entry);
    }
    if (write.kind !== "truncate") return;
    const { watermark } = disk.state(GROUP_ZERO);
    demand(
      watermark >= write.below,
      "I17 only what the own state holds is truncated",
      () => `${track.name} truncates below ${write.below}, its state has ${watermark}`,
    );
  }

  #onProposed(track: MemberTrack, seen: ProposalSeen): void {
    const { ballot, slot: at, value } = seen;
    const barrier = this.#barriers.get(ballot) ?? slot(0);
    demand(
      at <= barrier || barrier < track.learned,
      "I10 nothing is proposed above an open membership entry",
      () =>
        `${track.name} proposes in slot ${at} at ${formatBallot(ballot)}, its entry in ${barrier} is open`,
    );
    if (value.kind === "membership" && at > barrier) this.#barriers.set(ballot, at);
    this.#acceptances.onProposed(seen, () => this.#promisedBy(ballot));
  }

  /** I11: what a member takes to govern follows from the slots below. I12: a change is over before the next one begins. */
  #checkMembership(track: MemberTrack, { effects, view }: Step): void {
    const { epoch } = this.#governing.membershipAt(view.chosen);
    demand(
      view.epoch === epoch,
      "I11 one membership per slot",
      () => `${track.name} is in epoch ${view.epoch} at ${view.chosen}, where it is ${epoch}`,
    );
    for (const notice of effects.notices) {
      if (notice.kind !== "membership-settled") continue;
      demand(
        this.#governing.isQuorumOf(notice.epoch, (node) => this.#epochOnDisk(node) >= notice.epoch),
        "I12 a change is settled once a majority has it on disk",
        () => `${track.name} calls epoch ${notice.epoch} settled`,
      );
    }
  }

  #epochOnDisk(node: NodeId): number {
    const { membership } = this.#options.diskOf(node - 1).log(GROUP_ZERO).summary;
    return membership?.membership.epoch ?? this.#options.genesis.epoch;
  }

  #onDurable(track: MemberTrack, sequence: number): void {
    for (const entry of track.takeDurable(sequence)) {
      if (!entry.chosen) this.#acceptances.onAccepted(track.id, entry.slot, entry.ballot);
    }
  }

  #onLearned(track: MemberTrack, step: Step, { slot: at, value }: ChosenEntry): void {
    demand(
      at === track.learned,
      "I14 slots are learned without a gap",
      () => `${track.name} learns slot ${at} after ${track.learned}`,
    );
    const chosen = this.#acceptances.chosenAt(at);
    demand(
      chosen !== undefined,
      "I1 learned is chosen",
      () => `${track.name} learns slot ${at}, which no quorum has accepted`,
    );
    demand(
      equalValues(chosen, value),
      "I1 one value per slot",
      () => `${track.name} learns another in slot ${at}`,
    );
    this.#demandLearnable(track, step, at);
    track.learned = slot(at + 1);
    track.held.delete(at);
    if (at !== this.#learnedMax) return;
    this.#learnedMax = track.learned;
    this.#governing.onChosen(at, value);
    this.#options.onChosen(at, value, track.name);
  }

  /** I31: told of a watermark alone, a member may learn only what it accepted at that leader's ballot. */
  #demandLearnable(track: MemberTrack, { input }: Step, at: Slot): void {
    if (input.kind !== "received") return;
    const { message } = input;
    if (message.kind !== "accept" && message.kind !== "heartbeat" && message.kind !== "hand-over") return;
    const held = track.held.get(at);
    demand(
      held !== undefined && (held.chosen || held.ballot === message.ballot),
      "I31 a watermark concludes its own ballot",
      () =>
        `${track.name} learns slot ${at} from ${formatBallot(message.ballot)} and holds ` +
        `${held === undefined ? "nothing" : formatBallot(held.ballot)} there`,
    );
  }

  #onReadIndex(track: MemberTrack, key: string, readAt: Slot | undefined): void {
    const floor = track.floors.get(key);
    track.floors.delete(key);
    if (floor === undefined || readAt === undefined) return;
    demand(
      readAt >= floor,
      "I28 no stale read index",
      () => `${track.name} gives index ${readAt} to a read that arrived when ${floor} was learned`,
    );
  }

  #demandOwnEntry(track: MemberTrack, ballot: Ballot): void {
    demand(
      this.#acceptances.hasChosen(ballot),
      "I30 an own entry is chosen before anybody is served",
      () => `${track.name} serves at ${formatBallot(ballot)}, which has chosen nothing`,
    );
  }

  /** An entry on the disk of a process that is gone. */
  #onHeld(track: MemberTrack, entry: LogEntry, log: MemoryLog): void {
    if (entry.slot >= log.summary.learned) {
      if (!entry.chosen) this.#acceptances.onAccepted(track.id, entry.slot, entry.ballot);
      return;
    }
    if (track.verified.has(entry)) return;
    const chosen = this.#acceptances.chosenAt(entry.slot);
    demand(
      chosen === undefined || equalValues(chosen, entry.value),
      "I1 one value per slot",
      () => `the log of ${track.name} calls another value of slot ${entry.slot} learned`,
    );
    track.verified.add(entry);
  }

  #promisedBy(ballot: Ballot): MemberSet {
    let set: MemberSet = 0;
    for (const [index, { id }] of this.#tracks.entries()) {
      const { promised } = this.#options.diskOf(index).log(GROUP_ZERO).summary;
      if (promised >= ballot) set |= memberBit(id);
    }
    return set;
  }

  /** What every disk has truncated nobody speaks of again. */
  #forgetTruncated(): void {
    let floor = this.#learnedMax;
    for (const [index, { id }] of this.#tracks.entries()) {
      if (!this.isMember(id)) continue;
      const { firstKept } = this.#options.diskOf(index).log(GROUP_ZERO).summary;
      if (firstKept < floor) floor = firstKept;
    }
    this.#acceptances.forgetBelow(floor);
  }
}
