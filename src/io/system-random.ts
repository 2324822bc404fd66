import { randomBytes, randomInt } from "node:crypto";
import type { Random } from "../base/seams.ts";

/** The system's unpredictable randomness. */
export class SystemRandom implements Random {
  below(limit: number): number {
    return randomInt(limit);
  }

  bytes(count: number): Uint8Array {
    return new Uint8Array(randomBytes(count));
  }
}
