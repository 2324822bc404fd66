interface Outstanding {
  readonly sequence: number;
  readonly startedMs: number;
}

/** How long the oldest urgent write has been on its way to the disk: a hanging disk shows before it ends. */
export class WriteAge {
  #outstanding: Outstanding[] = [];

  onWrites(sequence: number, nowMs: number): void {
    this.#outstanding.push({ sequence, startedMs: nowMs });
  }

  onDurable(sequence: number): void {
    const rest = this.#outstanding.findIndex((write) => write.sequence > sequence);
    if (rest < 0) this.#outstanding.length = 0;
    else this.#outstanding.splice(0, rest);
  }

  ageMs(nowMs: number): number {
    const oldest = this.#outstanding[0];
    return oldest === undefined ? 0 : nowMs - oldest.startedMs;
  }
}
