import type { Terminal } from "../../src/cli/terminal.ts";

interface FakeTerminalOptions {
  readonly isErrorTty?: boolean;
  readonly isLive?: boolean;
}

/** A terminal that remembers what was said. */
export class FakeTerminal implements Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  isInputTty: boolean;
  readonly isOutputTty: boolean;
  readonly isShell = false;
  readonly isErrorTty: boolean;
  stdout = "";
  stderr = "";

  /** What stdin holds, and what is typed when somebody is asked; undefined: nobody is there. */
  stdin: string | Uint8Array = "";
  typed: string | undefined;
  /** What is shown of it at once. */
  size = { columns: 80, rows: 24 };
  #onKey: ((key: string) => void) | undefined;

  /** `isLive`: somebody sits there, and sees what is shown. */
  constructor(
    environment: Readonly<Record<string, string | undefined>> = {},
    { isErrorTty = false, isLive = false }: FakeTerminalOptions = {},
  ) {
    this.environment = environment;
    this.isErrorTty = isErrorTty;
    this.isInputTty = isLive;
    this.isOutputTty = isLive;
  }

  /** Whether keys are told one by one. */
  get isRaw(): boolean {
    return this.#onKey !== undefined;
  }

  /** Somebody presses a key. */
  press(key: string): void {
    this.#onKey?.(key);
  }

  typedKeys(onKey: (key: string) => void): () => void {
    this.#onKey = onKey;
    return () => {
      this.#onKey = undefined;
    };
  }

  out(data: string | Uint8Array): void {
    this.stdout += typeof data === "string" ? data : Buffer.from(data).toString("latin1");
  }

  err(text: string): void {
    this.stderr += text;
  }

  outputColumns(): number {
    return this.size.columns;
  }

  outputRows(): number {
    return this.size.rows;
  }

  whenOutputLost(): void {
    // What is remembered here is never lost.
  }

  async readInput(): Promise<Uint8Array> {
    return new Uint8Array(Buffer.from(this.stdin));
  }

  async *input(): AsyncGenerator<Uint8Array, void, undefined> {
    yield new Uint8Array(Buffer.from(this.stdin));
  }

  async whenInputEnds(): Promise<void> {
    // Nobody types any more.
  }

  async flushed(): Promise<void> {
    // What is remembered here is taken at once.
  }

  get isInteractive(): boolean {
    return this.typed !== undefined;
  }

  async ask(question: string): Promise<string> {
    this.stderr += question;
    return this.typed ?? "";
  }
}
