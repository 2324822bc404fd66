import type { Random } from "../base/seams.ts";

const BASE_MS = 10;
/** Elections take a few hundred ms: waiting longer than this would only add to an outage. */
const CEILING_MS = 250;

/**
 * How long to wait before attempt number `attempt` (1 is the second try): exponential with full jitter,
 * so that clients which failed together do not come back together. In [1, 250] ms.
 */
export function backOffMs(attempt: number, random: Random): number {
  const ceiling = Math.min(CEILING_MS, BASE_MS * 2 ** Math.min(attempt, 10));
  return 1 + random.below(ceiling);
}
