import type { Options } from "yargs";
import type { Command } from "../command.ts";
import { nameOf } from "../command.ts";
import type { Completable } from "../completion.ts";
import type { Known } from "../known-words.ts";
import { knownArgument, knownOption } from "../known-words.ts";
import { firstWords } from "../script/script-words.ts";
import { escapeBare } from "../script/words.ts";
import { bytesOfWord } from "../word-bytes.ts";
import type { LinePlace } from "./line-place.ts";
import { argumentsOf, placeOf } from "./line-place.ts";
import { PROMPT_WORDS } from "./prompt-words.ts";

/** Whole words that may stand under the cursor, and what is typed of them: all of them begin with it. */
export interface Completion {
  readonly candidates: readonly string[];
  readonly typed: string;
}

/** What a cluster knows. Must not take long, and not fail. */
export interface WordSource {
  /** Some keys that begin with `prefix`, ascending. */
  keys(prefix: Uint8Array): Promise<readonly Uint8Array[]>;
  /** The names of its members. */
  nodes(): Promise<readonly string[]>;
}

/** Completes the last word of a line: a verb, an option, one of its choices, a key or a node that there is. */
export async function complete(program: Completable, line: string, source: WordSource): Promise<Completion> {
  const place = placeOf(program, line);
  const { current } = place ?? {};
  if (place === undefined || current?.open !== undefined) return { candidates: [], typed: "" };
  const typed = current === undefined ? "" : line.slice(current.start);
  const found = wordsAt(program, place);
  const words = typeof found === "string" ? await knownWords(found, current?.word ?? "", source) : found;
  const candidates = words.filter((word) => word.startsWith(typed));
  // The only one is whole: the next word may begin.
  return { candidates: candidates.length === 1 ? candidates.map((word) => `${word} `) : candidates, typed };
}

function wordsAt(program: Completable, place: LinePlace): readonly string[] | Known {
  const { command, option, current } = place;
  const options = { ...program.options, ...command?.options };
  if (option !== undefined) return knownOption(option, place.isEncoded) ?? choicesOf(options[option] ?? {});
  if (current?.word.startsWith("-") === true)
    return Object.keys({ ...options, help: {} }).map((name) => `--${name}`);
  if (command === undefined) return place.arguments > 0 ? [] : allFirstWords(program);
  if (command.commands !== undefined) return place.siblings.map(nameOf);
  const name = argumentName(command, place.arguments);
  if (name === undefined) return [];
  return knownArgument(name, place.isEncoded) ?? choicesOf(command.positionals?.[name] ?? {});
}

function allFirstWords(program: Completable): readonly string[] {
  return [
    ...firstWords(program.commands),
    ...PROMPT_WORDS.map(([usage]) => usage.split(" ")[0] ?? usage),
    "exit",
  ]
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

async function knownWords(known: Known, word: string, source: WordSource): Promise<readonly string[]> {
  if (known === "nodes") return source.nodes();
  return (await source.keys(bytesOfWord(word))).map(escapeBare);
}
