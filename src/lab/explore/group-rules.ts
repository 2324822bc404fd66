import { type Ballot, formatBallot, type NodeId, nodeId, nodeOf, type Slot } from "../../base/ids.ts";
import type { Membership } from "../../paxos/membership.ts";
import { equalValues, type Value } from "../../paxos/value.ts";
import { GoverningHistory } from "../oracles/governing-history.ts";
import { demandRule } from "./broken-rule.ts";
import type { Fact } from "./fact.ts";
import { valueText } from "./message-text.ts";

interface Vote extends Decision {
  readonly by: Set<NodeId>;
}

interface Decision {
  readonly slot: Slot;
  readonly ballot: Ballot;
  readonly value: Value;
}

/** `facts`: by member. */
type Facts = readonly (readonly Fact[])[];

/**
 * What must hold of a group whatever happened. The facts only grow, so what is broken once stays broken.
 * @throws BrokenRule
 */
export function checkGroup(facts: Facts, genesis: Membership): void {
  const proposals = facts.flatMap((own) => own.filter((fact) => fact.kind === "proposed"));
  const votes = tally(facts);
  const governing = new GoverningHistory(genesis);
  const decisions = decide(votes, governing);
  checkBallots(proposals, votes, facts, governing);
  checkBarriers(proposals, decisions);
  checkAgreement(decisions, proposals);
  checkLearned(facts, decisions);
  checkSettled(facts, governing);
  checkDigests(facts);
}

function tally(facts: Facts): readonly Vote[] {
  const votes: Vote[] = [];
  for (const [index, own] of facts.entries()) {
    for (const fact of own) {
      if (fact.kind !== "accepted") continue;
      const { slot, ballot, value } = fact;
      const known = votes.find((vote) => isAt(vote, fact) && equalValues(vote.value, value));
      if (known === undefined) votes.push({ slot, ballot, value, by: new Set([nodeId(index + 1)]) });
      else known.by.add(nodeId(index + 1));
    }
  }
  return votes;
}

/** What quorums accepted, slot by slot: who a quorum is in one follows from those below it. */
function decide(votes: readonly Vote[], governing: GoverningHistory): readonly Decision[] {
  const decisions: Decision[] = [];
  for (const vote of [...votes].sort((left, right) => left.slot - right.slot)) {
    if (!governing.isQuorumAt(vote.slot, (node) => vote.by.has(node))) continue;
    decisions.push(vote);
    governing.onChosen(vote.slot, vote.value);
  }
  return decisions;
}

function checkBallots(
  proposals: readonly Decision[],
  votes: readonly Vote[],
  facts: Facts,
  governing: GoverningHistory,
): void {
  for (const vote of votes) {
    const proposed = proposals.find((proposal) => isAt(proposal, vote));
    demandRule(
      proposed !== undefined && equalValues(proposed.value, vote.value),
      "I3",
      () => `${place(vote)} was accepted with ${valueText(vote.value)}, which nobody proposed there`,
    );
  }
  for (const [index, proposal] of proposals.entries()) {
    for (const other of proposals.slice(0, index)) {
      demandRule(
        !isAt(proposal, other) || equalValues(proposal.value, other.value),
        "I5",
        () => `two proposals at ${place(proposal)}: ${valueText(proposal.value)}, ${valueText(other.value)}`,
      );
    }
    const { ballot, slot } = proposal;
    const hasPromised = (node: NodeId) =>
      facts[node - 1]?.some((fact) => fact.kind === "promised" && fact.ballot === ballot) === true;
    demandRule(
      governing.isQuorumAt(slot, hasPromised),
      "I9",
      () =>
        `n${nodeOf(ballot)} proposed at ${formatBallot(ballot)}, which no quorum of slot ${slot} had promised`,
    );
  }
}

/** Nothing is proposed above a membership entry of the same ballot that is not chosen yet. */
function checkBarriers(proposals: readonly Decision[], decisions: readonly Decision[]): void {
  for (const entry of proposals) {
    if (entry.value.kind !== "membership" || decisions.some(({ slot }) => slot === entry.slot)) continue;
    const above = proposals.find(({ ballot, slot }) => ballot === entry.ballot && slot > entry.slot);
    demandRule(
      above === undefined,
      "I10",
      () => `slot ${above?.slot} was proposed at ${place(entry)}'s ballot, whose entry is not chosen`,
    );
  }
}

/** Whoever calls a membership settled speaks for a majority of its disks. */
function checkSettled(facts: Facts, governing: GoverningHistory): void {
  const knows = (node: NodeId, epoch: number) =>
    facts[node - 1]?.some((fact) => fact.kind === "governed" && fact.epoch >= epoch) === true;
  for (const fact of facts.flat()) {
    if (fact.kind !== "settled") continue;
    demandRule(
      governing.isQuorumOf(fact.epoch, (node) => knows(node, fact.epoch)),
      "settled",
      () => `membership ${fact.epoch} is called settled, and no majority of it has it on disk`,
    );
  }
}

function checkAgreement(decisions: readonly Decision[], proposals: readonly Decision[]): void {
  for (const decision of decisions) {
    for (const other of decisions) {
      demandRule(
        other.slot !== decision.slot || equalValues(other.value, decision.value),
        "I1",
        () =>
          `two values are chosen: ${valueText(decision.value)} at ${place(decision)}, ${valueText(other.value)} at ${place(other)}`,
      );
    }
    for (const proposal of proposals) {
      demandRule(
        proposal.slot !== decision.slot ||
          proposal.ballot <= decision.ballot ||
          equalValues(proposal.value, decision.value),
        "I7",
        () =>
          `${valueText(decision.value)} is chosen at ${place(decision)}, but ${valueText(proposal.value)} was proposed at ${place(proposal)}`,
      );
    }
  }
}

function checkLearned(facts: Facts, decisions: readonly Decision[]): void {
  facts.forEach((own, index) => {
    for (const fact of own) {
      if (fact.kind !== "learned") continue;
      const isChosen = decisions.some(
        ({ slot, value }) => slot === fact.slot && equalValues(value, fact.value),
      );
      demandRule(
        isChosen,
        "I1",
        () =>
          `n${index + 1} took slot ${fact.slot} for chosen with ${valueText(fact.value)}, which no quorum accepted at one ballot`,
      );
    }
  });
}

function checkDigests(facts: Facts): void {
  const digests = new Map<Slot, number>();
  for (const fact of facts.flat()) {
    if (fact.kind !== "digest") continue;
    const known = digests.get(fact.watermark);
    demandRule(
      known === undefined || known === fact.digest,
      "I2",
      () => `two digests at watermark ${fact.watermark}`,
    );
    digests.set(fact.watermark, fact.digest);
  }
}

function isAt(left: Omit<Decision, "value">, right: Omit<Decision, "value">): boolean {
  return left.slot === right.slot && left.ballot === right.ballot;
}

function place({ slot, ballot }: Omit<Decision, "value">): string {
  return `slot ${slot} ballot ${formatBallot(ballot)}`;
}
