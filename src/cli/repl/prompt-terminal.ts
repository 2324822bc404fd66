import type { CaptureOptions } from "../script/captured-terminal.ts";
import { CapturedTerminal } from "../script/captured-terminal.ts";
import type { Terminal } from "../terminal.ts";

/** The terminal of the commands that are typed at the prompt: it is the prompt's line editor that asks. */
export class PromptTerminal extends CapturedTerminal {
  override readonly isInteractive = true;
  override readonly isShell = true;
  readonly #ask: (question: string) => Promise<string>;

  constructor(base: Terminal, options: CaptureOptions, ask: (question: string) => Promise<string>) {
    super(base, options);
    this.#ask = ask;
  }

  override ask(question: string): Promise<string> {
    return this.#ask(question);
  }
}
