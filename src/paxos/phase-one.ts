import { assert } from "../base/assert.ts";
import { BALLOT_ZERO, type Ballot, type NodeId, offsetSlot, type Slot } from "../base/ids.ts";
import type { Log } from "./log.ts";
import type { PromiseMessage } from "./messages.ts";
import type { QuorumSystem, VoterSet } from "./quorum.ts";
import { equalValues, NOOP, type Value } from "./value.ts";

/** A slot that must be proposed again before anything new. */
export interface RecoveredSlot {
  readonly slot: Slot;
  readonly value: Value;
}

interface Collected {
  /** Reported without a gap: [from, next), and everything from `from` on once complete. */
  from: Slot;
  next: Slot;
  isComplete: boolean;
  readonly damaged: Set<Slot>;
}

interface BestReport {
  readonly ballot: Ballot;
  readonly isChosen: boolean;
  readonly value: Value;
}

export interface PhaseOneOptions {
  readonly ballot: Ballot;
  readonly self: NodeId;
  readonly quorum: QuorumSystem;
  /** The own learned watermark: below it nothing is asked. */
  readonly from: Slot;
  /** The batch of writes that holds the own promise. */
  readonly ownSequence: number;
}

/**
 * Phase 1 of one ballot: collects what a quorum of acceptors holds from the learned watermark on and
 * selects what to propose in each slot. Source: Lamport 2001, "Paxos Made Simple", 2.2 (P2c) and 3.
 */
export class PhaseOne {
  readonly ballot: Ballot;
  readonly #self: NodeId;
  readonly #quorum: QuorumSystem;
  readonly #ownSequence: number;
  readonly #collected = new Map<NodeId, Collected>();
  readonly #best = new Map<Slot, BestReport>();
  #complete: VoterSet = 0;
  #rejectedBy: VoterSet = 0;
  #end: Slot;

  constructor(options: PhaseOneOptions) {
    this.ballot = options.ballot;
    this.#self = options.self;
    this.#quorum = options.quorum;
    this.#ownSequence = options.ownSequence;
    this.#end = options.from;
    for (const voter of options.quorum.voters) {
      if (voter === options.self) continue;
      this.#collected.set(voter, {
        from: options.from,
        next: options.from,
        isComplete: false,
        damaged: new Set(),
      });
    }
  }

  /** Whether the own promise is on disk: before that nobody may be asked. */
  get isOwnPromiseDurable(): boolean {
    return (this.#complete & this.#quorum.bitOf(this.#self)) !== 0;
  }

  onDurable(sequence: number): void {
    if (sequence >= this.#ownSequence) this.#complete |= this.#quorum.bitOf(this.#self);
  }

  /** Whether so many have refused that this ballot cannot succeed. */
  onReject(voter: NodeId): boolean {
    this.#rejectedBy |= this.#quorum.bitOf(voter);
    return this.#quorum.isBlocking(this.#rejectedBy);
  }

  /** Takes one page. True when it was the next one of this voter. */
  onPromise(voter: NodeId, page: PromiseMessage): boolean {
    assert(page.ballot === this.ballot, "I9: a promise counts for its own ballot only");
    const collected = this.#collected.get(voter);
    if (collected === undefined || collected.isComplete) return false;
    // A page that starts above what was reported leaves a hole; below its first kept slot it says nothing.
    if (page.from > collected.next || page.from < page.firstKept) return false;
    if (page.next < collected.next) return false;
    for (const report of page.reports) {
      if (report.kind === "damaged") collected.damaged.add(report.slot);
      else if (report.kind === "chosen") this.#keep(report.slot, BALLOT_ZERO, report.value, true);
      else this.#keep(report.slot, report.ballot, report.value, false);
    }
    collected.next = page.next;
    if (page.next < page.end) return true;
    collected.isComplete = true;
    this.#complete |= this.#quorum.bitOf(voter);
    if (page.end > this.#end) this.#end = page.end;
    return true;
  }

  /** The first slot still to be asked of this voter; undefined when its set is complete. */
  wantedFrom(voter: NodeId, learned: Slot): Slot | undefined {
    const collected = this.#collected.get(voter);
    if (collected === undefined || collected.isComplete) return undefined;
    if (collected.next < learned) {
      // What is learned meanwhile need not be reported; but it was not reported as empty either.
      collected.from = learned;
      collected.next = learned;
    }
    return collected.next;
  }

  /**
   * What to propose in each open slot, ascending from the learned watermark without gaps: chosen beats any
   * ballot, else the value of the highest ballot, else a no-op. Undefined while for some slot no quorum has
   * said anything definite: a damaged report is not an empty one (I32). Ends with the first membership entry:
   * what stands above it is for another quorum to say (I10).
   */
  select(log: Log): readonly RecoveredSlot[] | undefined {
    if (!this.#quorum.isQuorum(this.#complete) || !this.isOwnPromiseDurable) return undefined;
    const end = Math.max(this.#end, log.end);
    const selected: RecoveredSlot[] = [];
    for (let slot = log.learned; slot < end; slot = offsetSlot(slot, 1)) {
      const value = this.#selectAt(slot, log);
      if (value === undefined) return undefined;
      selected.push({ slot, value });
      if (value.kind === "membership") break;
    }
    return selected;
  }

  /** The value known as chosen at `slot`, from any report. */
  chosenAt(slot: Slot): Value | undefined {
    const best = this.#best.get(slot);
    return best?.isChosen === true ? best.value : undefined;
  }

  /**
   * The value of a slot that is known to be chosen, though not which: its highest ballot in a quorum of
   * definite reports. Undefined while there is no such quorum.
   */
  chosenValueAt(slot: Slot, log: Log): Value | undefined {
    const isKnown = this.chosenAt(slot) !== undefined || this.#quorum.isQuorum(this.#definiteAt(slot, log));
    return isKnown ? this.#best.get(slot)?.value : undefined;
  }

  forgetBelow(learned: Slot): void {
    for (const slot of this.#best.keys()) if (slot < learned) this.#best.delete(slot);
  }

  #keep(slot: Slot, ballot: Ballot, value: Value, isChosen: boolean): void {
    const known = this.#best.get(slot);
    if (known?.isChosen === true) {
      assert(!isChosen || equalValues(known.value, value), `I1: two values for slot ${slot}`);
      return;
    }
    if (known === undefined || isChosen || ballot > known.ballot) {
      this.#best.set(slot, { ballot, isChosen, value });
    } else if (ballot === known.ballot) {
      assert(equalValues(known.value, value), `I5: two proposals at one ballot for slot ${slot}`);
    }
  }

  #selectAt(slot: Slot, log: Log): Value | undefined {
    const best = this.#best.get(slot);
    const own = log.entry(slot);
    if (best?.isChosen === true) {
      return own !== undefined && equalValues(own.value, best.value) ? own.value : best.value;
    }
    if (!this.#quorum.isQuorum(this.#definiteAt(slot, log))) return undefined;
    if (own === undefined) return best === undefined ? NOOP : best.value;
    if (best === undefined || own.ballot > best.ballot) return own.value;
    // The own object wins a tie: whoever proposed it here recognises it.
    if (equalValues(own.value, best.value)) return own.value;
    assert(own.ballot < best.ballot, `I5: two proposals at one ballot for slot ${slot}`);
    return best.value;
  }

  #definiteAt(slot: Slot, log: Log): VoterSet {
    const isOwnDefinite = this.isOwnPromiseDurable && !log.isDamaged(slot);
    let definite = isOwnDefinite ? this.#quorum.bitOf(this.#self) : 0;
    for (const [voter, collected] of this.#collected) {
      const isReported = slot >= collected.from && (slot < collected.next || collected.isComplete);
      if (isReported && !collected.damaged.has(slot)) definite |= this.#quorum.bitOf(voter);
    }
    return definite;
  }
}
