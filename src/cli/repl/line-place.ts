import type { Command } from "../command.ts";
import { nameOf } from "../command.ts";
import type { Completable } from "../completion.ts";
import type { Token } from "../script/words.ts";
import { tokensOf } from "../script/words.ts";

/** Where the end of a line that is being typed stands in its command. */
export interface LinePlace {
  /** The innermost command that is named; undefined while that is being typed, or is not known. */
  readonly command: Command | undefined;
  /** Those that may be named here: of the program, or of a group. */
  readonly siblings: readonly Command[];
  /** How many arguments that are no options stand before the one under the cursor. */
  readonly arguments: number;
  /** The option whose value stands under the cursor. */
  readonly option: string | undefined;
  /** Whether an option before it changes how keys are written. */
  readonly isEncoded: boolean;
  /** What is typed of the word under the cursor; undefined: it has not begun. */
  readonly current: Token | undefined;
}

/** Undefined for a line that cannot be read. */
export function placeOf(program: Completable, line: string): LinePlace | undefined {
  const tokens = tokensBefore(line);
  if (tokens === undefined) return undefined;
  const isBetween = tokens.at(-1)?.end !== line.length;
  const current = isBetween ? undefined : tokens.at(-1);
  const before = tokens.slice(0, isBetween ? tokens.length : -1).map(({ word }) => word);
  // A number in front repeats the command.
  if (/^\d+$/.test(before[0] ?? "")) before.shift();
  let siblings = program.commands;
  let command: Command | undefined;
  let count = 0;
  let option: string | undefined;
  let isEncoded = false;
  for (const word of before) {
    if (option !== undefined) {
      option = undefined;
    } else if (/^-./.test(word)) {
      option = valueOption({ ...program.options, ...command?.options }, word);
      isEncoded ||= option === "key-encoding";
    } else {
      const found = count === 0 ? named(siblings, word) : undefined;
      if (found === undefined) count++;
      command = found ?? command;
      siblings = found === undefined ? siblings : (found.commands ?? []);
    }
  }
  return { command, siblings, arguments: count, option, isEncoded, current };
}

function tokensBefore(line: string): readonly Token[] | undefined {
  try {
    return tokensOf(line);
  } catch {
    return undefined;
  }
}

function named(commands: readonly Command[], word: string | undefined): Command | undefined {
  if (word === undefined) return undefined;
  return commands.find((command) => nameOf(command) === word || command.aliases?.includes(word) === true);
}

/** The option's long name if its value is the next word. */
function valueOption(options: NonNullable<Command["options"]>, word: string): string | undefined {
  const text = word.replace(/^-+/, "");
  const found = Object.entries(options).find(([name, { alias }]) => name === text || alias === text);
  return found?.[1].type === "string" ? found[0] : undefined;
}

/** The arguments that a command's usage names, as they stand there: `<key>`, `[keys..]`. */
export function argumentsOf(command: Command): readonly string[] {
  return command.usage.split(" ").slice(1);
}
