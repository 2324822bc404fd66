import type { TraceLine } from "../../node/trace-line.ts";

/** More lines than this nobody reads, and memory has an end. */
const LINES_MAX = 200_000;

/** Which part of a run is wanted: all of [fromMs, toMs], or the last stretch of that length. */
export type Window =
  | { readonly kind: "between"; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: "last"; readonly ms: number };

/** Keeps the lines of a window while a run goes by. */
export class WindowLines {
  readonly #window: Window;
  #lines: TraceLine[] = [];

  constructor(window: Window) {
    this.#window = window;
  }

  get lines(): readonly TraceLine[] {
    const { at: endMs } = this.#lines[this.#lines.length - 1] ?? { at: 0 };
    return this.#window.kind === "last" ? this.#since(endMs - this.#window.ms) : this.#lines;
  }

  add(line: TraceLine): void {
    if (this.#window.kind === "between") {
      const { fromMs, toMs } = this.#window;
      if (line.at >= fromMs && line.at <= toMs && this.#lines.length < LINES_MAX) this.#lines.push(line);
      return;
    }
    this.#lines.push(line);
    if (this.#lines.length > 2 * LINES_MAX) this.#lines = this.#lines.slice(-LINES_MAX);
    const [first] = this.#lines;
    // Half of what is kept is too old: dropped at once it costs each line little.
    if (first !== undefined && line.at - first.at > 2 * this.#window.ms) {
      this.#lines = this.#since(line.at - this.#window.ms);
    }
  }

  #since(atMs: number): TraceLine[] {
    return this.#lines.filter(({ at }) => at >= atMs);
  }
}
