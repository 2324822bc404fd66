import type { Interface } from "node:readline";

const GREY = "\x1b[90m";
const PLAIN = "\x1b[39m";
const CLEAR_BEHIND = "\x1b[K";
const SAVE_CURSOR = "\x1b7";
const RESTORE_CURSOR = "\x1b8";

export interface HintLineOptions {
  readonly input: NodeJS.ReadStream;
  readonly lines: Interface;
  readonly hintOf: (line: string) => string;
  /** Whether there is somebody to read hints now: no command is running. */
  readonly isAwaited: () => boolean;
}

/** Shows in grey, behind the cursor at the end of the line, what may follow. */
export class HintLine {
  readonly #options: HintLineOptions;
  isOn = true;
  #isShown = false;
  #isPlanned = false;

  /** Takes hold of `input`'s keys: before the line editor to wipe a hint away, behind it to draw one. */
  constructor(options: HintLineOptions) {
    this.#options = options;
    options.input.prependListener("keypress", () => this.#wipe());
    options.input.on("keypress", () => this.#plan());
  }

  #wipe(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    process.stdout.write(CLEAR_BEHIND);
  }

  /** Once for all the keys of one paste. */
  #plan(): void {
    if (!this.isOn || this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => {
      this.#isPlanned = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { lines, hintOf, isAwaited } = this.#options;
    if (!isAwaited() || lines.line === "" || lines.cursor !== lines.line.length) return;
    const hint = hintOf(lines.line);
    const { rows, cols } = lines.getCursorPos();
    const room = (process.stdout.columns || 80) - cols - 1;
    // A hint that would wrap could not be wiped away.
    if (hint === "" || rows > 0 || hint.length > room) return;
    this.#isShown = true;
    process.stdout.write(`${SAVE_CURSOR}${GREY}${hint}${PLAIN}${RESTORE_CURSOR}`);
  }
}
