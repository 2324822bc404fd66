import { assert } from "../base/assert.ts";
import { type NodeId, offsetSlot, type Slot } from "../base/ids.ts";
import type { GoverningMembership, MemberRole, Membership } from "./membership.ts";
import type { MembershipCodec } from "./membership-entry.ts";
import { isStep, memberOf } from "./membership-step.ts";
import type { Outbox } from "./outbox.ts";
import { QuorumSystem } from "./quorum.ts";
import type { Value } from "./value.ts";

export interface ConfigurationDeps {
  readonly self: NodeId;
  readonly codec: MembershipCodec;
  readonly outbox: Outbox;
}

/**
 * Who is in the group and who votes, for the slots from the learned watermark on: the membership decided in
 * one slot governs those above it (I11), so that no slot ever has two. Only learning changes it.
 */
export class Configuration {
  readonly #deps: ConfigurationDeps;
  #governing: GoverningMembership;
  #quorum: QuorumSystem;
  #others: readonly NodeId[];
  /** Removed by the last change, and still asked and told until that is settled. */
  #departing: readonly NodeId[] = [];
  #settled: number;
  #entriesLearned = 0;
  /** The batch of writes with which the membership is on disk; 0 for what was there at start. */
  #sequence = 0;

  /** `recovered`: as of the learned watermark; from slot 1 on when it is the genesis. */
  constructor(deps: ConfigurationDeps, recovered: GoverningMembership) {
    this.#deps = deps;
    this.#governing = recovered;
    const { membership, since } = recovered;
    this.#quorum = new QuorumSystem(membership);
    this.#others = othersIn(membership, deps.self);
    // An entry is proposed only once the one before it is settled.
    this.#settled = since === 1 ? membership.epoch : membership.epoch - 1;
  }

  get membership(): Membership {
    return this.#governing.membership;
  }

  /** The first slot that the membership governs: of slots below it nothing follows from today's quorums. */
  get since(): Slot {
    return this.#governing.since;
  }

  get epoch(): number {
    return this.membership.epoch;
  }

  get quorum(): QuorumSystem {
    return this.#quorum;
  }

  /** The members but this node. */
  get others(): readonly NodeId[] {
    return this.#others;
  }

  /** Whom a leader talks to: the members, and who is removed but may not know it yet. */
  get recipients(): readonly NodeId[] {
    return this.#departing.length === 0 ? this.#others : [...this.#others, ...this.#departing];
  }

  /** Rises with every membership entry learned, one that changed nothing included. */
  get entriesLearned(): number {
    return this.#entriesLearned;
  }

  /** The epoch of the newest membership known to be settled: who it removed is needed no more. */
  get settled(): number {
    return this.#settled;
  }

  get isSettled(): boolean {
    return this.#settled >= this.epoch;
  }

  /** The epoch of the newest membership that this node's disk knows of, given which writes are on it. */
  durableEpoch(durableSequence: number): number {
    return durableSequence >= this.#sequence ? this.epoch : this.epoch - 1;
  }

  /** A state from a snapshot brings what its slots made, unless more is known here. */
  install(watermark: Slot, membership: Membership): void {
    if (membership.epoch <= this.epoch) return;
    this.#entriesLearned++;
    this.onSettled(this.epoch);
    this.#govern({ since: watermark, membership });
    // Whom the entries in between removed nobody can tell: the last one was proposed when all but it was settled.
    this.#departing = [];
    this.onSettled(membership.epoch - 1);
  }

  onLearned(at: Slot, value: Value): void {
    this.#entriesLearned++;
    const { codec, outbox, self } = this.#deps;
    const entry = codec.decode(value.bytes);
    assert(typeof entry !== "string", "I3: a chosen membership entry decodes");
    const before = this.membership;
    if (!isStep(before, entry)) {
      outbox.notice({ kind: "membership-void", epoch: before.epoch, replaces: entry.replaces });
      return;
    }
    const { membership } = entry;
    this.#govern({ since: offsetSlot(at, 1), membership });
    this.#departing = othersIn(before, self).filter((node) => memberOf(membership, node) === undefined);
    this.onSettled(before.epoch);
  }

  #govern(governing: GoverningMembership): void {
    const { outbox, self } = this.#deps;
    const { membership } = governing;
    this.#governing = governing;
    this.#quorum = new QuorumSystem(membership);
    this.#others = othersIn(membership, self);
    this.#sequence = outbox.sequence;
    outbox.writeMembership(governing);
    outbox.notice({ kind: "membership-changed", epoch: membership.epoch, role: this.role });
  }

  /** A majority of the membership of this epoch has it on disk, and a leader has a quorum there. */
  onSettled(epoch: number): void {
    if (epoch <= this.#settled || epoch > this.epoch) return;
    this.#settled = epoch;
    if (this.isSettled) this.#departing = [];
  }

  /** What this node is, as far as it knows. */
  get role(): MemberRole | "none" {
    return memberOf(this.membership, this.#deps.self)?.role ?? "none";
  }
}

function othersIn({ members }: Membership, self: NodeId): readonly NodeId[] {
  return members.map(({ id }) => id).filter((id) => id !== self);
}
