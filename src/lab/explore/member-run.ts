import { present, unreachable } from "../../base/assert.ts";
import { BALLOT_ZERO, formatBallot, type NodeId, nodeOf, type Slot, slot } from "../../base/ids.ts";
import type { Crypto, Random } from "../../base/seams.ts";
import type { Effects, Envelope, Input, Write } from "../../paxos/effects.ts";
import type { RecoveredLog } from "../../paxos/log-reader.ts";
import type { Membership } from "../../paxos/membership.ts";
import type { Message, PreVoteMessage, PromiseMessage } from "../../paxos/messages.ts";
import type { Replica } from "../../paxos/replica.ts";
import type { MemoryLog } from "../../storage/memory-disk.ts";
import { MEMBERSHIP_CODEC } from "../../wire/membership-codec.ts";
import { demandRule } from "./broken-rule.ts";
import type { OpenCore } from "./core.ts";
import { diskAtStart } from "./disk-at-start.ts";
import type { Fact, FactTable } from "./fact.ts";
import { MemberRules } from "./member-rules.ts";
import type { MessageTable } from "./message-table.ts";
import { messageText, valueText, writeText } from "./message-text.ts";
import { describeGraph } from "./object-graph.ts";
import { changedBy, type MemberEvent, type Scenario, type ScenarioChange } from "./scenario.ts";

/** The longest step of time that does not look like a pause of the process. */
const STRIDE_MS = 150;
/** Longer than the longest election time-out after all back-offs. */
const STRIDES_MAX = 16;
const BEAT_MS = 50;

export interface MemberRunDeps {
  readonly core: OpenCore;
  readonly crypto: Pick<Crypto, "crc32">;
  readonly scenario: Scenario;
  readonly membership: Membership;
  readonly messages: MessageTable;
  readonly facts: FactTable;
}

interface Queued {
  readonly sequence: number;
  readonly urgent: boolean;
  readonly writes: readonly Write[];
  readonly after: readonly Envelope[];
}

/** How often the bounded things have happened to this member. */
export interface Counts {
  stand: number;
  beat: number;
  propose: number;
  read: number;
  handOver: number;
  crashes: number;
  damages: number;
  ballots: number;
  /** By place in the scenario's changes: those that it has begun. */
  changes: number[];
}

/** Told what happens, as a short line when it wants it. */
export type Note = (line: () => string) => void;

/** The process dies before a write: thrown through the protocol's callers, never through the protocol. */
class Died extends Error {}

/** One member, run through a list of events: a real replica over a disk in memory, its rules checked at each step. */
export class MemberRun {
  readonly id: NodeId;
  /** Messages that left, by number. */
  readonly sent = new Set<number>();
  readonly facts = new Set<number>();
  readonly counts: Counts = {
    stand: 0,
    beat: 0,
    propose: 0,
    read: 0,
    handOver: 0,
    crashes: 0,
    damages: 0,
    ballots: 0,
    changes: [],
  };
  /** Writes that ended during the last event. */
  commits = 0;
  readonly #deps: MemberRunDeps;
  readonly #disk: MemoryLog;
  readonly #rules: MemberRules;
  readonly #note: Note;
  #replica: Replica;
  #nowMs = 0;
  #queue: Queued[] = [];
  #diesAt = -1;

  /** `note` hears of everything that happens. */
  constructor(id: NodeId, deps: MemberRunDeps, note: Note = () => undefined) {
    this.id = id;
    this.#deps = deps;
    this.#note = note;
    const { disk, facts } = diskAtStart(id, deps.scenario);
    this.#disk = disk;
    for (const fact of facts) this.#learnFact(fact);
    this.#rules = new MemberRules(this.#disk, () => this.#voters);
    this.#replica = this.#boot();
  }

  get hasQueue(): boolean {
    return this.#queue.length > 0;
  }

  get canPropose(): boolean {
    return this.#replica.canPropose(8);
  }

  get isServing(): boolean {
    return this.#replica.view(this.#nowMs).serving;
  }

  /** Whether it leads, and may begin this change. */
  canChange(change: ScenarioChange): boolean {
    return this.#replica.changeRefusal(changedBy(this.#replica.membership, change)) === undefined;
  }

  /** Slots whose records could be lost, ascending. */
  get slotsOnDisk(): readonly Slot[] {
    return [...this.#disk.entries.keys()].sort((left, right) => left - right);
  }

  /** Equal texts, equal states: of replica, disk, writes under way, what was said and what is counted. */
  describe(): string {
    const { summary, entries, damaged } = this.#disk;
    const ascending = (numbers: Iterable<number>) => [...numbers].sort((left, right) => left - right).join();
    const rows = [...entries].sort(([left], [right]) => left - right);
    return describeGraph([
      this.#replica,
      { summary, rows, damaged: ascending(damaged) },
      this.#queue,
      this.#rules.outstanding,
      [this.#nowMs, ascending(this.sent), ascending(this.facts), this.counts],
    ]);
  }

  /** @throws BrokenRule or the protocol's AssertionError */
  perform(event: MemberEvent): void {
    this.commits = 0;
    switch (event.kind) {
      case "deliver":
        return this.#deliver(event.message);
      case "stand":
        this.counts.stand++;
        return this.#stand();
      case "beat":
        this.counts.beat++;
        this.#nowMs += BEAT_MS;
        this.#give({ kind: "tick" });
        return;
      case "propose":
        this.counts.propose++;
        this.#propose();
        return;
      case "read":
        this.counts.read++;
        this.#rules.onRead(this.counts.read, event.least);
        this.#give({ kind: "read", id: this.counts.read });
        return;
      case "change":
        return this.#change(event.change);
      case "hand-over":
        this.counts.handOver++;
        this.#give({ kind: "hand-over", to: event.to });
        return;
      case "disk":
        return this.#commitOldest();
      case "restart":
        return this.#restart(event.damaged);
      case "torn":
        return this.#tear(event.event, event.write);
      default:
        return unreachable(event);
    }
  }

  /** @throws BrokenRule when a crash now would lose what this member has said, or could not be recovered from */
  checkDisk(): void {
    const { summary, entries, damaged } = this.#disk;
    const { promised, acceptedMax } = this.#boot().view(this.#nowMs);
    demandRule(
      promised === summary.promised && acceptedMax === summary.acceptedMax,
      "I8",
      () => "a replica made from the disk forgets",
    );
    for (const id of this.facts) {
      const fact = this.#deps.facts.fact(id);
      if (fact.kind === "promised") {
        demandRule(summary.promised >= fact.ballot, "I8", () => `${formatBallot(fact.ballot)} was promised`);
      } else if (fact.kind === "accepted" && fact.slot >= summary.learned && !damaged.has(fact.slot)) {
        const held = entries.get(fact.slot)?.ballot ?? BALLOT_ZERO;
        demandRule(held >= fact.ballot, "I8", () => `slot ${fact.slot} was accepted, and is gone`);
      }
    }
  }

  #deliver(id: number): void {
    const { from, message } = this.#deps.messages.at(id);
    this.#note(() => `<- n${from} ${messageText(message)}`);
    this.#give({ kind: "received", from, message });
  }

  /** The time-out passes in strides that look like no pause; then everybody grants the pre-vote. */
  #stand(): void {
    this.#note(() => "its election time-out passes");
    let preVote: PreVoteMessage | undefined;
    for (let stride = 0; preVote === undefined && stride < STRIDES_MAX; stride++) {
      this.#nowMs += STRIDE_MS;
      for (const { message } of this.#give({ kind: "tick" }).messages) {
        if (message.kind === "pre-vote") preVote = message;
      }
    }
    if (preVote === undefined || this.#deps.scenario.preVotes === "real") return;
    for (const id of this.#voters) {
      if (id === this.id) continue;
      const { ballot } = preVote;
      const grant: Message = {
        kind: "pre-vote-reply",
        ballot,
        granted: true,
        promised: BALLOT_ZERO,
        learned: slot(1),
      };
      this.#give({ kind: "received", from: id, message: grant });
    }
  }

  get #voters(): readonly NodeId[] {
    const { members } = this.#replica.membership;
    return members.filter(({ role }) => role === "voter").map(({ id }) => id);
  }

  #change(place: number): void {
    const change = present(this.#deps.scenario.changes?.[place], "the scenario has this change");
    this.counts.changes.push(place);
    this.#note(() => `is to ${change.kind} n${change.member}`);
    this.#give({ kind: "change", membership: changedBy(this.#replica.membership, change) });
  }

  #propose(): void {
    const text = `v${this.id}${this.counts.propose}`;
    this.#note(() => `proposes ${text}`);
    this.#give({ kind: "propose", bytes: new TextEncoder().encode(text) });
  }

  #tear(event: MemberEvent, write: number): void {
    this.#diesAt = write;
    try {
      this.perform(event);
    } catch (error) {
      if (!(error instanceof Died)) throw error;
    }
    this.#diesAt = -1;
    this.#restart(undefined);
  }

  #restart(damaged: Slot | undefined): void {
    this.counts.crashes++;
    if (damaged !== undefined) {
      this.counts.damages++;
      if (this.#disk.entries.delete(damaged)) this.#disk.damaged.add(damaged);
    }
    this.#note(
      () =>
        `crashes, and starts again${damaged === undefined ? "" : `; the record of slot ${damaged} is damaged`}`,
    );
    this.#queue = [];
    this.#rules.onBoot();
    this.#replica = this.#boot();
  }

  #boot(): Replica {
    const { core, crypto, membership } = this.#deps;
    const codec = MEMBERSHIP_CODEC;
    const read = (at: Slot) => (this.#disk.damaged.has(at) ? "damaged" : this.#disk.entries.get(at));
    const random = constantRandom(this.counts.crashes);
    return new core.Replica(
      { self: this.id },
      { random, crypto, codec, log: { read } },
      recovered(this.#disk, membership),
      this.#nowMs,
    );
  }

  #give(input: Input): Effects {
    const effects = this.#replica.step(input, this.#nowMs);
    for (const { to, message } of effects.messages) for (const node of to) this.#send(node, message);
    const view = this.#replica.view(this.#nowMs);
    this.#rules.onStep({ input, effects, view, entryAt: (at) => this.#replica.read(at) });
    for (const { slot: at, value } of effects.chosen) {
      this.#note(() => `learns s${at}=${valueText(value)}`);
      this.#learnFact({ kind: "learned", slot: at, value });
    }
    for (const { index } of effects.reads) this.#note(() => `a read gets ${index ?? "no index"}`);
    for (const notice of effects.notices) {
      if (notice.kind !== "membership-settled") continue;
      this.#note(() => `calls membership ${notice.epoch} settled`);
      this.#learnFact({ kind: "settled", epoch: notice.epoch });
    }
    this.counts.ballots += effects.notices.filter(({ kind }) => kind === "became-candidate").length;
    const { writes, messagesAfterWrites: after, writeSequence: sequence, urgent } = effects;
    if (writes.length > 0 || after.length > 0) this.#queue.push({ sequence, urgent, writes, after });
    if (this.#deps.scenario.disk === "slow") this.#releaseUnwritten();
    else while (this.#queue.some((queued) => queued.urgent)) this.#commit(this.#queue.length);
    return effects;
  }

  /** What waits for no write leaves at once. */
  #releaseUnwritten(): void {
    while (this.#queue[0] !== undefined && this.#queue[0].writes.length === 0) this.#commit(1);
  }

  #commitOldest(): void {
    this.#note(() => "its disk has written");
    this.#commit(1);
    this.#releaseUnwritten();
  }

  /** One commit of the `count` oldest batches of writes; then what waited for it. */
  #commit(count: number): void {
    const batch = this.#queue.slice(0, count);
    const writes = batch.flatMap((queued) => queued.writes);
    if (writes.length > 0) {
      if (this.#diesAt === this.commits) throw new Died();
      this.commits++;
    }
    this.#queue = this.#queue.slice(count);
    for (const write of writes) this.#note(() => `disk: ${writeText(write)}`);
    for (const queued of batch) if (queued.writes.length > 0) this.#disk.apply(queued.writes);
    for (const write of writes) this.#onWritten(write);
    for (const { after } of batch) for (const { to, message } of after) this.#send(to, message);
    const sequence = Math.max(...batch.map((queued) => queued.sequence));
    if (sequence > 0) this.#give({ kind: "durable", writeSequence: sequence });
  }

  #onWritten(write: Write): void {
    // Who votes alone says nothing to anybody: what it writes is all that it does.
    const isAlone = this.#voters.length === 1;
    if (write.kind === "promised" && isAlone) this.#learnFact({ kind: "promised", ballot: write.ballot });
    if (write.kind === "entry") {
      const { slot: at, ballot, value, chosen } = write.entry;
      const isOwn = isAlone && nodeOf(ballot) === this.id && !chosen;
      if (isOwn) this.#learnFact({ kind: "proposed", slot: at, ballot, value });
      const fact: Fact = { kind: "accepted", slot: at, ballot, value };
      this.#learnFact(chosen ? { kind: "learned", slot: at, value } : fact);
    }
    if (write.kind === "membership") {
      this.#learnFact({ kind: "governed", epoch: write.membership.epoch });
    }
    if (write.kind === "learned") {
      this.#learnFact({ kind: "digest", watermark: write.watermark, digest: write.digest });
    }
  }

  #send(to: NodeId, message: Message): void {
    // Its answers are made up.
    if (message.kind === "pre-vote" && this.#deps.scenario.preVotes !== "real") return;
    const isLost = this.#isLost(to, message);
    this.#note(() => `-> n${to} ${messageText(message)}${isLost ? " (lost)" : ""}`);
    this.#rules.onSend(message, this.#replica.view(this.#nowMs).chosen);
    for (const fact of factsSaid(message, this.id)) this.#learnFact(fact);
    if (!isLost) this.sent.add(this.#deps.messages.idOf(this.id, to, message));
  }

  /** Whether the scenario has no place for it. */
  #isLost(to: NodeId, message: Message): boolean {
    const { lost, slots, promises } = this.#deps.scenario;
    if (lost?.includes(message.kind) === true) return true;
    if (message.kind === "accept" && message.slot > slots) return true;
    return message.kind === "promise" && promises === "once" && this.#hasPromised(to, message);
  }

  #hasPromised(to: NodeId, { ballot, from }: PromiseMessage): boolean {
    for (const id of this.sent) {
      const sent = this.#deps.messages.at(id);
      if (sent.to !== to || sent.message.kind !== "promise") continue;
      if (sent.message.ballot === ballot && sent.message.from === from) return true;
    }
    return false;
  }

  #learnFact(fact: Fact): void {
    this.facts.add(this.#deps.facts.idOf(fact));
  }
}

/** What a message makes true for ever of who sent it. */
function factsSaid(message: Message, self: NodeId): readonly Fact[] {
  switch (message.kind) {
    case "promise":
    case "prepare":
      return [{ kind: "promised", ballot: message.ballot }];
    case "accept": {
      const { slot: at, ballot, value } = message;
      return nodeOf(ballot) === self ? [{ kind: "proposed", slot: at, ballot, value }] : [];
    }
    case "hand-over":
      return [{ kind: "handed-over", ballot: message.ballot }];
    default:
      return [];
  }
}

/** The same draws every time: the shortest time-outs, and ids that no earlier life had. */
function constantRandom(life: number): Random {
  return {
    below: (limit) => (limit > 65_536 ? life * 4096 : 0),
    bytes: (count) => new Uint8Array(count),
  };
}

function recovered(disk: MemoryLog, genesis: Membership): RecoveredLog {
  const { promised, acceptedMax, firstKept, learned, digest, end } = disk.summary;
  const ascending = [...disk.entries.values()].sort((left, right) => left.slot - right.slot);
  return {
    promised,
    acceptedMax,
    firstKept,
    learned,
    digest,
    end,
    membership: disk.summary.membership ?? { since: slot(1), membership: genesis },
    accepted: ascending.filter((entry) => entry.slot >= learned),
    damaged: [...disk.damaged].sort((left, right) => left - right),
  };
}
