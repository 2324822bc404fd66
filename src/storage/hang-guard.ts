import { STORAGE_HANG_MS } from "../base/limits.ts";
import type { Fatal, Timer, Timers } from "../base/seams.ts";

const CHECK_MS = 1000;

/** Ends the process when a commit takes longer than STORAGE_HANG_MS: such a disk has failed. */
export class HangGuard {
  readonly #timer: Timer;
  #outstanding = false;
  #checks = 0;

  /** `what` names the environment in the reason. */
  constructor(timers: Timers, fatal: Fatal, what: string) {
    // One slow timer for all commits: a timer of its own would cost each commit a microsecond.
    this.#timer = timers.every(CHECK_MS, () => {
      if (!this.#outstanding) return;
      this.#checks++;
      if (this.#checks * CHECK_MS >= STORAGE_HANG_MS) {
        fatal(`${what}: a commit has not ended after ${STORAGE_HANG_MS} ms: the disk hangs`);
      }
    });
  }

  begin(): void {
    this.#outstanding = true;
    this.#checks = 0;
  }

  end(): void {
    this.#outstanding = false;
  }

  stop(): void {
    this.#timer.cancel();
  }
}
