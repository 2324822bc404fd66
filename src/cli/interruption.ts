import { constants } from "node:os";
import type { ExitCode } from "./exit-codes.ts";
import { passedOn } from "./exit-codes.ts";

/** SIGHUP is what a terminal sends that is closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export type EndSignal = (typeof SIGNALS)[number];

/**
 * Signals that ask this process to end, from its making to `release`: they end nothing by themselves, so that what
 * is held can be let go first. A second Ctrl-C ends the process at once.
 */
export class Interruption {
  readonly #over = new AbortController();
  readonly #onSignal = (name: EndSignal): void => {
    this.#first ??= name;
    process.off("SIGINT", this.#onSignal);
    this.#over.abort();
    for (const listen of this.#listeners) listen(name);
  };
  readonly #listeners: ((name: EndSignal) => void)[] = [];
  #first: EndSignal | undefined;

  constructor() {
    for (const name of SIGNALS) process.on(name, this.#onSignal);
  }

  /** Aborted with the first of them. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** What a shell would give for the first of them, or undefined when there was none. */
  get status(): ExitCode | undefined {
    return this.#first === undefined ? undefined : passedOn(128 + constants.signals[this.#first]);
  }

  /** Calls `listen` with each from now on; then Ctrl-C is the listener's business, however often it comes. */
  each(listen: (name: EndSignal) => void): void {
    process.off("SIGINT", this.#onSignal);
    process.on("SIGINT", this.#onSignal);
    this.#listeners.push(listen);
  }

  release(): void {
    for (const name of SIGNALS) process.off(name, this.#onSignal);
  }
}
