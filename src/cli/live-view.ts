import { clearTimeout, setTimeout } from "node:timers";
import { KvdError } from "../base/errors.ts";
import type { ExitCode } from "./exit-codes.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { Interruption } from "./interruption.ts";
import { ENTER_SCREEN, LEAVE_SCREEN, repainted } from "./screen.ts";
import type { Terminal } from "./terminal.ts";

/** Something that is looked at again and again. */
export interface LiveSubject {
  /** Finds out what is to be shown from now on. */
  look(): Promise<void>;
  /** What was found, as lines that each end in a line feed; at most so wide if it can be. */
  text(columns: number): string;
  /** From the end of one look to the beginning of the next. */
  readonly periodMs: number;
  /** What its own keys do, `s sort`; empty when it has none. */
  readonly keys: string;
  /** A key that is not one of every view. */
  onKey(key: string): void;
}

type State =
  | { readonly kind: "shown" }
  | { readonly kind: "paused" }
  | { readonly kind: "ended"; readonly status: ExitCode };

/** Whether what is shown can be shown in place: on a terminal, but for those that cannot move their cursor. */
export function canShowLive({ isOutputTty, environment }: Terminal): boolean {
  return isOutputTty && environment["TERM"] !== "dumb";
}

/**
 * Shows `subject` on a screen of its own until `q` is pressed, with status 0, or a signal comes, with its status. Rejects
 * when the first look fails; later a cluster that does not answer is shown as such. The terminal is left as it was found.
 */
export async function showLive(terminal: Terminal, subject: LiveSubject): Promise<ExitCode> {
  await subject.look();
  const interruption = new Interruption();
  try {
    const view = new LiveView(terminal, subject);
    const onSignal = (): void => view.end(interruption.status ?? EXIT_CODES.interrupted);
    interruption.signal.addEventListener("abort", onSignal);
    return await view.run();
  } finally {
    interruption.release();
  }
}

class LiveView {
  readonly #terminal: Terminal;
  readonly #subject: LiveSubject;
  readonly #ended: Promise<void>;
  #onEnd: () => void = () => undefined;
  #wake: () => void = () => undefined;
  #state: State = { kind: "shown" };
  /** Why the last look has found nothing. */
  #problem: string | undefined;
  /** Gives the keys back; undefined while the screen is not shown. */
  #release: (() => void) | undefined;

  constructor(terminal: Terminal, subject: LiveSubject) {
    this.#terminal = terminal;
    this.#subject = subject;
    this.#ended = new Promise((resolve) => {
      this.#onEnd = resolve;
    });
  }

  end(status: ExitCode): void {
    this.#state = { kind: "ended", status };
    this.#wake();
    this.#onEnd();
  }

  async run(): Promise<ExitCode> {
    // However this process ends: what it then says belongs on the screen that stays.
    const endings = ["exit", "uncaughtExceptionMonitor"] as const;
    for (const event of endings) process.on(event, this.#leave);
    process.on("SIGTSTP", this.#suspend);
    process.on("SIGWINCH", this.#paint);
    try {
      this.#enter();
      return await this.#loop();
    } finally {
      this.#leave();
      process.off("SIGWINCH", this.#paint);
      process.off("SIGTSTP", this.#suspend);
      for (const event of endings) process.off(event, this.#leave);
    }
  }

  async #loop(): Promise<ExitCode> {
    for (;;) {
      await this.#wait();
      if (this.#state.kind === "shown") await this.#look();
      // Somebody may have pressed a key meanwhile.
      const state = this.#state as State;
      if (state.kind === "ended") return state.status;
      this.#paint();
    }
  }

  /** Until the next look is due, which it never is in a pause, or until the state changes. */
  #wait(): Promise<void> {
    if (this.#state.kind === "ended") return this.#ended;
    return new Promise((resolve) => {
      const timer = this.#state.kind === "paused" ? undefined : setTimeout(resolve, this.#subject.periodMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Whoever presses `q` does not wait for members that do not answer. */
  async #look(): Promise<void> {
    try {
      await Promise.race([this.#subject.look(), this.#ended]);
      this.#problem = undefined;
    } catch (error) {
      if (!(error instanceof KvdError)) throw error;
      this.#problem = error.failure.message;
    }
  }

  readonly #paint = (): void => {
    const { columns, rows } = { columns: this.#terminal.outputColumns(), rows: this.#terminal.outputRows() };
    const problem = this.#problem === undefined ? "" : `${this.#problem}\n\n`;
    const paused = this.#state.kind === "paused" ? "PAUSED  " : "";
    const keys = this.#terminal.isInputTty ? `q quit  p pause  ${this.#subject.keys}` : "Ctrl-C ends it";
    const foot = `${paused}${keys}`.trimEnd();
    this.#terminal.out(repainted(`${problem}${this.#subject.text(columns)}`, foot, { columns, rows }));
  };

  #enter(): void {
    const { isInputTty } = this.#terminal;
    this.#release = isInputTty ? this.#terminal.typedKeys((key) => this.#onKey(key)) : () => undefined;
    this.#terminal.out(ENTER_SCREEN);
    this.#paint();
  }

  readonly #leave = (): void => {
    if (this.#release === undefined) return;
    this.#terminal.out(LEAVE_SCREEN);
    this.#release();
    this.#release = undefined;
  };

  /** The shell has its terminal back for as long as this process is stopped. */
  readonly #suspend = (): void => {
    this.#leave();
    process.off("SIGTSTP", this.#suspend);
    // It stops in here, with all that was started with it. Without a shell that could have it go on, it goes on at once.
    process.kill(0, "SIGTSTP");
    process.on("SIGTSTP", this.#suspend);
    this.#enter();
  };

  #onKey(key: string): void {
    switch (key) {
      case "q":
        return this.end(EXIT_CODES.done);
      case "ctrl-c":
        return this.end(EXIT_CODES.interrupted);
      case "ctrl-z":
        return this.#suspend();
      case "p":
      case " ":
        this.#state = { kind: this.#state.kind === "paused" ? "shown" : "paused" };
        this.#wake();
        break;
      default:
        this.#tell(key);
    }
    this.#paint();
  }

  #tell(key: string): void {
    const { periodMs } = this.#subject;
    this.#subject.onKey(key);
    // The next look may have been a long way off.
    if (this.#subject.periodMs !== periodMs) this.#wake();
  }
}
