import type { ReadOptions } from "../../client/options.ts";
import { asRefusal, PATIENCE_MS } from "./insistence.ts";
import type { Program } from "./program.ts";

/** From where nothing new is ever in it to where it seldom has to be asked for anew. */
const STALENESS_MS = [1, 60, 300, 2000] as const;
/** How far back; the lab's window is a few hundred revisions. */
const REVISIONS_BACK = [4, 40, 400, 2000] as const;
const AHEAD_CHANCE = 0.05;
const AHEAD_MAX = 5;
const PAGE_KEYS_MAX = 4;

/**
 * Reads of what was, or may be older than what is now. What they are told is checked where it arrives, against the
 * past of the model.
 */
export class PastReads {
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  /** A read of the key, or of those of the same owner. */
  async read(key: string): Promise<void> {
    const { random, keys } = this.#program.deps;
    const { client } = this.#program;
    switch (random.below(6)) {
      case 0:
      case 1:
        return this.#told("stale", client.get(key, { ...this.#stale(), timeoutMs: PATIENCE_MS }));
      case 2:
        return this.#told("past", client.get(key, { ...this.#level(), revision: this.#revision() }));
      case 3:
      case 4: {
        const page = { limit: random.between(1, PAGE_KEYS_MAX), keysOnly: random.isLucky(0.3) };
        const options = { prefix: keys.prefixOf(key), ...page, revision: this.#revision() };
        return this.#told("past-range", client.range({ ...this.#level(), ...options }));
      }
      default: {
        const before = random.isLucky(0.5) ? {} : { before: this.#revision() };
        return this.#told("history", client.history(key, { ...this.#level(), ...before, limit: 8 }).next());
      }
    }
  }

  async #told(kind: string, answer: Promise<unknown>): Promise<void> {
    const { count } = this.#program.deps;
    try {
      await this.#program.call(answer);
      count(`read:${kind}`);
    } catch (thrown) {
      const { code } = asRefusal(thrown).failure;
      if (code === "compacted") count("read:forgotten");
      if (code === "bad_request") count("read:ahead");
      throw thrown;
    }
  }

  #stale(): ReadOptions {
    const { random } = this.#program.deps;
    if (random.isLucky(0.2)) return { consistency: "stale" };
    return { consistency: "stale", maxStalenessMs: random.pick(STALENESS_MS) };
  }

  #level(): ReadOptions {
    const { random } = this.#program.deps;
    const level = random.pick(["linearizable", "sequential", "stale"] as const);
    return { ...(level === "stale" ? this.#stale() : { consistency: level }), timeoutMs: PATIENCE_MS };
  }

  /** One that somebody was told of, and seldom one that has not come. */
  #revision(): number {
    const { random, history, calls } = this.#program.deps;
    const last = Math.max(1, history.revisionMax, calls.revisionMax);
    if (random.isLucky(AHEAD_CHANCE)) return last + random.between(1, AHEAD_MAX);
    return Math.max(1, last - random.below(random.pick(REVISIONS_BACK)));
  }
}
