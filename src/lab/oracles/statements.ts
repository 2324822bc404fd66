import { BALLOT_ZERO, type Ballot, formatBallot, type Slot, slot } from "../../base/ids.ts";
import type { MemoryLog } from "../../storage/memory-disk.ts";
import { demand } from "./violation.ts";

/**
 * What one member has told others of its own disk. From the moment at which anybody has heard it, the
 * disk must bear it out, through every crash, unless the slot was truncated, or damaged on purpose (I8).
 */
export class Statements {
  readonly #name: string;
  #promised: Ballot = BALLOT_ZERO;
  readonly #accepted = new Map<Slot, Ballot>();

  constructor(name: string) {
    this.#name = name;
  }

  /** A Promise arrived somewhere; `log` is its sender's disk as it is then. */
  onPromise(ballot: Ballot, log: MemoryLog): void {
    if (ballot > this.#promised) this.#promised = ballot;
    this.#demandPromise(ballot, log);
  }

  /** An Accepted arrived somewhere. */
  onAccepted(ballot: Ballot, slots: readonly Slot[], log: MemoryLog): void {
    this.onPromise(ballot, log);
    for (const at of slots) {
      this.#demandAcceptance(at, ballot, log);
      // Below the learned watermark the disk answers for itself: see the whole log's own rule (I16).
      if (at < log.summary.learned) continue;
      if (ballot > (this.#accepted.get(at) ?? BALLOT_ZERO)) this.#accepted.set(at, ballot);
    }
  }

  /** What the member's disk holds after the end of its process. */
  onImage(log: MemoryLog): void {
    this.#demandPromise(this.#promised, log);
    for (const [at, ballot] of this.#accepted) {
      this.#demandAcceptance(at, ballot, log);
      if (at < log.summary.learned) this.#accepted.delete(at);
    }
    const { firstKept, learned } = log.summary;
    for (let at = firstKept; at < learned; at = slot(at + 1)) {
      demand(
        log.entries.has(at) || log.damaged.has(at),
        "I16 no hole in the log",
        () => `${this.#name} has lost slot ${at} of [${firstKept}, ${learned})`,
      );
    }
  }

  #demandPromise(ballot: Ballot, log: MemoryLog): void {
    demand(
      log.summary.promised >= ballot,
      "I8 what was said is on disk",
      () =>
        `${this.#name} said that it promised ${formatBallot(ballot)}, its disk has ${formatBallot(log.summary.promised)}`,
    );
  }

  #demandAcceptance(at: Slot, ballot: Ballot, log: MemoryLog): void {
    if (at < log.summary.learned || log.damaged.has(at)) return;
    const held = log.entries.get(at);
    demand(
      held !== undefined && (held.chosen || held.ballot >= ballot),
      "I8 what was said is on disk",
      () =>
        `${this.#name} said that it accepted ${formatBallot(ballot)} in slot ${at}, its disk has ` +
        `${held === undefined ? "nothing" : formatBallot(held.ballot)} there`,
    );
  }
}
