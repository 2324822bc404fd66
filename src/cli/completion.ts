import type { Options } from "yargs";
import type { Command } from "./command.ts";
import { nameOf } from "./command.ts";
import { knownArgument, knownOption } from "./known-words.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** What a completion needs to know of a program. */
export interface Completable {
  readonly name: string;
  readonly commands: readonly Command[];
  readonly options: Readonly<Record<string, Options>>;
}

/** The command lines that end with one command: the program itself, a group or a verb. */
interface Place {
  /** `dev up`; empty for the program itself. */
  readonly path: string;
  /** What may follow that is no option. */
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, Options>>;
  /** Whether a cluster knows what may stand there. */
  readonly isAsked: boolean;
}

/**
 * A script that teaches `shell` the program's verbs, options and choices, to be sourced. Where it knows
 * nothing, the shell completes names of files.
 */
export function completionScript(program: Completable, shell: Shell): string {
  const title = `# Completion of ${program.name} for ${shell}: source it at the start of a shell.`;
  return `${[title, ...partFor(program, shell)].join("\n")}\n`;
}

function partFor(program: Completable, shell: Shell): readonly string[] {
  switch (shell) {
    case "bash":
      return [...candidates(program), ...bashPart(program)];
    case "zsh":
      return [...candidates(program), ...zshPart(program)];
    case "fish":
      return fishPart(program);
  }
}

/** A function that prints what may stand under the cursor, whose word is $1; $2 and on are those before it. */
function candidates({ name, commands, options }: Completable): readonly string[] {
  const standard = { ...STANDARD_OPTIONS, ...options };
  const root: Place = { path: "", words: wordsOf(commands), options: standard, isAsked: false };
  const places = [root, ...commands.flatMap((command) => placesOf(command, root))];
  return [
    `_${name}_candidates() {`,
    "  local cursor=$1 at='' last='' word",
    "  shift",
    '  for word in "$@"; do',
    // Bash cuts --output=json into three words.
    "    [ \"$word\" = '=' ] && continue",
    "    last=$word",
    '    case "$at $word" in',
    ...commands.flatMap((command) => steps(command, "")),
    "    esac",
    "  done",
    '  case "$at $last" in',
    ...places.flatMap(optionValues),
    "  esac",
    '  case "$at $cursor" in',
    ...places.map(({ path, options }) => `    '${path} '-*) echo '${flagsOf(options).join(" ")}' ;;`),
    // A pattern takes any further words, so a verb comes before its group.
    ...places.toReversed().map((place) => `    '${place.path} '*) ${actOf(place)} ;;`),
    "  esac",
    "}",
  ];
}

/** What a cluster has to be asked for, the program asks for; without one, or too late, nothing is said. */
const ASK = '"$program" completion words -- "$@" "$cursor" 2>/dev/null';

function actOf({ words, isAsked }: Place): string {
  return isAsked ? ASK : `echo '${words.join(" ")}'`;
}

const STANDARD_OPTIONS: Readonly<Record<string, Options>> = {
  help: { alias: "h", type: "boolean" },
  version: { type: "boolean" },
};

function placesOf(command: Command, above: Place): readonly Place[] {
  const path = below(above.path, command);
  const nested = command.commands ?? [];
  const choices = Object.values(command.positionals ?? {}).flatMap((positional) => choicesOf(positional));
  const words = nested.length > 0 ? wordsOf(nested) : choices;
  const isAsked =
    words.length === 0 &&
    Object.keys(command.positionals ?? {}).some((name) => knownArgument(name) !== undefined);
  const place: Place = { path, words, options: { ...above.options, ...command.options }, isAsked };
  return [place, ...nested.flatMap((inner) => placesOf(inner, place))];
}

/** How a word leads from one place to the next. */
function steps(command: Command, path: string): readonly string[] {
  const names = [nameOf(command), ...(command.aliases ?? [])];
  const here = below(path, command);
  const patterns = names.map((name) => `'${path} ${name}'`).join("|");
  return [
    `      ${patterns}) at='${here}' ;;`,
    ...(command.commands ?? []).flatMap((inner) => steps(inner, here)),
  ];
}

/** What may follow an option that takes a value: its choices, or else nothing that is known here. */
function optionValues({ path, options }: Place): readonly string[] {
  return Object.entries(options)
    .filter(([, option]) => option.type === "string")
    .map(([name, option]) => {
      const patterns = dashed(name, option).map((flag) => `'${path} ${flag}'`);
      const choices = choicesOf(option);
      const isAsked = choices.length === 0 && knownOption(name) !== undefined;
      const act = isAsked
        ? `${ASK}; return`
        : choices.length === 0
          ? "return"
          : `echo '${choices.join(" ")}'; return`;
      return `    ${patterns.join("|")}) ${act} ;;`;
    });
}

function bashPart({ name }: Completable): readonly string[] {
  return [
    `_${name}() {`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own
    "  local cursor=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} found",
    "  [ \"$cursor\" = '=' ] && cursor=''",
    `  found=$(_${name}_candidates "$cursor" "\${COMP_WORDS[@]:1:COMP_CWORD-1}")`,
    '  COMPREPLY=($(compgen -W "$found" -- "$cursor"))',
    "}",
    `complete -o default -F _${name} ${name}`,
  ];
}

function zshPart({ name }: Completable): readonly string[] {
  return [
    `_${name}() {`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: zsh's own
    "  local found program=${words[1]}",
    `  found=$(_${name}_candidates "\${words[CURRENT]}" "\${(@)words[2,CURRENT-1]}")`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: zsh's own
    "  if [[ -n $found ]]; then compadd -- ${=found}; else _files; fi",
    "}",
    "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit }",
    `compdef _${name} ${name}`,
  ];
}

/** Fish has a syntax of its own for functions: the program is asked for everything. */
function fishPart({ name }: Completable): readonly string[] {
  const asked = `${name} completion words -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null`;
  return [`complete -c ${name} -a '(${asked})'`];
}

function below(path: string, command: Command): string {
  return path === "" ? nameOf(command) : `${path} ${nameOf(command)}`;
}

function wordsOf(commands: readonly Command[]): readonly string[] {
  return commands.flatMap((command) => [nameOf(command), ...(command.aliases ?? [])]);
}

function choicesOf({ choices }: Pick<Options, "choices">): readonly string[] {
  return Array.isArray(choices) ? choices.map(String) : [];
}

function flagsOf(options: Readonly<Record<string, Options>>): readonly string[] {
  return Object.entries(options).flatMap(([name, option]) => dashed(name, option));
}

/** `--output` and `-o`. */
function dashed(name: string, { alias }: Options): readonly string[] {
  const names = [name, ...(alias === undefined ? [] : [alias].flat())];
  return names.map((text) => (text.length === 1 ? `-${text}` : `--${text}`));
}
