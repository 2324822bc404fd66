/**
 * Cluster time as this client knows it: the last word of a node, plus the monotonic time since. A
 * leader's word replaces the estimate; another node may lag, so its word counts only when it is later.
 */
export class ClusterTime {
  #sampleMs = 0;
  #sampledAtMs = -1;

  get isKnown(): boolean {
    return this.#sampledAtMs >= 0;
  }

  /** How long ago the last word came, on the caller's monotonic clock; infinite when there was none. */
  ageMs(nowMs: number): number {
    return this.isKnown ? nowMs - this.#sampledAtMs : Number.POSITIVE_INFINITY;
  }

  learn(timeMs: number, nowMs: number, fromLeader: boolean): void {
    if (this.isKnown && !fromLeader && timeMs < this.at(nowMs)) return;
    this.#sampleMs = timeMs;
    this.#sampledAtMs = nowMs;
  }

  /** Whole ms of cluster time; 0 while unknown. */
  at(nowMs: number): number {
    return this.isKnown ? Math.round(this.#sampleMs + (nowMs - this.#sampledAtMs)) : 0;
  }
}
