import type { Terminal } from "../../src/cli/terminal.ts";

/** A terminal that remembers what was said. */
export class FakeTerminal implements Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isInputTty = false;
  readonly isOutputTty = false;
  readonly isShell = false;
  readonly isErrorTty: boolean;
  stdout = "";
  stderr = "";

  /** What stdin holds, and what is typed when somebody is asked; undefined: nobody is there. */
  stdin: string | Uint8Array = "";
  typed: string | undefined;

  constructor(
    environment: Readonly<Record<string, string | undefined>> = {},
    { isErrorTty = false }: { readonly isErrorTty?: boolean } = {},
  ) {
    this.environment = environment;
    this.isErrorTty = isErrorTty;
  }

  out(data: string | Uint8Array): void {
    this.stdout += typeof data === "string" ? data : Buffer.from(data).toString("latin1");
  }

  err(text: string): void {
    this.stderr += text;
  }

  outputColumns(): number {
    return 80;
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
