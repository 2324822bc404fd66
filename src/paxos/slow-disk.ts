import { ELECTION_TIMEOUT_MS_MIN } from "../base/limits.ts";

/** An own write that is older stands for a disk that soon holds everybody up. */
const SLOW_WRITE_MS = ELECTION_TIMEOUT_MS_MIN / 4;
/** Office changes hands for this no more often: where all disks are slow it would go round and round. */
const AGAIN_MS = 60_000;

/** Whether a leader should leave office because its disk is slower than another's. */
export class SlowDisk {
  #handedOverMs = Number.NEGATIVE_INFINITY;

  /** Office was handed over, whoever did it and why: to this disk it comes for a minute at least. */
  onHandOver(nowMs: number): void {
    this.#handedOverMs = nowMs;
  }

  /** `writeAgeMs`: of the own outstanding write; `theirsMs`: what the other has told of its disk since. */
  isWorse(writeAgeMs: number, theirsMs: number, nowMs: number): boolean {
    if (writeAgeMs <= SLOW_WRITE_MS || theirsMs >= writeAgeMs / 2) return false;
    return nowMs - this.#handedOverMs >= AGAIN_MS;
  }
}
