import type { Clock } from "../base/seams.ts";

/** The machine's clocks. */
export class SystemClock implements Clock {
  nowMs(): number {
    return performance.now();
  }

  wallMs(): number {
    return Date.now();
  }
}
