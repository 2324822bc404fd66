import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { build } from "hdr-histogram-js";
import type { Clock } from "../../src/base/seams.ts";

const LATENCY_US_MAX = 120_000_000;

export interface ClosedLoop {
  /** Requests that wait for an answer at any time: each sends its next one when its answer came. */
  readonly outstanding: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
  readonly clock: Clock;
  /** One request; rejects when it failed. */
  readonly request: () => Promise<void>;
  /** The measured window begins. */
  readonly onStart: () => void;
  /** It has ended; requests are still on their way. */
  readonly onEnd: () => void;
}

/** What was answered within the window, whenever it was sent. */
export interface LoopResult {
  readonly ops: number;
  readonly errors: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
  /** Of the first failed request, during warm-up too. */
  readonly firstError: unknown;
}

/**
 * Runs a closed loop and counts what its window saw. In a closed loop a slow answer holds back the
 * requests behind it, so the percentiles tell what a caller waited, not what an open stream would.
 */
export async function runClosedLoop(loop: ClosedLoop): Promise<LoopResult> {
  const { clock } = loop;
  const latencyUs = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: LATENCY_US_MAX,
    numberOfSignificantValueDigits: 3,
    bitBucketSize: 32,
  });
  let phase: "warm-up" | "window" | "over" = "warm-up";
  let errors = 0;
  let firstError: unknown;
  const ask = async (): Promise<void> => {
    while (phase !== "over") {
      const sentMs = clock.nowMs();
      try {
        await loop.request();
        if (phase === "window") latencyUs.recordValue(micros(clock.nowMs() - sentMs));
      } catch (error) {
        firstError ??= error;
        if (phase === "window") errors += 1;
        // A request that is refused at once must not keep the timers from running.
        await nextTurn();
      }
    }
  };
  const askers = Array.from({ length: loop.outstanding }, ask);
  await sleep(loop.warmUpMs);
  loop.onStart();
  const startMs = clock.nowMs();
  phase = "window";
  await sleep(loop.windowMs);
  phase = "over";
  const seconds = (clock.nowMs() - startMs) / 1000;
  loop.onEnd();
  await Promise.all(askers);
  const ms = (percentile: number): number => latencyUs.getValueAtPercentile(percentile) / 1000;
  const [p50Ms, p99Ms, p999Ms] = [ms(50), ms(99), ms(99.9)];
  const maxMs = latencyUs.maxValue / 1000;
  return { ops: latencyUs.totalCount, errors, seconds, p50Ms, p99Ms, p999Ms, maxMs, firstError };
}

function micros(ms: number): number {
  return Math.min(LATENCY_US_MAX, Math.max(1, Math.round(ms * 1000)));
}
