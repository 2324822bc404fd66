import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 50;
const WAIT_MS_MAX = 120_000;

/** Looks again and again until it finds something, and answers with that; throws after two minutes, or `waitMsMax`. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | false | undefined>,
  waitMsMax = WAIT_MS_MAX,
): Promise<Found> {
  const untilMs = performance.now() + waitMsMax;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > untilMs) throw new Error(`in vain: ${what}`);
    await sleep(POLL_MS);
  }
}
