import type { ReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createInterface } from "node:readline";
import { type HeaderLine, parseTraceLine, type TraceLine } from "../node/trace-line.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { ProgramError } from "./program-error.ts";

/** A line of one of several traces, its `at` replaced by ms of the time that all of them share. */
export type PlacedLine = Exclude<TraceLine, { readonly type: "clock" }>;

/**
 * One trace file, line by line. Lines that cannot be read are told to `complain` and left out. Left out silently are
 * lines of a type that a later version may know, and a last one of a process that is no JSON: one that was killed
 * leaves it unfinished.
 */
export class TraceReader {
  readonly #path: string;
  readonly #complain: (text: string) => void;
  #input: ReadStream | undefined;
  #lines: AsyncIterator<string> | undefined;
  #number = 0;
  /** To be added to `at`: what makes it wall time, or virtual time. */
  #offsetMs = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(path: string, complain: (text: string) => void) {
    this.#path = path;
    this.#complain = complain;
  }

  /** The header that opens the file. Throws a ProgramError when there is none. */
  async open(): Promise<HeaderLine> {
    try {
      this.#input = (await open(this.#path)).createReadStream({ encoding: "utf8" });
    } catch (error) {
      throw this.#unreadable(error);
    }
    this.#lines = createInterface({ input: this.#input })[Symbol.asyncIterator]();
    const text = await this.#nextText();
    if (text === undefined) throw this.#refusal("is no trace: it is empty");
    const line = parseTraceLine(text);
    if ("reason" in line) throw this.#refusal(`is no trace: ${line.reason}`);
    if (line.type !== "trace") throw this.#refusal("is no trace: its first line is no header");
    return this.#place(line) as HeaderLine;
  }

  close(): void {
    this.#input?.destroy();
  }

  /** The next line, never earlier than the last one; undefined at the end. */
  async next(): Promise<PlacedLine | undefined> {
    let unread: string | undefined;
    for (;;) {
      const text = await this.#nextText();
      if (text === undefined) return undefined;
      const line = parseTraceLine(text);
      const isNewProcess = !("reason" in line) && line.type === "trace";
      if (unread !== undefined && !isNewProcess) this.#complain(unread);
      unread = undefined;
      if ("reason" in line) {
        const complaint = `${this.#path}:${this.#number}: ${line.reason}`;
        if (line.kind === "wrong") this.#complain(complaint);
        if (line.kind === "no-json") unread = complaint;
      } else if (line.type === "clock") this.#offsetMs = line.wallMs - line.at;
      else return this.#place(line);
    }
  }

  #place(line: PlacedLine): PlacedLine {
    if (line.type === "trace") this.#offsetMs = line.wallMs === undefined ? 0 : line.wallMs - line.at;
    this.#lastMs = Math.max(this.#lastMs, line.at + this.#offsetMs);
    return { ...line, at: this.#lastMs };
  }

  async #nextText(): Promise<string | undefined> {
    this.#number++;
    try {
      const next = await this.#lines?.next();
      return next === undefined || next.done === true ? undefined : next.value;
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  #unreadable(error: unknown): ProgramError {
    return this.#refusal(`cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }

  #refusal(what: string): ProgramError {
    return new ProgramError(`'${this.#path}' ${what}`, { exitCode: EXIT_CODES.local, code: "trace" });
  }
}

/** The lines of all readers by time; of equal times the earlier reader's first. */
export async function* mergedLines(readers: readonly TraceReader[]): AsyncGenerator<PlacedLine> {
  const heads = await Promise.all(readers.map((reader) => reader.next()));
  for (;;) {
    let earliest: number | undefined;
    for (const [index, head] of heads.entries()) {
      if (head === undefined) continue;
      const best = earliest === undefined ? undefined : heads[earliest];
      if (best === undefined || head.at < best.at) earliest = index;
    }
    if (earliest === undefined) return;
    yield heads[earliest] as PlacedLine;
    heads[earliest] = await readers[earliest]?.next();
  }
}
