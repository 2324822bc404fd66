import { assert, present } from "../base/assert.ts";
import type { Slot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import type { SlotEffects } from "../kv/state.ts";
import { StateHash } from "../kv/state-hash.ts";

/** Watermarks that stay known behind the last one, for comparing with members that are behind. */
const KEPT = 4096;

/** What is told of a state. */
export interface HashedState {
  readonly hash: number;
  /** Keys alive. */
  readonly keys: number;
}

/** The hashes of the state at the watermarks behind the last applied slot, and at those that the disk may come to next. */
export class StateHashes {
  readonly #hash: StateHash;
  #from = 0;
  /** At `#from` and the watermarks after it. */
  #hashes: number[] = [];
  #keys: number[] = [];

  constructor(crypto: Pick<Crypto, "crc32">) {
    this.#hash = new StateHash(crypto);
  }

  /** The state on disk, with this watermark, is the one that counts from now on. */
  begin(watermark: Slot, { hash, keys }: HashedState): void {
    this.#from = watermark;
    this.#hashes = [hash];
    this.#keys = [keys];
  }

  /** The next slot is applied. */
  add(effects: SlotEffects): void {
    const previous = this.at(effects.slot);
    assert(previous !== undefined, `I18: the hash at ${effects.slot} is known`);
    this.#hashes.push(this.#hash.extend(previous.hash, effects));
    this.#keys.push(effects.meta.keyCount);
  }

  /** The last one that is known. */
  get watermark(): Slot {
    return (this.#from + this.#hashes.length - 1) as Slot;
  }

  /** At the watermark. */
  get last(): number {
    return present(this.#hashes.at(-1), "the hash at the last watermark is always known");
  }

  /** Undefined when the watermark is too old, or not reached. */
  at(watermark: Slot): HashedState | undefined {
    const hash = this.#hashes[watermark - this.#from];
    const keys = this.#keys[watermark - this.#from];
    return hash === undefined || keys === undefined ? undefined : { hash, keys };
  }

  /** The state on disk has come so far. */
  drop(below: Slot): void {
    const from = Math.min(below, this.watermark - KEPT);
    if (from <= this.#from) return;
    this.#hashes.splice(0, from - this.#from);
    this.#keys.splice(0, from - this.#from);
    this.#from = from;
  }
}
