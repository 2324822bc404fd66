import { assert } from "../base/assert.ts";
import type { Slot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import { ChainDigest } from "../paxos/digest.ts";
import type { Value } from "../paxos/value.ts";

/** The chain digests at the watermarks that the state on disk may come to next. */
export class DigestTrail {
  readonly #chain: ChainDigest;
  #from: Slot;
  /** At `#from` and the watermarks after it. */
  readonly #digests: number[];

  /** `digest`: at the watermark of the state on disk. */
  constructor(crypto: Pick<Crypto, "crc32">, watermark: Slot, digest: number) {
    this.#chain = new ChainDigest(crypto);
    this.#from = watermark;
    this.#digests = [digest];
  }

  /** The next slot is applied. */
  add(slot: Slot, value: Value): void {
    this.#digests.push(this.#chain.extend(this.at(slot), slot, value));
  }

  at(watermark: Slot): number {
    const digest = this.#digests[watermark - this.#from];
    assert(digest !== undefined, `I2: the digest at ${watermark} is known`);
    return digest;
  }

  /** The state on disk has come so far. */
  drop(below: Slot): void {
    this.#digests.splice(0, below - this.#from);
    this.#from = below;
  }
}
