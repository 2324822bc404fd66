import type { ChiWorld } from "./chi-world.ts";

/** Between two looks at who leads. */
const PAUSE_MS = 100;
/** Five seconds of pauses, and what the hand-overs take. */
const LOOKS_MAX = 50;

/**
 * Returns when `node` leads, to which whoever leads hands over. Rejects when it cannot be brought about: nobody
 * leads, or the leader cannot reach it.
 */
export async function failOver(world: ChiWorld, node: string): Promise<void> {
  let leader: string | undefined;
  for (let looks = 0; looks < LOOKS_MAX; looks++) {
    leader = await world.leader();
    if (leader === node) return;
    if (leader !== undefined) await world.handOver(leader, node);
    await world.wait(PAUSE_MS);
  }
  throw new Error(`${node} was not made the leader: ${leader ?? "nobody"} leads`);
}
