import type { Options } from "yargs";
import type { Command } from "../command.ts";
import { nameOf } from "../command.ts";
import type { Program } from "../program.ts";
import { firstWords } from "../script/interpreter.ts";
import { escapeBare } from "../script/words.ts";
import { bytesOfWord } from "../word-bytes.ts";
import type { LinePlace } from "./line-place.ts";
import { argumentsOf, placeOf } from "./line-place.ts";
import { PROMPT_WORDS } from "./prompt-words.ts";

/** Arguments and options that name keys or how keys begin. */
const KEY_ARGUMENTS = ["key", "keys", "prefix", "start", "end"];
const KEY_OPTIONS = ["prefix", "range", "after"];

/** Whole words that may stand under the cursor, and what is typed of them: all of them begin with it. */
export interface Completion {
  readonly candidates: readonly string[];
  readonly typed: string;
}

/** Some keys that begin with `prefix`, ascending. Must not take long, and not fail. */
export type KeySource = (prefix: Uint8Array) => Promise<readonly Uint8Array[]>;

/** Completes the last word of a line: a verb, an option, one of its choices, or a key that there is. */
export async function complete(program: Program, line: string, keys: KeySource): Promise<Completion> {
  const place = placeOf(program, line);
  const { current } = place ?? {};
  if (place === undefined || current?.open !== undefined) return { candidates: [], typed: "" };
  const typed = current === undefined ? "" : line.slice(current.start);
  const found = wordsAt(program, place);
  const words = found === "keys" ? await keyWords(current?.word ?? "", keys) : found;
  const candidates = words.filter((word) => word.startsWith(typed));
  // The only one is whole: the next word may begin.
  return { candidates: candidates.length === 1 ? candidates.map((word) => `${word} `) : candidates, typed };
}

function wordsAt(program: Program, place: LinePlace): readonly string[] | "keys" {
  const { command, option, current } = place;
  if (command === undefined) return place.arguments > 0 ? [] : allFirstWords(program);
  if (command.commands !== undefined) return place.siblings.map(nameOf);
  const options = { ...program.options, ...command.options };
  if (option !== undefined) {
    return KEY_OPTIONS.includes(option) && !place.isEncoded ? "keys" : choicesOf(options[option] ?? {});
  }
  if (current?.word.startsWith("-") === true)
    return Object.keys({ ...options, help: {} }).map((name) => `--${name}`);
  const name = argumentName(command, place.arguments);
  if (name === undefined) return [];
  if (KEY_ARGUMENTS.includes(name) && !place.isEncoded) return "keys";
  return choicesOf(command.positionals?.[name] ?? {});
}

function allFirstWords(program: Program): readonly string[] {
  return [...firstWords(program), ...PROMPT_WORDS.map(([usage]) => usage.split(" ")[0] ?? usage), "exit"]
    .filter((word, index, all) => all.indexOf(word) === index)
    .sort();
}

/** `keys` of `[keys..]`; the last one of a list stands for all that follow. */
function argumentName(command: Command, index: number): string | undefined {
  const names = argumentsOf(command);
  const last = names.at(-1);
  const usage = names[index] ?? (last?.includes("..") === true ? last : undefined);
  return usage?.replace(/[<>[\].]/g, "");
}

function choicesOf({ choices }: Pick<Options, "choices">): readonly string[] {
  return Array.isArray(choices) ? choices.map(String) : [];
}

async function keyWords(word: string, keys: KeySource): Promise<readonly string[]> {
  return (await keys(bytesOfWord(word))).map(escapeBare);
}
