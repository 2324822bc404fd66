/** How much may still be looked at before others have their turn: in changes of keys, or what costs as much. */
export class Effort {
  readonly #most: number;
  #spent = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get spent(): number {
    return this.#spent;
  }

  get isSpent(): boolean {
    return this.#spent >= this.#most;
  }

  /** What is done is counted afterwards, so the last of it may go beyond it. */
  spend(amount: number): void {
    this.#spent += amount;
  }
}
