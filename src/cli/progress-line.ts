import type { Terminal } from "./terminal.ts";

const BAR_COLUMNS = 24;
/** In real time; more often than this nobody can read it. */
const EVERY_MS = 200;

/** One line at the foot of a terminal's stderr that is written again and again; nothing at all elsewhere. */
export class ProgressLine {
  readonly #terminal: Terminal;
  readonly #nowMs: () => number;
  #shownMs = Number.NEGATIVE_INFINITY;
  #isShown = false;

  constructor(terminal: Terminal, nowMs: () => number) {
    this.#terminal = terminal;
    this.#nowMs = nowMs;
  }

  /** `fraction` of the work is done, 0..1; undefined when nobody knows. */
  show(fraction: number | undefined, text: string): void {
    const nowMs = this.#nowMs();
    if (!this.#terminal.isErrorTty || nowMs - this.#shownMs < EVERY_MS) return;
    this.#shownMs = nowMs;
    this.#isShown = true;
    const line = fraction === undefined ? text : `${barOf(fraction)} ${text}`;
    this.#terminal.err(`\r\x1b[K${line.slice(0, Math.max(1, this.#terminal.outputColumns() - 1))}`);
  }

  /** Makes room for lines that stay. */
  clear(): void {
    if (this.#isShown) this.#terminal.err("\r\x1b[K");
    this.#isShown = false;
    this.#shownMs = Number.NEGATIVE_INFINITY;
  }
}

function barOf(fraction: number): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_COLUMNS);
  return `[${"#".repeat(full)}${".".repeat(BAR_COLUMNS - full)}]`;
}
