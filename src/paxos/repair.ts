import type { Ballot, NodeId } from "../base/ids.ts";
import { BALLOT_ZERO } from "../base/ids.ts";
import type { Configuration } from "./configuration.ts";
import type { Learner } from "./learner.ts";
import type { Log } from "./log.ts";
import type { PromiseMessage } from "./messages.ts";
import type { Outbox } from "./outbox.ts";
import { PhaseOne } from "./phase-one.ts";
import type { QuorumSystem } from "./quorum.ts";

const RETRY_MS = 500;

export interface RepairDeps {
  readonly self: NodeId;
  readonly quorum: QuorumSystem;
  readonly log: Log;
  readonly learner: Learner;
  readonly outbox: Outbox;
  readonly configuration: Pick<Configuration, "since">;
}

/**
 * Brings back a value that this leader knows to be chosen and lost to a damaged disk, when nobody else
 * knows that it is chosen, so that nobody can serve it: asks the acceptors again at the unchanged ballot.
 * Of a chosen slot every quorum of definite reports shows the chosen value at the highest ballot.
 * Source: Alagappan et al. 2018, "Protocol-aware recovery for consensus-based storage", 3.
 */
export class Repair {
  readonly #ballot: Ballot;
  readonly #deps: RepairDeps;
  #reports: PhaseOne | undefined;
  #retryMs: number;

  constructor(ballot: Ballot, deps: RepairDeps, nowMs: number) {
    this.#ballot = ballot;
    this.#deps = deps;
    this.#retryMs = nowMs;
  }

  onTick(nowMs: number): void {
    const { log, quorum, outbox, self } = this.#deps;
    if (log.damagedCount === 0 || nowMs < this.#retryMs) return;
    const from = log.damagedBelowLearned();
    if (from === undefined) return;
    this.#retryMs = nowMs + RETRY_MS;
    const ballot = this.#ballot;
    this.#reports = new PhaseOne({ ballot, self, quorum, from, ownSequence: Number.POSITIVE_INFINITY });
    const others = quorum.voters.filter((voter) => voter !== self);
    outbox.broadcast(others, { kind: "prepare", ballot, from, handOver: BALLOT_ZERO });
  }

  onPromise(from: NodeId, page: PromiseMessage): void {
    if (this.#reports?.onPromise(from, page) !== true) return;
    const { log, learner, configuration } = this.#deps;
    for (const slot of log.damagedSlots()) {
      if (slot >= log.learned) continue;
      // Today's voters are no quorum of an older membership: there only what somebody knows as chosen counts.
      const isGoverned = slot >= configuration.since;
      const value = isGoverned ? this.#reports.chosenValueAt(slot, log) : this.#reports.chosenAt(slot);
      if (value !== undefined) learner.heal(slot, value);
    }
    if (log.damagedBelowLearned() === undefined) this.#reports = undefined;
  }
}
