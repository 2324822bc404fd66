import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ExitCode } from "./exit-codes.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { keysOf } from "./keys.ts";
import { inputPieces } from "./standard-input.ts";

/** What a program sees of the world; tests hand in their own. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isInputTty: boolean;
  readonly isOutputTty: boolean;
  readonly isErrorTty: boolean;
  /** How wide stdout is now; only of use when it is a terminal. */
  outputColumns(): number;
  /** And how high. */
  outputRows(): number;
  /**
   * Tells each key that is pressed, by its name in `keys.ts`, and has none of them shown or do anything, Ctrl-C included,
   * until what it gives is called. Only when stdin is a terminal.
   */
  typedKeys(onKey: (key: string) => void): () => void;
  /** Calls `act` when stdout takes no more, instead of ending the program with `status`. */
  whenOutputLost(act: (status: ExitCode) => void): void;
  /** stdout carries data alone. */
  out(data: string | Uint8Array): void;
  err(text: string): void;
  /** Resolves when stdout has taken what it was given, so that it need not be held in memory. */
  flushed(): Promise<void>;
  readInput(): Promise<Uint8Array>;
  /** The same in pieces, as they come. */
  input(): AsyncIterable<Uint8Array>;
  /** Resolves when stdin has ended, or with `signal`; what comes until then is lost, and nothing is read after. */
  whenInputEnds(signal: AbortSignal): Promise<void>;
  /** Whether commands are typed here one after another, and values are shown as they would be typed. */
  readonly isShell: boolean;
  /** Whether somebody is there to be asked: stdin and stderr are terminals. */
  readonly isInteractive: boolean;
  /** Asks on stderr, and gives the line that was typed; empty when the input has ended. */
  ask(question: string): Promise<string>;
}

const COLUMNS = 80;
const ROWS = 24;

function typedKeys(onKey: (key: string) => void): () => void {
  const { stdin } = process;
  const tell = (typed: Uint8Array): void => {
    for (const key of keysOf(Buffer.from(typed).toString())) onKey(key);
  };
  stdin.setRawMode(true);
  stdin.on("data", tell);
  stdin.resume();
  return () => {
    stdin.off("data", tell);
    stdin.setRawMode(false);
    // While it is read, it keeps the process alive.
    stdin.pause();
  };
}

function whenInputEnds(signal: AbortSignal): Promise<void> {
  const { stdin } = process;
  return new Promise((resolve) => {
    const end = (): void => {
      // While it is read, it keeps the process alive.
      stdin.destroy();
      resolve();
    };
    for (const event of ["end", "error", "close"]) stdin.once(event, end);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    else stdin.resume();
  });
}

/**
 * The process's own, which `program` is the name of. A reader of stdout that went away (`| head`) ends the program quietly, any other
 * trouble with stdout with status 9 and a line on stderr. What stderr does not take is dropped: a node serves on without its log.
 */
export function processTerminal(program: string): Terminal {
  let onOutputLost = (status: ExitCode): void => process.exit(status);
  let isOutputLost = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // What is written after the first failure fails, too.
    if (isOutputLost) return;
    isOutputLost = true;
    if (error.code === "EPIPE") return onOutputLost(EXIT_CODES.done);
    process.stderr.write(`${program}: cannot write to standard output: ${error.code ?? error.message}\n`);
    onOutputLost(EXIT_CODES.local);
  });
  process.stderr.on("error", () => undefined);
  return {
    environment: process.env,
    isInputTty: process.stdin.isTTY === true,
    isOutputTty: process.stdout.isTTY === true,
    isErrorTty: process.stderr.isTTY === true,
    outputColumns: () => Math.max(1, process.stdout.columns || COLUMNS),
    outputRows: () => Math.max(1, process.stdout.rows || ROWS),
    typedKeys,
    whenOutputLost: (act) => {
      onOutputLost = act;
    },
    out: (data) => void process.stdout.write(data),
    err: (text) => void process.stderr.write(text),
    flushed: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
    },
    readInput: async () => {
      const parts: Uint8Array[] = [];
      for await (const part of inputPieces()) parts.push(part);
      return Buffer.concat(parts);
    },
    input: inputPieces,
    whenInputEnds,
    isShell: false,
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    ask: (question) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      return new Promise((resolve) => {
        lines.on("close", () => resolve(""));
        lines.question(question, (line) => {
          resolve(line);
          lines.close();
        });
      });
    },
  };
}
