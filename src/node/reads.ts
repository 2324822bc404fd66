import { type Failure, failure } from "../base/errors.ts";
import type { Slot } from "../base/ids.ts";
import type { Clock } from "../base/seams.ts";
import type { Freshness } from "../wire/client-messages.ts";
import type { Origin } from "./proposals.ts";
import { invalidReadReason } from "./read-answer.ts";
import { Staleness } from "./staleness.ts";
import { type Floor, type ReadRequest, type WaitingRead, WaitingReads } from "./waiting-reads.ts";

export interface ReadsDeps {
  readonly clock: Clock;
  /** Exclusive: what the state here holds. */
  readonly applied: () => Slot;
  /** The store's revision there. */
  readonly revision: () => number;
  /** Answers from the state as it is now. */
  readonly answer: (read: WaitingRead, freshness: Freshness) => void;
  readonly refuse: (origin: Origin, reason: Failure) => void;
  /** Why nothing is read here now; undefined: it can be. */
  readonly refusal: () => Failure | undefined;
}

/**
 * The reads that a node was asked for, until they are answered. A linearizable one takes a confirmed index and
 * waits until it is applied; a sequential one waits for what its session has seen; a stale one is answered
 * from what is here, unless that is older than it allows or nobody can tell: then it takes an index as well.
 */
export class Reads {
  readonly #deps: ReadsDeps;
  readonly #waiting = new WaitingReads();
  readonly #staleness = new Staleness();

  constructor(deps: ReadsDeps) {
    this.#deps = deps;
  }

  begin(origin: Origin, request: ReadRequest): void {
    const { clock, refuse } = this.#deps;
    if (this.#waiting.isFull) {
      const message = "too many reads wait at this node; try again later";
      return refuse(origin, failure("overloaded", "not_applied", message));
    }
    const invalid = invalidReadReason(request) ?? this.#deps.refusal();
    if (invalid !== undefined) return refuse(origin, invalid);
    const read = { origin, request, deadlineMs: clock.nowMs() + request.timeoutMs };
    const { consistency } = request;
    if (consistency.level === "linearizable") return this.#waiting.arrive(read);
    const applied = consistency.level === "sequential" ? consistency.token : (0 as Slot);
    this.#await({ applied, revision: consistency.minRevision ?? 0, isConfirmed: false }, read);
  }

  /** All that was acknowledged, anywhere, longer ago is in the state here, ms; undefined: nobody can tell. */
  get ageMs(): number | undefined {
    this.#staleness.onApplied(this.#deps.applied());
    return this.#staleness.ageMs(this.#deps.clock.nowMs());
  }

  /** The id under which to ask for an index now, or undefined when no read needs one. */
  askFor(): number | undefined {
    return this.#waiting.askFor(this.#deps.clock.nowMs());
  }

  /** What became of the question `id`; `index` undefined: nobody confirms one. */
  onOutcome(id: number, index: Slot | undefined): void {
    const question = this.#waiting.takeConfirmed(id);
    if (question === undefined) return;
    if (index === undefined) {
      const reason = failure("no_leader", "not_applied", "no leader is known to confirm the read; try again");
      for (const { origin } of question.reads) this.#deps.refuse(origin, reason);
      return;
    }
    this.#staleness.confirm(index, question.askedMs);
    for (const read of question.reads) {
      const revision = read.request.consistency.minRevision ?? 0;
      this.#await({ applied: index, revision, isConfirmed: true }, read);
    }
  }

  /** Something may have been applied: answers those that waited for it. */
  answerReached(): void {
    const { applied, revision } = this.#deps;
    this.#staleness.onApplied(applied());
    for (const { read, isConfirmed } of this.#waiting.takeReached(applied(), revision()))
      this.#answer(read, isConfirmed);
  }

  /** Refuses what has waited for longer than its caller does. */
  expire(): void {
    for (const { read, confirmed } of this.#waiting.takeExpired(this.#deps.clock.nowMs())) {
      const reason = confirmed
        ? failure(
            "behind",
            "not_applied",
            "this replica has not applied what the read must see; try again or another node",
          )
        : failure("timeout", "not_applied", "no quorum confirmed the read in time");
      this.#deps.refuse(read.origin, reason);
    }
  }

  #await(floor: Floor, read: WaitingRead): void {
    const { applied, revision } = this.#deps;
    if (floor.applied > applied() || floor.revision > revision()) return this.#waiting.waitFor(floor, [read]);
    this.#staleness.onApplied(applied());
    this.#answer(read, floor.isConfirmed);
  }

  /** Time is looked at here, right before the state is: a read may have waited, or the whole node paused. */
  #answer(read: WaitingRead, isConfirmed: boolean): void {
    const { consistency } = read.request;
    if (consistency.level === "linearizable") return this.#deps.answer(read, { level: "linearizable" });
    const ageMs = this.#staleness.ageMs(this.#deps.clock.nowMs());
    if (consistency.level === "stale" && !isConfirmed && consistency.maxStalenessMs !== undefined) {
      if (ageMs === undefined || ageMs > consistency.maxStalenessMs) return this.#waiting.arrive(read);
    }
    const level = isConfirmed ? "linearizable" : consistency.level;
    this.#deps.answer(read, ageMs === undefined ? { level } : { level, ageMs: Math.ceil(ageMs) });
  }
}
