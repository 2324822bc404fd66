import type { Ballot, Slot } from "../../base/ids.ts";
import { formatBallot, nodeOf } from "../../base/ids.ts";
import { equalValues, type Value } from "../../paxos/value.ts";
import { demandRule } from "./broken-rule.ts";
import type { Fact } from "./fact.ts";
import { valueText } from "./message-text.ts";

interface Vote {
  readonly slot: Slot;
  readonly ballot: Ballot;
  readonly value: Value;
  voters: number;
}

interface Decision {
  readonly slot: Slot;
  readonly ballot: Ballot;
  readonly value: Value;
}

/**
 * What must hold of a group whatever happened: `facts` by member, voters first. The facts only grow, so what
 * is broken once stays broken. @throws BrokenRule
 */
export function checkGroup(facts: readonly (readonly Fact[])[], voters: number): void {
  const quorum = Math.floor(voters / 2) + 1;
  const proposals = facts.flatMap((own) => own.filter((fact) => fact.kind === "proposed"));
  const votes = tally(facts.slice(0, voters));
  checkBallots(proposals, votes, facts.slice(0, voters), quorum);
  const decisions = votes.filter((vote) => vote.voters >= quorum);
  checkAgreement(decisions, proposals);
  checkLearned(facts, decisions);
  checkDigests(facts);
}

function tally(facts: readonly (readonly Fact[])[]): readonly Vote[] {
  const votes: Vote[] = [];
  for (const own of facts) {
    for (const fact of own) {
      if (fact.kind !== "accepted") continue;
      const { slot, ballot, value } = fact;
      const known = votes.find((vote) => isAt(vote, fact) && equalValues(vote.value, value));
      if (known === undefined) votes.push({ slot, ballot, value, voters: 1 });
      else known.voters++;
    }
  }
  return votes;
}

function checkBallots(
  proposals: readonly Decision[],
  votes: readonly Vote[],
  facts: readonly (readonly Fact[])[],
  quorum: number,
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
    const { ballot } = proposal;
    const promises = facts.filter((own) =>
      own.some((fact) => fact.kind === "promised" && fact.ballot === ballot),
    );
    demandRule(
      promises.length >= quorum,
      "I9",
      () => `n${nodeOf(ballot)} proposed at ${formatBallot(ballot)}, which ${promises.length} had promised`,
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

function checkLearned(facts: readonly (readonly Fact[])[], decisions: readonly Decision[]): void {
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

function checkDigests(facts: readonly (readonly Fact[])[]): void {
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
