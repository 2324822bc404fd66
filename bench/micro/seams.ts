import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Crypto, Random } from "../../src/base/seams.ts";

/** The real functions, as a node uses them. */
export const CRYPTO: Crypto = {
  crc32: (bytes, seed = 0) => crc32(bytes, seed),
  sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
};

/** A fixed sequence (the minimal standard generator): two runs of a benchmark do the same work. */
export function fixedRandom(seed: number): Random {
  let state = seed;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
  return {
    below: (limit) => next() % limit,
    bytes: (count) => new Uint8Array(randomBytes(count)),
  };
}
