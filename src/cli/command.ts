import type { Options, PositionalOptions } from "yargs";
import type { ExitCode } from "./exit-codes.ts";
import { usageError } from "./program-error.ts";
import type { SharedClients } from "./shared-clients.ts";
import type { Terminal } from "./terminal.ts";

/** As people name them: `jsonl` is JSON with a line for each item where there are many, `raw` the bytes alone on a terminal, too. */
export const OUTPUT_FORMATS = ["table", "json", "jsonl", "value", "raw"] as const;
/** As most verbs tell them apart. */
export type OutputFormat = "table" | "json" | "value";

/** The arguments of one run, checked by yargs against the command's own description. */
export class Arguments {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #reveal: (word: string) => string;

  /** `reveal` gives the word as it was typed for one as it was parsed. */
  constructor(values: Readonly<Record<string, unknown>>, reveal: (word: string) => string = (word) => word) {
    this.#values = values;
    this.#reveal = reveal;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw usageError(`${name} is missing`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    if (typeof value === "string") return this.#reveal(value);
    throw usageError(`--${name} is given more than once, or without a value`);
  }

  texts(name: string): readonly string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map((word) => this.#reveal(String(word))) : [];
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  /** An integer in [min, max], or undefined when not given. */
  integer(name: string, min: number, max: number): number | undefined {
    const text = this.optionalText(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d{1,15}$/.test(text) && value >= min && value <= max) return value;
    throw usageError(`--${name}: '${text}' is not an integer from ${min} to ${max}`);
  }
}

/** What the lines of a script, or of what is typed at the prompt, have in common. */
export interface Session {
  readonly clients: SharedClients;
  /** Of this line alone: Ctrl-C cancels it, and not the session. */
  readonly interrupt: AbortSignal;
}

/** One run of a command. `argv` is what was typed, to repeat it in advice. */
export interface Run {
  readonly args: Arguments;
  readonly terminal: Terminal;
  readonly argv: readonly string[];
  /** That this command is a line of; absent: it is all that its process does. */
  readonly session?: Session;
}

/** A verb of a program, or a group of verbs when it has `commands`. */
export interface Command {
  /** As yargs takes it: `get <key>`. */
  readonly usage: string;
  readonly aliases?: readonly string[];
  readonly describe: string;
  readonly positionals?: Readonly<Record<string, PositionalOptions>>;
  readonly options?: Readonly<Record<string, Options>>;
  readonly examples?: readonly (readonly [command: string, meaning: string])[];
  readonly commands?: readonly Command[];
  readonly run?: (run: Run) => Promise<ExitCode>;
}

/** The verb itself, without what follows it. */
export function nameOf(command: Command): string {
  return command.usage.split(" ", 1)[0] ?? command.usage;
}
