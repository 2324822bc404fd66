import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export const HISTORY_LINES_MAX = 1_000;

/** Where lines are remembered, for their owner alone; undefined when `KVCLI_HISTFILE` is empty. */
export function historyPath(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const named = environment["KVCLI_HISTFILE"];
  if (named === "") return undefined;
  return named ?? join(homedir(), ".kvcli_history");
}

/**
 * The lines that were typed before, across processes. A file that cannot be read or written costs no more
 * than the memory.
 */
export class HistoryFile {
  readonly #path: string | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
  }

  /** Newest first, no more than are kept; the file is cut down to them. */
  load(): readonly string[] {
    if (this.#path === undefined) return [];
    try {
      const all = readFileSync(this.#path, "utf8").split("\n").slice(0, -1);
      const lines = all.slice(-HISTORY_LINES_MAX);
      if (all.length > 2 * HISTORY_LINES_MAX)
        writeFileSync(this.#path, `${lines.join("\n")}\n`, { mode: 0o600 });
      return lines.reverse();
    } catch {
      return [];
    }
  }

  /** Adds one at once; a line that begins with a blank is nobody's business. */
  add(line: string): void {
    if (this.#path === undefined || line.trim() === "" || line.startsWith(" ")) return;
    try {
      writeFileSync(this.#path, `${line}\n`, { flag: "a", mode: 0o600 });
      chmodSync(this.#path, 0o600);
    } catch {
      // The prompt is of use without it.
    }
  }
}
