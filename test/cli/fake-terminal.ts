import type { Terminal } from "../../src/cli/terminal.ts";

/** A terminal that remembers what was said. */
export class FakeTerminal implements Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isOutputTty = false;
  readonly isErrorTty = false;
  stdout = "";
  stderr = "";

  constructor(environment: Readonly<Record<string, string | undefined>> = {}) {
    this.environment = environment;
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
    return new Uint8Array(0);
  }
}
