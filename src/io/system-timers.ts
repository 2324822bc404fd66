import type { Timer, Timers } from "../base/seams.ts";

/** Timers of the event loop. They keep the process alive until cancelled. */
export class SystemTimers implements Timers {
  after(delayMs: number, action: () => void): Timer {
    const timeout = setTimeout(action, delayMs);
    return { cancel: () => clearTimeout(timeout) };
  }

  every(periodMs: number, action: () => void): Timer {
    const interval = setInterval(action, periodMs);
    return { cancel: () => clearInterval(interval) };
  }

  soon(action: () => void): void {
    setImmediate(action);
  }
}
