import type { NodeId, Slot } from "../base/ids.ts";
import { ELECTION_TIMEOUT_MS_MIN, HEARTBEAT_MS } from "../base/limits.ts";
import type { Progress } from "./messages.ts";
import type { QuorumSystem, VoterSet } from "./quorum.ts";

/** Heard of within this, a voter is worth handing over to. */
const LATELY_MS = 4 * HEARTBEAT_MS;

/** What a leader was told by the others during its ballot, whether they vote or not. */
export class Followers {
  readonly #self: NodeId;
  readonly #progress = new Map<NodeId, Progress>();
  readonly #heardMs = new Map<NodeId, number>();

  constructor(self: NodeId) {
    this.#self = self;
  }

  note(from: NodeId, progress: Progress, nowMs: number): void {
    this.#heardMs.set(from, nowMs);
    const known = this.#progress.get(from);
    // Acknowledgements may overtake each other; a member's watermarks only rise.
    if (known !== undefined && known.learned > progress.learned) return;
    const isOlder = known !== undefined && known.epoch > progress.epoch;
    this.#progress.set(from, isOlder ? { ...progress, epoch: known.epoch } : progress);
  }

  /** After a pause nobody counts as heard. */
  forgetHeard(): void {
    this.#heardMs.clear();
  }

  /** 0 before it was heard of. */
  learned(node: NodeId): number {
    return this.#progress.get(node)?.learned ?? 0;
  }

  /** A member not heard of during this ballot may still need everything. */
  stateDurableEverywhere(others: readonly NodeId[], own: Slot): Slot {
    let lowest = own;
    for (const node of others) {
      const stateDurable = this.#progress.get(node)?.stateDurable ?? (1 as Slot);
      if (stateDurable < lowest) lowest = stateDurable;
    }
    return lowest;
  }

  /** The voters that have answered within one time-out, this leader included. */
  answered(quorum: QuorumSystem, nowMs: number): VoterSet {
    return this.#votersWhere(quorum, (voter) => this.#agoMs(voter, nowMs) < ELECTION_TIMEOUT_MS_MIN);
  }

  /** The voters that have this membership on disk, as far as they said. */
  reported(quorum: QuorumSystem, epoch: number, ownEpoch: number): VoterSet {
    return this.#votersWhere(
      quorum,
      (voter) => (this.#progress.get(voter)?.epoch ?? 0) >= epoch,
      ownEpoch >= epoch,
    );
  }

  /** The most advanced of `voters` but this node, among those heard of lately. */
  best(voters: readonly NodeId[], nowMs: number): NodeId | undefined {
    let best: NodeId | undefined;
    let bestLearned = -1;
    for (const voter of voters) {
      const learned = this.#progress.get(voter)?.learned ?? -1;
      const isHeard = this.#agoMs(voter, nowMs) < LATELY_MS;
      if (voter === this.#self || !isHeard || learned <= bestLearned) continue;
      best = voter;
      bestLearned = learned;
    }
    return best;
  }

  #agoMs(node: NodeId, nowMs: number): number {
    return nowMs - (this.#heardMs.get(node) ?? Number.NEGATIVE_INFINITY);
  }

  #votersWhere(quorum: QuorumSystem, holds: (voter: NodeId) => boolean, own = true): VoterSet {
    let set: VoterSet = 0;
    for (const voter of quorum.voters) {
      if (voter === this.#self ? own : holds(voter)) set |= quorum.bitOf(voter);
    }
    return set;
  }
}
