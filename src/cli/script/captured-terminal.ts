import { usageError } from "../program-error.ts";
import type { Terminal } from "../terminal.ts";

/** More than any value in any form; what is said beyond it is not remembered. */
const CAPTURED_BYTES_MAX = 8 * 1024 * 1024;

export interface CaptureOptions {
  /** Variables that hold before the process's own. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether stdin is where the commands come from, so that none of them may read it. */
  readonly isInputTaken: boolean;
  readonly isQuiet: boolean;
}

/** The terminal of a script's commands: remembers what each of them printed, for `expect`. */
export class CapturedTerminal implements Terminal {
  readonly environment: Record<string, string | undefined>;
  readonly isInputTty: boolean;
  readonly isOutputTty: boolean;
  readonly isErrorTty: boolean;
  readonly isInteractive: boolean = false;
  readonly isShell: boolean = false;
  readonly #base: Terminal;
  readonly #options: CaptureOptions;
  #captured: Uint8Array[] = [];
  #capturedBytes = 0;

  constructor(base: Terminal, options: CaptureOptions) {
    this.#base = base;
    this.#options = options;
    this.environment = { ...base.environment, ...options.environment };
    this.isInputTty = base.isInputTty && !options.isInputTaken;
    this.isOutputTty = base.isOutputTty;
    this.isErrorTty = base.isErrorTty;
  }

  /** What was printed since the last `forget`; undefined when that is too much to remember. */
  get captured(): Uint8Array | undefined {
    return this.#capturedBytes > CAPTURED_BYTES_MAX ? undefined : Buffer.concat(this.#captured);
  }

  forget(): void {
    this.#captured = [];
    this.#capturedBytes = 0;
  }

  out(data: string | Uint8Array): void {
    const bytes = typeof data === "string" ? Buffer.from(data, "utf8") : data;
    this.#capturedBytes += bytes.length;
    if (this.#capturedBytes <= CAPTURED_BYTES_MAX) this.#captured.push(bytes);
    else this.#captured = [];
    if (!this.#options.isQuiet) this.#base.out(data);
  }

  err(text: string): void {
    this.#base.err(text);
  }

  outputColumns(): number {
    return this.#base.outputColumns();
  }

  outputRows(): number {
    return this.#base.outputRows();
  }

  typedKeys(onKey: (key: string) => void): () => void {
    this.#refuseTakenInput();
    return this.#base.typedKeys(onKey);
  }

  whenOutputLost(act: Parameters<Terminal["whenOutputLost"]>[0]): void {
    this.#base.whenOutputLost(act);
  }

  flushed(): Promise<void> {
    return this.#base.flushed();
  }

  async readInput(): Promise<Uint8Array> {
    this.#refuseTakenInput();
    return this.#base.readInput();
  }

  async *input(): AsyncGenerator<Uint8Array, void, undefined> {
    this.#refuseTakenInput();
    yield* this.#base.input();
  }

  async whenInputEnds(signal: AbortSignal): Promise<void> {
    this.#refuseTakenInput();
    await this.#base.whenInputEnds(signal);
  }

  ask(question: string): Promise<string> {
    return this.#base.ask(question);
  }

  #refuseTakenInput(): void {
    if (!this.#options.isInputTaken) return;
    throw usageError("the commands come from stdin, so none of them can read it; name a file by @FILE or -f");
  }
}
