import { type Ballot, formatBallot, type NodeId, type Slot, slot } from "../../base/ids.ts";
import { equalValues, type Value } from "../../paxos/value.ts";
import { demand } from "./violation.ts";

/** Members as bits: member 1 is bit 0. */
export type MemberSet = number;

export function memberBit(member: NodeId): MemberSet {
  return 1 << (member - 1);
}

/** What one ballot proposes for one slot, and who has it on disk. */
interface Proposal {
  readonly ballot: Ballot;
  readonly value: Value;
  acceptedBy: MemberSet;
}

interface SlotFacts {
  /** By ballot, in the order of their first Accept. */
  readonly proposals: Map<Ballot, Proposal>;
  /** The first proposal that a quorum had on disk. */
  chosen: Proposal | undefined;
}

/** An Accept as its proposer sends it. */
export interface ProposalSeen {
  readonly ballot: Ballot;
  readonly slot: Slot;
  readonly value: Value;
}

/**
 * Every proposal of every ballot and every acceptance that any disk ever held: what is chosen follows from
 * these alone, whatever the members believe. Holds I1, I5, I7 and I9.
 * Source: Lamport 2001, "Paxos Made Simple", 2.2 (P2, P2c).
 */
export class Acceptances {
  readonly #isQuorum: (at: Slot, set: MemberSet) => boolean;
  readonly #slots = new Map<Slot, SlotFacts>();
  readonly #chosenBallots = new Set<Ballot>();
  #floor = slot(1);

  /** `isQuorum`: whether these are a majority of those who vote on this slot. */
  constructor(isQuorum: (at: Slot, set: MemberSet) => boolean) {
    this.#isQuorum = isQuorum;
  }

  /** `promisedBy`: who has a promise of at least this ballot on disk; asked for a new proposal alone. */
  onProposed(seen: ProposalSeen, promisedBy: () => MemberSet): void {
    const { ballot, value } = seen;
    if (seen.slot < this.#floor) return;
    const facts = this.#factsOf(seen.slot);
    const known = facts.proposals.get(ballot);
    if (known !== undefined) {
      demand(equalValues(known.value, value), "I5 one proposal per ballot and slot", () => describe(seen));
      return;
    }
    const { chosen } = facts;
    if (chosen === undefined) {
      const promised = promisedBy();
      demand(this.#isSafe(seen, facts, promised), "I9 a proposal rests on a quorum's promises", () =>
        this.#describeUnsafe(seen, facts, promised),
      );
    } else if (ballot > chosen.ballot) {
      demand(
        equalValues(chosen.value, value),
        "I7 a chosen value is proposed again",
        () => `${describe(seen)}, where ${formatBallot(chosen.ballot)} has chosen another value`,
      );
    }
    facts.proposals.set(ballot, { ballot, value, acceptedBy: 0 });
  }

  /** The member has this proposal on disk, or has said so of a slot that it knows to be chosen. */
  onAccepted(member: NodeId, at: Slot, ballot: Ballot): void {
    if (at < this.#floor) return;
    const facts = this.#factsOf(at);
    const proposal = facts.proposals.get(ballot);
    demand(
      proposal !== undefined,
      "I3 only proposals are accepted",
      () => `n${member} has accepted ${formatBallot(ballot)} in slot ${at}, which nobody proposed`,
    );
    proposal.acceptedBy |= memberBit(member);
    if (!this.#isQuorum(at, proposal.acceptedBy)) return;
    this.#chosenBallots.add(ballot);
    facts.chosen ??= proposal;
    const { chosen } = facts;
    demand(
      equalValues(chosen.value, proposal.value),
      "I1 one value per slot",
      () => `slot ${at} is chosen at ${formatBallot(chosen.ballot)} and otherwise at ${formatBallot(ballot)}`,
    );
  }

  /** The value that a quorum had on disk at one ballot. Undefined: none yet, or forgotten. */
  chosenAt(at: Slot): Value | undefined {
    return this.#slots.get(at)?.chosen?.value;
  }

  /** What `ballot` proposes in `at`, as far as is still known. */
  proposedAt(at: Slot, ballot: Ballot): Value | undefined {
    return this.#slots.get(at)?.proposals.get(ballot)?.value;
  }

  /** Whether any proposal of this ballot was chosen. */
  hasChosen(ballot: Ballot): boolean {
    return this.#chosenBallots.has(ballot);
  }

  /** Slots below are never asked for again. */
  forgetBelow(floor: Slot): void {
    for (let at = this.#floor; at < floor; at = slot(at + 1)) this.#slots.delete(at);
    if (floor > this.#floor) this.#floor = floor;
  }

  #factsOf(at: Slot): SlotFacts {
    let facts = this.#slots.get(at);
    if (facts === undefined) {
      facts = { proposals: new Map(), chosen: undefined };
      this.#slots.set(at, facts);
    }
    return facts;
  }

  /**
   * P2c: some majority of those who will accept nothing below this ballot any more has either accepted
   * nothing in this slot, or this value at the highest ballot among them.
   */
  #isSafe({ ballot, slot: at, value }: ProposalSeen, facts: SlotFacts, promised: MemberSet): boolean {
    const below = [...facts.proposals.values()].filter((one) => one.ballot < ballot);
    below.sort((left, right) => left.ballot - right.ballot);
    // From the highest ballot down: whoever accepted at or above it is not in the majority sought.
    let left = promised;
    for (let index = below.length - 1; index >= 0 && this.#isQuorum(at, left); index--) {
      const { acceptedBy, value: held } = below[index] as Proposal;
      if ((left & acceptedBy) !== 0 && equalValues(held, value)) return true;
      left &= ~acceptedBy;
    }
    return this.#isQuorum(at, left);
  }

  #describeUnsafe(seen: ProposalSeen, facts: SlotFacts, promised: MemberSet): string {
    const held = [...facts.proposals.values()].map(
      ({ ballot, acceptedBy }) => `${formatBallot(ballot)} is held by ${names(acceptedBy)}`,
    );
    return `${describe(seen)} with promises of ${names(promised)}; ${held.join(", ") || "nothing is held"}`;
  }
}

function describe({ ballot, slot: at, value }: ProposalSeen): string {
  return `${formatBallot(ballot)} proposes a ${value.kind} of ${value.bytes.length} bytes in slot ${at}`;
}

function names(set: MemberSet): string {
  const found: string[] = [];
  for (let bit = 0; set >>> bit !== 0; bit++) if (((set >>> bit) & 1) === 1) found.push(`n${bit + 1}`);
  return found.join(" ") || "nobody";
}
