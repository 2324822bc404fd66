import { setTimeout } from "node:timers/promises";
import { parseDuration } from "../duration.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { showKey } from "../key-text.ts";
import type { Program } from "../program.ts";
import { reportError, runProgram } from "../program.ts";
import { ProgramError, usageError } from "../program-error.ts";
import { interrupted } from "../session.ts";
import type { SharedClients } from "../shared-clients.ts";
import { parseTxn } from "../txn-text.ts";
import { bytesOfWord } from "../word-bytes.ts";
import type { CapturedTerminal } from "./captured-terminal.ts";
import { quoteBytes, withoutComment, wordsOf } from "./words.ts";

const REPEATS_MAX = 1_000_000;

type Mode =
  | { readonly kind: "plain" }
  /** `lines` are what stands after `then`. */
  | { readonly kind: "txn"; readonly condition: string; readonly lines: string[] };

export interface InterpreterOptions {
  readonly program: Program;
  readonly terminal: CapturedTerminal;
  readonly clients: SharedClients;
}

/**
 * Runs lines one after another as a script or a prompt has them: the program's verbs with one client for
 * all, and the words of scripts. Errors are lines on stderr, as those of the program.
 */
export class Interpreter {
  readonly #options: InterpreterOptions;
  #mode: Mode = { kind: "plain" };
  #interrupt = new AbortController();

  constructor(options: InterpreterOptions) {
    this.#options = options;
  }

  /** Whether the lines are gathered for a transaction. */
  get isInTxn(): boolean {
    return this.#mode.kind === "txn";
  }

  /** Cancels the line that is being run; what was sent may still be executed, and is told so. */
  interrupt(): void {
    this.#interrupt.abort();
    this.#options.clients.close();
  }

  /** Forgets a transaction that was begun. */
  discard(): void {
    this.#mode = { kind: "plain" };
  }

  async run(line: string): Promise<ExitCode> {
    const { program, terminal } = this.#options;
    this.#interrupt = new AbortController();
    let words: readonly string[] = [];
    try {
      if (this.#mode.kind === "txn") return await this.#gather(this.#mode, line);
      words = wordsOf(line);
      return await this.#runWords(words, line);
    } catch (error) {
      return reportError(program, error, { argv: words, terminal });
    }
  }

  async #runWords(words: readonly string[], line: string): Promise<ExitCode> {
    const [verb, ...rest] = words;
    if (verb === undefined) return EXIT_CODES.done;
    if (/^\d+$/.test(verb) && rest.length > 0) return this.#repeat(verb, rest, line);
    switch (verb) {
      case "expect":
        this.#expect(rest);
        return EXIT_CODES.done;
      case "multi":
        this.#begin(line);
        return EXIT_CODES.done;
      case "exec":
      case "discard":
        throw usageError(`${verb} ends what multi has begun, and nothing is`);
      case "wait":
        if (rest.length === 1 && /^[\d.]+(?:ms|s|m|h)$/.test(rest[0] ?? ""))
          return this.#pause(rest[0] ?? "");
    }
    return this.#runVerb(words);
  }

  #runVerb(words: readonly string[]): Promise<ExitCode> {
    const { program, terminal, clients } = this.#options;
    terminal.forget();
    return runProgram(program, words, terminal, { clients, interrupt: this.#interrupt.signal });
  }

  async #repeat(count: string, words: readonly string[], line: string): Promise<ExitCode> {
    const times = Number(count);
    if (times < 1 || times > REPEATS_MAX) throw usageError(`a command is repeated 1 to ${REPEATS_MAX} times`);
    for (let done = 0; done < times; done++) {
      if (this.#interrupt.signal.aborted) throw interrupted();
      const status = await this.#runWords(words, line);
      if (status !== EXIT_CODES.done) return status;
    }
    return EXIT_CODES.done;
  }

  async #pause(text: string): Promise<ExitCode> {
    try {
      await setTimeout(parseDuration(text, "wait"), undefined, { signal: this.#interrupt.signal });
    } catch (error) {
      throw this.#interrupt.signal.aborted ? interrupted(error) : error;
    }
    return EXIT_CODES.done;
  }

  #expect(words: readonly string[]): void {
    const [wanted] = words;
    if (wanted === undefined || words.length > 1) throw usageError("expect takes one value; quote blanks");
    const value = Buffer.from(bytesOfWord(wanted));
    const printed = this.#options.terminal.captured;
    const forms = [value, Buffer.concat([value, Buffer.from("\n")]), Buffer.from(`${quoteBytes(value)}\n`)];
    if (printed !== undefined && forms.some((form) => form.equals(printed))) return;
    const got = printed === undefined ? "too much to compare" : `'${showKey(printed)}'`;
    throw new ProgramError(`expected '${showKey(value)}', and the command before printed ${got}`, {
      exitCode: EXIT_CODES.negative,
      code: "not_as_expected",
    });
  }

  #begin(line: string): void {
    const condition = withoutComment(line).trim().slice("multi".length).trim();
    const mode: Mode = { kind: "txn", condition, lines: [] };
    parseTxn(textOfTxn(mode));
    this.#mode = mode;
  }

  async #gather(mode: Extract<Mode, { kind: "txn" }>, typed: string): Promise<ExitCode> {
    const line = withoutComment(typed);
    const verb = line.trim();
    if (verb === "discard") {
      this.discard();
      return EXIT_CODES.done;
    }
    if (verb === "exec") {
      this.discard();
      return this.#runVerb(["txn", "--", textOfTxn(mode)]);
    }
    // What is mistyped is said at once, and does not become a part of it.
    if (verb !== "else") parseTxn(`then\n${line}`);
    mode.lines.push(line);
    return EXIT_CODES.done;
  }
}

function textOfTxn({ condition, lines }: Extract<Mode, { kind: "txn" }>): string {
  const compares = condition === "" ? "" : `if ${condition.replace(/^if\s+/, "")} `;
  return `${compares}then\n${lines.join("\n")}`;
}
