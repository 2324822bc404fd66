import { closeSync, fstatSync, openSync, readSync, write, writeSync } from "node:fs";
import { encodeTraceLine, type TraceLine } from "../node/trace-line.ts";

/** What the disk has not taken yet; beyond it lines are dropped. */
const WAITING_MAX = 8 * 1024 * 1024;
/** Written at once when so much waits, else after a moment: many small writes would stand in the way of the log's. */
const CHUNK = 256 * 1024;
const FLUSH_MS = 100;
const LINE_FEED = 0x0a;

export interface TraceFileDeps {
  /** The clock of the lines, ms. */
  readonly nowMs: () => number;
  /** The file takes no more; nothing is written any longer. */
  readonly onTrouble: (error: Error) => void;
}

/**
 * Appends lines to a file without ever making anybody wait. What comes faster than the disk takes it is dropped, and a
 * line says how many.
 */
export class TraceFile {
  readonly #deps: TraceFileDeps;
  readonly #file: number;
  readonly #waitingMax: number;
  #waiting: string[] = [];
  #waitingCharacters = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #isBroken = false;

  /** Throws when the file cannot be opened. */
  constructor(path: string, deps: TraceFileDeps, waitingMax = WAITING_MAX) {
    this.#deps = deps;
    this.#waitingMax = waitingMax;
    this.#file = openSync(path, "a+");
    this.#endLine();
  }

  add(line: TraceLine): void {
    this.addText(encodeTraceLine(line));
  }

  /** A line as it was encoded, its line feed included. */
  addText(text: string): void {
    if (this.#isBroken) return;
    if (this.#waitingCharacters + text.length > this.#waitingMax) {
      this.#dropped++;
      return;
    }
    this.#reportDropped();
    this.#push(text);
    if (this.#waitingCharacters >= CHUNK) this.#startWrite();
    else this.#timer ??= setTimeout(() => this.#startWrite(), FLUSH_MS).unref();
  }

  /** Writes what waits before it returns: the last words of a process that is about to end itself. */
  flushNow(): void {
    if (this.#isBroken) return;
    this.#reportDropped();
    const text = this.#take();
    try {
      writeSync(this.#file, text);
    } catch (error) {
      this.#break(error);
    }
  }

  /** Ends when all is written. */
  async close(): Promise<void> {
    this.#reportDropped();
    while (this.#waiting.length > 0 && !this.#isBroken) {
      this.#startWrite();
      await this.#writing;
    }
    await this.#writing;
    clearTimeout(this.#timer);
    this.#isBroken = true;
    closeSync(this.#file);
  }

  /** A process that was killed in the middle of a line has left it so: the next header needs a line of its own. */
  #endLine(): void {
    const { size } = fstatSync(this.#file);
    const last = Buffer.alloc(1);
    if (size === 0 || readSync(this.#file, last, 0, 1, size - 1) === 0) return;
    if (last[0] !== LINE_FEED) this.#push("\n");
  }

  #push(text: string): void {
    this.#waiting.push(text);
    this.#waitingCharacters += text.length;
  }

  #take(): string {
    const text = this.#waiting.join("");
    this.#waiting = [];
    this.#waitingCharacters = 0;
    return text;
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return;
    const count = this.#dropped;
    this.#dropped = 0;
    this.#push(encodeTraceLine({ type: "dropped", at: this.#deps.nowMs(), count }));
  }

  #startWrite(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#writing !== undefined || this.#waiting.length === 0) return;
    const bytes = Buffer.from(this.#take());
    this.#writing = this.#write(bytes).then(
      () => this.#written(),
      (error) => this.#break(error),
    );
  }

  #written(): void {
    this.#writing = undefined;
    if (this.#waitingCharacters > 0) this.#startWrite();
  }

  async #write(bytes: Buffer): Promise<void> {
    for (let offset = 0; offset < bytes.length; ) {
      offset += await new Promise<number>((resolve, reject) => {
        write(this.#file, bytes, offset, bytes.length - offset, null, (error, written) =>
          error === null ? resolve(written) : reject(error),
        );
      });
    }
  }

  #break(error: unknown): void {
    this.#writing = undefined;
    this.#isBroken = true;
    this.#take();
    this.#deps.onTrouble(error instanceof Error ? error : new Error(String(error)));
  }
}
