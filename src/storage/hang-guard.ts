import { STORAGE_HANG_MS } from "../base/limits.ts";
import type { Fatal, Timer, Timers } from "../base/seams.ts";

const CHECK_MS = 1000;

/** Ends the process when no commit of those under way ends for STORAGE_HANG_MS: such a disk has failed. */
export class HangGuard {
  readonly #timer: Timer;
  #outstanding = 0;
  #checks = 0;

  /** `what` names the environment in the reason. */
  constructor(timers: Timers, fatal: Fatal, what: string) {
    // One slow timer for all commits: a timer of its own would cost each commit a microsecond.
    this.#timer = timers.every(CHECK_MS, () => {
      if (this.#outstanding === 0) return;
      this.#checks++;
      if (this.#checks * CHECK_MS >= STORAGE_HANG_MS) {
        fatal(`${what}: a commit has not ended after ${STORAGE_HANG_MS} ms: the disk hangs`);
      }
    });
  }

  begin(): void {
    if (this.#outstanding === 0) this.#checks = 0;
    this.#outstanding++;
  }

  end(): void {
    this.#outstanding--;
    this.#checks = 0;
  }

  stop(): void {
    this.#timer.cancel();
  }
}
