interface Outstanding {
  readonly sequence: number;
  startedMs: number;
}

/** A write that took long is remembered for so long: a slow disk is slow between two writes, too. */
const REMEMBERED_MS = 2000;

/**
 * How long urgent writes take on their way to the disk. The outstanding one counts by its age: a hanging disk
 * shows before it ends.
 */
export class WriteAge {
  #outstanding: Outstanding[] = [];
  /** The longest that ended lately; 0 before the first that took any time. */
  #longestMs = 0;
  #longestEndedMs = 0;

  onWrites(sequence: number, nowMs: number): void {
    this.#outstanding.push({ sequence, startedMs: nowMs });
  }

  onDurable(sequence: number, nowMs: number): void {
    this.#remember(this.ageMs(nowMs), nowMs);
    const rest = this.#outstanding.findIndex((write) => write.sequence > sequence);
    if (rest < 0) this.#outstanding.length = 0;
    else this.#outstanding.splice(0, rest);
  }

  /** For `stalledMs` this process did nothing: that is not the disk's doing. */
  onStall(stalledMs: number): void {
    for (const write of this.#outstanding) write.startedMs += stalledMs;
  }

  /** Of the oldest write that is not on disk; 0 when there is none. */
  ageMs(nowMs: number): number {
    const oldest = this.#outstanding[0];
    return oldest === undefined ? 0 : nowMs - oldest.startedMs;
  }

  /** The same, or how long one took that ended lately, whichever is more. */
  latelyMs(nowMs: number): number {
    const isRemembered = nowMs - this.#longestEndedMs < REMEMBERED_MS;
    return Math.max(this.ageMs(nowMs), isRemembered ? this.#longestMs : 0);
  }

  #remember(tookMs: number, nowMs: number): void {
    if (tookMs <= 0) return;
    if (tookMs < this.#longestMs && nowMs - this.#longestEndedMs < REMEMBERED_MS) return;
    this.#longestMs = tookMs;
    this.#longestEndedMs = nowMs;
  }
}
