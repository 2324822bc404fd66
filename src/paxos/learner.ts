import { assert } from "../base/assert.ts";
import { BALLOT_ZERO, type Ballot, type Slot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import type { Configuration } from "./configuration.ts";
import { ChainDigest, DigestRing } from "./digest.ts";
import type { Log } from "./log.ts";
import type { LogEntry } from "./log-reader.ts";
import type { Outbox } from "./outbox.ts";
import { equalValues, type Value } from "./value.ts";

export interface LearnerDeps {
  readonly crypto: Pick<Crypto, "crc32">;
  readonly log: Log;
  readonly outbox: Outbox;
  readonly configuration: Configuration;
}

/**
 * Comes to know what is chosen, one slot after the other: by tally (the leader), by a leader's watermark,
 * or by fetching. The only one that moves the learned watermark and the chain digest.
 */
export class Learner {
  readonly #log: Log;
  readonly #outbox: Outbox;
  readonly #configuration: Configuration;
  readonly #chain: ChainDigest;
  readonly #ring = new DigestRing();
  #digest: number;
  #leaderBallot: Ballot = BALLOT_ZERO;
  #leaderChosen: Slot;

  constructor(deps: LearnerDeps, digest: number) {
    this.#log = deps.log;
    this.#outbox = deps.outbox;
    this.#configuration = deps.configuration;
    this.#chain = new ChainDigest(deps.crypto);
    this.#digest = digest;
    this.#leaderChosen = deps.log.learned;
    this.#ring.set(deps.log.learned, digest);
  }

  /** The chain digest at the learned watermark. */
  get digest(): number {
    return this.#digest;
  }

  /** The leader of `ballot` says that every slot below `watermark` is chosen. */
  hearWatermark(ballot: Ballot, watermark: Slot): void {
    if (ballot < this.#leaderBallot) return;
    if (ballot > this.#leaderBallot) {
      this.#leaderBallot = ballot;
      this.#leaderChosen = watermark;
    } else if (watermark > this.#leaderChosen) {
      this.#leaderChosen = watermark;
    }
    this.advance();
  }

  /**
   * Learns by watermark, but only entries accepted at that leader's own ballot: at any other ballot this
   * node may hold a value that lost. Anything else has to be fetched (I31).
   */
  advance(): void {
    while (this.#log.learned < this.#leaderChosen) {
      const entry = this.#log.entry(this.#log.learned);
      if (entry === undefined || (entry.ballot !== this.#leaderBallot && !entry.chosen)) return;
      this.#conclude(entry.value);
    }
  }

  /**
   * The slot at the watermark is chosen with this value. An equal value that is here already is kept, so
   * that who proposed it recognises it; otherwise the entry is stored, marked as chosen.
   */
  learn(slot: Slot, value: Value): void {
    assert(slot === this.#log.learned, "I14: slots are learned one by one");
    const held = this.#log.entry(slot);
    if (held !== undefined && equalValues(held.value, value)) {
      this.#conclude(held.value);
      return;
    }
    this.#store({ slot, ballot: held?.ballot ?? BALLOT_ZERO, value, chosen: true });
    this.#conclude(value);
  }

  /**
   * The state holds every slot below `watermark`, where the chain has `digest`. What this node has learned never
   * gets less by it (I19).
   */
  install(watermark: Slot, digest: number): void {
    assert(!this.contradicts(watermark, digest), "I2: the installed state's digest differs from ours");
    const isAhead = watermark > this.#log.learned;
    this.#log.install(watermark);
    if (!isAhead) return;
    this.#digest = digest;
    this.#ring.set(watermark, digest);
    this.advance();
  }

  /** Puts a fetched value back into a damaged slot below the watermark. */
  heal(slot: Slot, value: Value): void {
    assert(slot < this.#log.learned && this.#log.isDamaged(slot), "I32: only a damaged slot is healed");
    this.#store({ slot, ballot: BALLOT_ZERO, value, chosen: true });
  }

  /** Whether a digest that somebody else has at `watermark` contradicts ours (I2); unknown is no contradiction. */
  contradicts(watermark: Slot, digest: number): boolean {
    const own = this.#ring.get(watermark);
    return own !== undefined && own !== digest;
  }

  #store(entry: LogEntry): void {
    this.#log.store(entry, this.#outbox.sequence);
    this.#outbox.writeEntry(entry);
  }

  #conclude(value: Value): void {
    const slot = this.#log.learned;
    this.#digest = this.#chain.extend(this.#digest, slot, value);
    this.#log.advance();
    this.#ring.set(this.#log.learned, this.#digest);
    this.#outbox.choose(slot, value);
    this.#outbox.writeLearned(this.#log.learned, this.#digest);
    if (value.kind === "membership") this.#configuration.onLearned(slot, value);
    assert(this.#log.learned === slot + 1, "I15: the watermark rises by one");
  }
}
