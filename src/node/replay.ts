import { BALLOT_ZERO, type Slot } from "../base/ids.ts";
import type { Crypto, Timers } from "../base/seams.ts";
import type { Value } from "../paxos/value.ts";
import type { StateStorage } from "../storage/storage.ts";
import { StateHashes } from "./state-hashes.ts";
import { Store } from "./store.ts";

/** Longer than what was applied may stay in memory: everything is due. */
const STEP_MS = 60_000;

export interface ReplayDeps {
  readonly state: StateStorage;
  /** Of every slot from the state's watermark up to `end`; may throw, which ends the replay. */
  readonly valueAt: (slot: Slot) => Value;
  /** Exclusive. */
  readonly end: Slot;
  readonly crypto: Crypto;
  readonly timers: Pick<Timers, "soon">;
  /** After each slot, in order; may throw, too. */
  readonly onApplied: (slot: Slot, value: Value) => void;
  /** All of it is in the state on disk; or what was thrown. */
  readonly onEnd: (error?: unknown) => void;
}

/** Takes a state on by values that are given, with nobody to ask and nobody waiting: as a node does it at its start. */
export class Replay {
  readonly #deps: ReplayDeps;
  readonly #store: Store;
  /** Passes only while there is nothing to apply, so that slices are full. */
  #nowMs = 0;
  #isTurnDue = false;
  #isOver = false;

  constructor(deps: ReplayDeps) {
    const { state, end, crypto } = deps;
    this.#deps = deps;
    this.#store = new Store(
      {
        state,
        crypto,
        hashes: new StateHashes(crypto),
        log: { read: (slot) => ({ slot, ballot: BALLOT_ZERO, value: deps.valueAt(slot), chosen: true }) },
        learnedDurable: () => end,
        batchOf: () => undefined,
        onApplied: (slot, value) => deps.onApplied(slot, value),
        onFlushed: () => this.#soon(),
      },
      end,
    );
    this.#soon();
  }

  #soon(): void {
    if (this.#isTurnDue || this.#isOver) return;
    this.#isTurnDue = true;
    this.#deps.timers.soon(() => {
      this.#isTurnDue = false;
      try {
        this.#turn();
      } catch (error) {
        this.#isOver = true;
        this.#deps.onEnd(error);
      }
    });
  }

  #turn(): void {
    const store = this.#store;
    if (store.stateDurable === this.#deps.end) {
      this.#isOver = true;
      this.#deps.onEnd();
      return;
    }
    const hasMore = store.run();
    if (!hasMore) this.#nowMs += STEP_MS;
    store.poll(this.#nowMs);
    // Else the end of the flush brings the next turn.
    if (hasMore || !store.isFlushing) this.#soon();
  }
}
