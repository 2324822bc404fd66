import { strict as assert } from "node:assert";
import { equalBytes } from "../../src/base/bytes.ts";
import { BALLOT_ZERO, type NodeId, nodeId, type Slot } from "../../src/base/ids.ts";
import type { Effects, Envelope, Input, Notice, Write } from "../../src/paxos/effects.ts";
import type { LogTailBounds } from "../../src/paxos/log-tail.ts";
import type { Membership } from "../../src/paxos/membership.ts";
import type { Message } from "../../src/paxos/messages.ts";
import { Replica } from "../../src/paxos/replica.ts";
import type { Value } from "../../src/paxos/value.ts";
import { MEMBERSHIP_CODEC } from "../../src/wire/membership-codec.ts";
import { crypto, type SeededRandom } from "./fixtures.ts";
import { Image } from "./image.ts";
import { Oracle } from "./oracle.ts";

interface Queued {
  readonly sequence: number;
  readonly urgent: boolean;
  readonly writes: readonly Write[];
  readonly after: readonly Envelope[];
}

export interface ClusterOptions {
  readonly membership: Membership;
  readonly random: SeededRandom;
  /** How long a message takes, or undefined when it is lost; asked once per copy. */
  readonly delayMs: (from: NodeId, to: NodeId, message: Message) => number | undefined;
  readonly isDuplicated?: () => boolean;
  /** Every pre-vote is granted, whoever says what: safety must not hang on who stands when. */
  readonly isEveryoneWelcome?: () => boolean;
  readonly diskMs: (node: NodeId) => number;
  readonly onStep?: (node: Node, input: Input, effects: Effects) => void;
  /** What each node believes the membership to be, when that is to be wrong. */
  readonly membershipOf?: (node: NodeId) => Membership;
  /** What a node's monotonic clock shows at a true time; the true time by default. */
  readonly clockOf?: (node: NodeId, trueMs: number) => number;
  /** What the log says of leases, when it does: every node has applied it. */
  readonly leaseMs?: number;
  /** How many more nodes there are than founders, to join later. */
  readonly joiners?: number;
  readonly tickOffsetMs?: (node: NodeId) => number;
  /** Absent: the log keeps what any member may need. */
  readonly tail?: LogTailBounds;
  /** How long a snapshot takes from a member that has it to one that needs it. */
  readonly snapshotMs?: () => number;
}

/** One process: a replica over its disk, doing effects in the order that the contract demands. */
export class Node {
  readonly id: NodeId;
  readonly image: Image;
  readonly #cluster: Cluster;
  replica: Replica | undefined;
  isRetired = false;
  /** Rises with each start: what an earlier life had under way is void. */
  life = 0;
  pausedUntilMs = 0;
  applied = 0;
  #queue: Queued[] = [];
  #isCommitting = false;
  #isFetching = false;
  readonly backlog: Input[] = [];
  readonly proposed = new Map<number, Uint8Array>();
  readonly reads = new Map<number, number>();

  constructor(cluster: Cluster, id: NodeId) {
    this.#cluster = cluster;
    this.id = id;
    this.image = new Image(cluster.options.membershipOf?.(id) ?? cluster.options.membership);
  }

  /** A quorum of the others never needs it again: it stays down. */
  retire(): void {
    this.isRetired = true;
    if (this.replica !== undefined) this.crash();
  }

  /** The node's own clock. */
  get clockMs(): number {
    const { options, nowMs } = this.#cluster;
    return options.clockOf?.(this.id, nowMs) ?? nowMs;
  }

  start(): void {
    if (this.isRetired) return;
    const { options } = this.#cluster;
    this.life++;
    const read = (at: Slot) => (this.image.damaged.has(at) ? "damaged" : this.image.entries.get(at));
    this.applied = this.image.learned;
    this.replica = new Replica(
      {
        self: this.id,
        ...(options.tail === undefined ? {} : { tail: options.tail }),
        isRestarted: this.life > 1,
      },
      { random: options.random, crypto, log: { read }, codec: MEMBERSHIP_CODEC },
      this.image.recover(),
      this.clockMs,
    );
    if (options.leaseMs !== undefined) this.give({ kind: "lease", leaseMs: options.leaseMs });
    // A state on disk survives, too: here it is always as far as the log.
    this.give({ kind: "state-durable", watermark: this.image.learned });
  }

  /** Loses everything that is not on disk; the commit under way happened whole or not at all. */
  crash(): void {
    if (this.#isCommitting && this.#cluster.options.random.below(2) === 0) this.#commit(this.#committing());
    this.replica = undefined;
    this.life++;
    this.#queue = [];
    this.#isCommitting = false;
    this.#batch = [];
    this.backlog.length = 0;
    this.proposed.clear();
    this.reads.clear();
  }

  give(input: Input): Effects | undefined {
    if (this.replica === undefined) return undefined;
    if (this.pausedUntilMs > this.#cluster.nowMs) {
      if (input.kind !== "tick") this.backlog.push(input);
      return undefined;
    }
    if (input.kind === "install" && input.watermark > this.applied) this.applied = input.watermark;
    const effects = this.replica.step(input, this.clockMs);
    this.#cluster.options.onStep?.(this, input, effects);
    this.#perform(effects);
    return effects;
  }

  /** What any other member has on disk is put in the place of what is here, some time later. */
  fetchSnapshot(): void {
    const { nodes, options } = this.#cluster;
    const needed = this.replica?.view(this.#cluster.nowMs).needed;
    if (needed === undefined || this.#isFetching) return;
    const source = nodes.find((node) => node !== this && node.image.learned >= needed);
    if (source === undefined) return;
    const { learned: watermark, digest } = source.image;
    const { membership } = source.image.membership;
    const { life } = this;
    this.#isFetching = true;
    this.#cluster.at(options.snapshotMs?.() ?? 1, () => {
      this.#isFetching = false;
      if (this.life !== life || this.pausedUntilMs > this.#cluster.nowMs) return;
      const neededNow = this.replica?.view(this.#cluster.nowMs).needed;
      if (neededNow === undefined || neededNow > watermark) return;
      this.#cluster.installs++;
      this.give({ kind: "install", watermark, digest, membership, state: this.#cluster.installs });
    });
  }

  wake(): void {
    const waiting = this.backlog.splice(0);
    for (const input of waiting) this.give(input);
  }

  propose(bytes: Uint8Array): boolean {
    if (this.replica?.canPropose(bytes.length) !== true || this.pausedUntilMs > this.#cluster.nowMs)
      return false;
    const at = this.give({ kind: "propose", bytes })?.proposed;
    assert(at !== undefined, "a proposal gets a slot");
    this.proposed.set(at, bytes);
    return true;
  }

  read(id: number): void {
    if (this.replica === undefined || this.pausedUntilMs > this.#cluster.nowMs) return;
    this.reads.set(id, this.#cluster.acknowledged);
    this.give({ kind: "read", id });
  }

  #perform(effects: Effects): void {
    const { messages, messagesAfterWrites, writes } = effects;
    for (const { slot: at, value } of effects.chosen) this.#onChosen(at, value);
    for (const { to, message } of messages) for (const node of to) this.#cluster.send(this.id, node, message);
    for (const outcome of effects.reads) this.#onRead(outcome.id, outcome.index);
    for (const notice of effects.notices) this.#cluster.onNotice(this.id, notice);
    if (writes.length === 0 && messagesAfterWrites.length === 0) return;
    assert(effects.urgent || messagesAfterWrites.length === 0, "who waits for the disk says so");
    const { urgent, writeSequence: sequence } = effects;
    this.#queue.push({ sequence, urgent, writes, after: messagesAfterWrites });
    this.#startCommit();
  }

  #batch: Queued[] = [];

  #committing(): Queued[] {
    return this.#batch;
  }

  #startCommit(): void {
    if (this.#isCommitting || !this.#queue.some((queued) => queued.urgent)) return;
    this.#isCommitting = true;
    this.#batch = this.#queue;
    this.#queue = [];
    const { life } = this;
    const hasWrites = this.#batch.some((queued) => queued.writes.length > 0);
    this.#cluster.at(hasWrites ? this.#cluster.options.diskMs(this.id) : 0, () => {
      if (this.life === life) this.#finishCommit();
    });
  }

  #finishCommit(): void {
    const batch = this.#batch;
    this.#batch = [];
    this.#commit(batch);
    this.#isCommitting = false;
    for (const { after } of batch) {
      for (const { to, message } of after) this.#cluster.send(this.id, to, message);
    }
    const sequence = batch.reduce((highest, queued) => Math.max(highest, queued.sequence), 0);
    if (sequence > 0) this.give({ kind: "durable", writeSequence: sequence });
    this.#startCommit();
  }

  #commit(batch: readonly Queued[]): void {
    for (const { writes } of batch) {
      for (const write of writes) {
        this.image.apply(write);
        if (write.kind === "entry" && !write.entry.chosen)
          this.#cluster.oracle.onAccepted(this.id, write.entry);
      }
    }
  }

  #onChosen(at: Slot, value: Value): void {
    assert.equal(at, this.applied, "I14: chosen slots come one by one");
    this.applied = at + 1;
    this.#cluster.oracle.onChosen(this.id, at, value);
    if (at + 1 > this.#cluster.acknowledged) this.#cluster.acknowledged = at + 1;
    const own = this.proposed.get(at);
    if (own !== undefined) {
      assert(!equalBytes(own, value.bytes) || own === value.bytes, "an own value keeps its identity");
      this.proposed.delete(at);
    }
  }

  #onRead(id: number, index: Slot | undefined): void {
    const least = this.reads.get(id);
    assert(least !== undefined, `read ${id} is answered once`);
    this.reads.delete(id);
    if (index === undefined) return;
    this.#cluster.readsAnswered++;
    assert(index >= least, `I28: read ${id} got ${index}, but ${least} was acknowledged before it`);
  }
}

/** A group in one address space and in virtual time. */
export class Cluster {
  readonly options: ClusterOptions;
  readonly nodes: readonly Node[];
  readonly oracle: Oracle;
  readonly notices: { node: NodeId; notice: Notice }[] = [];
  nowMs = 1000;
  /** The highest chosen watermark that anybody has reported. */
  acknowledged = 1;
  readsAnswered = 0;
  installs = 0;
  readonly #events = new Map<number, (() => void)[]>();

  constructor(options: ClusterOptions) {
    this.options = options;
    this.oracle = new Oracle(options.membership);
    const ids = options.membership.members.map((member) => member.id);
    for (let joiner = 0; joiner < (options.joiners ?? 0); joiner++) ids.push(nodeId(ids.length + 1));
    this.nodes = ids.map((id) => new Node(this, id));
  }

  node(id: number): Node {
    const found = this.nodes.find((node) => node.id === id);
    assert(found !== undefined);
    return found;
  }

  at(delayMs: number, action: () => void): void {
    const whenMs = this.nowMs + Math.max(0, delayMs);
    const events = this.#events.get(whenMs);
    if (events === undefined) this.#events.set(whenMs, [action]);
    else events.push(action);
  }

  onNotice(from: NodeId, notice: Notice): void {
    this.notices.push({ node: from, notice });
    if (notice.kind !== "membership-settled") return;
    const { applied } = this.node(from);
    assert(
      this.oracle.isQuorumAt(
        applied,
        (node) => this.node(node).image.membership.membership.epoch >= notice.epoch,
      ),
      `epoch ${notice.epoch} is called settled before a majority has it on disk`,
    );
    // Whoever is no member any more is told, and ends.
    const { members } = this.oracle.membershipAt(applied);
    for (const node of this.nodes) {
      const isFormer = node.id < this.oracle.membershipAt(applied).nextNodeId;
      if (isFormer && !members.some(({ id }) => id === node.id)) node.retire();
    }
  }

  send(from: NodeId, to: NodeId, message: Message): void {
    this.#checkStatement(this.node(from), message);
    if (message.kind === "accept" && message.ballot % 1024 === from) {
      this.oracle.onProposed(message, this.node(from).applied, (node) => this.node(node).image);
    }
    if (message.kind === "pre-vote" && this.options.isEveryoneWelcome?.() === true) {
      const reply: Message = { ...message, kind: "pre-vote-reply", granted: true, promised: BALLOT_ZERO };
      this.at(1, () => this.node(from).give({ kind: "received", from: to, message: reply }));
      return;
    }
    const copies = this.options.isDuplicated?.() === true ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const delayMs = this.options.delayMs(from, to, message);
      if (delayMs === undefined) continue;
      this.at(delayMs, () => this.node(to).give({ kind: "received", from, message: cloned(message) }));
    }
  }

  /** What is said of the own log is on the own disk when it leaves. */
  #checkStatement(node: Node, message: Message): void {
    const { image } = node;
    if (message.kind === "prepare" || message.kind === "promise") {
      assert(
        image.promised >= message.ballot,
        `I8: n${node.id} sent a ${message.kind} before its promise was on disk`,
      );
    } else if (message.kind === "accepted") {
      for (const at of message.slots) {
        const isHeld = (image.entries.get(at)?.ballot ?? -1) >= message.ballot;
        const isChosen = this.oracle.chosen.has(at);
        assert(isHeld || isChosen, `I8: n${node.id} sent an accepted for slot ${at} before it was on disk`);
      }
    }
  }

  /** Runs one ms of everything. */
  step(): void {
    for (;;) {
      const events = this.#events.get(this.nowMs);
      if (events === undefined) break;
      this.#events.delete(this.nowMs);
      for (const action of events) action();
    }
    this.nowMs++;
    for (const node of this.nodes) {
      if (node.replica === undefined) continue;
      if (node.backlog.length > 0 && node.pausedUntilMs <= this.nowMs) node.wake();
      if ((this.nowMs + (this.options.tickOffsetMs?.(node.id) ?? node.id)) % 10 !== 0) continue;
      node.give({ kind: "tick" });
      node.fetchSnapshot();
      const view = node.replica.view(node.clockMs);
      this.oracle.onDigest(view.chosen, view.digest);
      const { epoch } = this.oracle.membershipAt(view.chosen);
      const isRight = view.epoch === epoch || this.options.membershipOf !== undefined;
      assert(isRight, `I11: n${node.id} is in epoch ${view.epoch} at ${view.chosen}, not ${epoch}`);
    }
  }

  run(durationMs: number): void {
    for (const endMs = this.nowMs + durationMs; this.nowMs < endMs; ) this.step();
  }

  /** Runs until `isDone`, at most `limitMs`; false when the time was up. */
  runUntil(isDone: () => boolean, limitMs: number): boolean {
    for (const endMs = this.nowMs + limitMs; this.nowMs < endMs; ) {
      if (isDone()) return true;
      this.step();
    }
    return isDone();
  }

  get leader(): Node | undefined {
    return this.nodes.find((node) => node.replica?.view(node.clockMs).serving === true);
  }
}

/** As off the wire: equal values, other objects. */
function cloned(message: Message): Message {
  switch (message.kind) {
    case "accept":
      return { ...message, value: clonedValue(message.value) };
    case "chosen":
      return { ...message, values: message.values.map(clonedValue) };
    case "promise":
      return {
        ...message,
        reports: message.reports.map((report) =>
          report.kind === "damaged" ? report : { ...report, value: clonedValue(report.value) },
        ),
      };
    default:
      return message;
  }
}

function clonedValue(value: Value): Value {
  return { kind: value.kind, bytes: value.bytes.slice() };
}
