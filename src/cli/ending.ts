import type { Terminal } from "./terminal.ts";

/** SIGHUP is what a terminal sends that is closed. */
const END_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What would outlive this process unless it is closed. */
export interface Closable {
  close(): Promise<void>;
}

/**
 * Lets this process end by a signal, or because nobody takes its output any more, only when what it has
 * open is closed. The first reason counts; those that come during the closing wait for it, too.
 */
export class Ending {
  #open: Promise<Closable> | undefined;
  #isEnding = false;
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    void this.#end(() => process.kill(process.pid, signal));
  };

  constructor(terminal: Terminal) {
    for (const signal of END_SIGNALS) process.on(signal, this.#onSignal);
    terminal.whenOutputLost((status) => void this.#end(() => process.exit(status)));
  }

  /** Closes what `opening` gives after `act`. Of a process that ends by then, nothing comes back. */
  async use<T extends Closable, R>(opening: Promise<T>, act: (open: T) => Promise<R>): Promise<R> {
    this.#open = opening;
    try {
      const open = await opening;
      return await act(open).finally(() => open.close());
    } finally {
      // What comes next would open something new.
      if (this.#isEnding) await new Promise(() => undefined);
      this.#open = undefined;
    }
  }

  /** Signals end this process at once again. */
  release(): void {
    for (const signal of END_SIGNALS) process.off(signal, this.#onSignal);
  }

  /** What is still being opened is closed as soon as it is there. */
  async #end(exit: () => void): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    try {
      await (await this.#open)?.close();
    } catch {
      // It could not be opened, or not be closed: this process ends all the same.
    }
    this.release();
    exit();
  }
}
