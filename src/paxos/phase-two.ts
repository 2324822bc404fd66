import { assert } from "../base/assert.ts";
import { type Ballot, type NodeId, offsetSlot, type Slot } from "../base/ids.ts";
import { IN_FLIGHT_BYTES_MAX, IN_FLIGHT_SLOTS_MAX } from "../base/limits.ts";
import type { Acceptor } from "./acceptor.ts";
import type { Learner } from "./learner.ts";
import type { Log } from "./log.ts";
import type { Outbox } from "./outbox.ts";
import type { RecoveredSlot } from "./phase-one.ts";
import type { QuorumSystem, VoterSet } from "./quorum.ts";
import { NOOP, type Value } from "./value.ts";

/** An Accept unanswered for this long is sent again, to those who have not answered. */
const RESEND_MS = 250;

interface Proposal {
  readonly value: Value;
  /** The batch of writes that holds the own acceptance. */
  readonly ownSequence: number;
  acceptedBy: VoterSet;
  sentMs: number;
}

/** The first entry of the own ballot, proposed behind everything recovered. */
type OwnEntry =
  | { readonly kind: "unproposed" }
  | { readonly kind: "proposed"; readonly slot: Slot }
  | { readonly kind: "chosen" };

export interface PhaseTwoDeps {
  readonly self: NodeId;
  readonly others: readonly NodeId[];
  readonly quorum: QuorumSystem;
  readonly log: Log;
  readonly learner: Learner;
  readonly acceptor: Acceptor;
  readonly outbox: Outbox;
}

/**
 * Phase 2 of one ballot, pipelined: recovered slots first, then one entry of the own ballot, then what
 * clients want. Tallies count towards a fact only from the lowest open slot upwards.
 * Source: Lamport 2001, "Paxos Made Simple", 2.2 and 3.
 */
export class PhaseTwo {
  readonly ballot: Ballot;
  readonly #deps: PhaseTwoDeps;
  readonly #open = new Map<Slot, Proposal>();
  #recovered: readonly RecoveredSlot[];
  #recoveredIndex = 0;
  #openBytes = 0;
  #next: Slot;
  #lastSequence = 0;
  #ownEntry: OwnEntry = { kind: "unproposed" };
  /** A membership entry was proposed: nothing follows it at this ballot but by another phase 1 (I10). */
  #isBarred = false;
  /** The highest watermark that the others were told at this ballot. */
  #announced: Slot;
  #resendMs: number;

  constructor(ballot: Ballot, deps: PhaseTwoDeps, recovered: readonly RecoveredSlot[], nowMs: number) {
    this.ballot = ballot;
    this.#deps = deps;
    this.#recovered = recovered;
    this.#next = deps.log.learned;
    this.#announced = deps.log.learned;
    this.#resendMs = nowMs + RESEND_MS;
  }

  /** One past the highest slot proposed or learned: nothing at or above it was proposed at this ballot. */
  get next(): Slot {
    return this.#next;
  }

  get inFlight(): number {
    return this.#open.size;
  }

  /** Whether everything recovered and the entry of the own ballot is chosen (I30). */
  get isSettled(): boolean {
    return this.#ownEntry.kind === "chosen";
  }

  /** Whether the others do not know yet how far this leader has chosen. */
  get isUnannounced(): boolean {
    return this.#announced < this.#deps.log.learned;
  }

  onAnnounced(): void {
    this.#announced = this.#deps.log.learned;
  }

  /** Room for `bytes` more in the window, and the previous value chosen or on the own disk. */
  hasRoom(bytes: number): boolean {
    return (
      this.#fits(bytes) && (this.#open.size === 0 || this.#lastSequence <= this.#deps.log.durableSequence)
    );
  }

  propose(value: Value, nowMs: number): Slot {
    const { log, acceptor, outbox, others } = this.#deps;
    const slot = this.#next;
    assert(slot < log.learned + IN_FLIGHT_SLOTS_MAX, "I40: at most so many slots in flight");
    assert(slot >= log.learned, "I5: nothing is proposed in a slot known to be chosen");
    assert(!this.#isBarred, "I10: nothing is proposed above an unapplied membership entry");
    this.#isBarred = value.kind === "membership";
    this.#next = offsetSlot(slot, 1);
    this.#lastSequence = outbox.sequence;
    this.#open.set(slot, { value, ownSequence: outbox.sequence, acceptedBy: 0, sentMs: nowMs });
    this.#openBytes += value.bytes.length;
    acceptor.acceptOwn(this.ballot, slot, value);
    outbox.broadcast(others, { kind: "accept", ballot: this.ballot, slot, chosen: log.learned, value });
    this.#announced = log.learned;
    return slot;
  }

  onAccepted(from: NodeId, slots: readonly Slot[]): void {
    const bit = this.#deps.quorum.bitOf(from);
    for (const slot of slots) {
      const proposal = this.#open.get(slot);
      if (proposal !== undefined) proposal.acceptedBy |= bit;
    }
  }

  onDurable(sequence: number): void {
    const bit = this.#deps.quorum.bitOf(this.#deps.self);
    for (const proposal of this.#open.values()) {
      if (proposal.ownSequence > sequence) return;
      proposal.acceptedBy |= bit;
    }
  }

  /** Draws the conclusions: learns what a quorum accepted, in order, and proposes what was recovered. */
  settle(nowMs: number): void {
    this.#dropLearned();
    this.#learnChosen();
    if (this.#ownEntry.kind === "unproposed") this.#proposeRecovered(nowMs);
  }

  resend(nowMs: number): void {
    if (nowMs < this.#resendMs) return;
    this.#resendMs = nowMs + RESEND_MS / 5;
    const { quorum, others, outbox, log } = this.#deps;
    for (const [slot, proposal] of this.#open) {
      if (nowMs - proposal.sentMs < RESEND_MS) continue;
      proposal.sentMs = nowMs;
      const silent = others.filter((node) => (quorum.bitOf(node) & ~proposal.acceptedBy) !== 0);
      const { value } = proposal;
      outbox.broadcast(silent, { kind: "accept", ballot: this.ballot, slot, chosen: log.learned, value });
    }
  }

  #fits(bytes: number): boolean {
    if (this.#isBarred) return false;
    if (this.#open.size === 0) return true;
    const isSlotFree = this.#next < this.#deps.log.learned + IN_FLIGHT_SLOTS_MAX;
    return isSlotFree && this.#openBytes + bytes <= IN_FLIGHT_BYTES_MAX;
  }

  #learnChosen(): void {
    const { log, quorum, learner } = this.#deps;
    for (;;) {
      const slot = log.learned;
      const proposal = this.#open.get(slot);
      if (proposal === undefined || !quorum.isQuorum(proposal.acceptedBy)) return;
      this.#close(slot, proposal);
      learner.learn(slot, proposal.value);
      if (proposal.value.kind === "membership") return;
      // Only this tally counts: learned from others, the slot may hold what a later leader put there.
      if (this.#ownEntry.kind === "proposed" && this.#ownEntry.slot === slot)
        this.#ownEntry = { kind: "chosen" };
    }
  }

  /** Slots that were learned by other ways (a fetch) are settled. */
  #dropLearned(): void {
    const { log } = this.#deps;
    for (const [slot, proposal] of this.#open) {
      if (slot >= log.learned) break;
      this.#close(slot, proposal);
    }
    if (this.#next < log.learned) this.#next = log.learned;
  }

  #close(slot: Slot, proposal: Proposal): void {
    this.#open.delete(slot);
    this.#openBytes -= proposal.value.bytes.length;
  }

  #proposeRecovered(nowMs: number): void {
    for (;;) {
      const recovered = this.#recovered[this.#recoveredIndex];
      if (!this.#fits(recovered?.value.bytes.length ?? 0)) return;
      if (recovered === undefined) break;
      this.#recoveredIndex++;
      if (recovered.slot < this.#deps.log.learned) continue;
      assert(recovered.slot === this.#next, "I9: recovered slots leave no gap");
      this.propose(recovered.value, nowMs);
    }
    this.#recovered = [];
    this.#recoveredIndex = 0;
    this.#ownEntry = { kind: "proposed", slot: this.propose(NOOP, nowMs) };
  }
}
