import type { Options } from "yargs";
import type { Command } from "./command.ts";
import type { Completable } from "./completion.ts";
import { VERSION } from "./version.ts";

/** What a manual page is made of, besides the program itself. */
export interface ManPageOptions {
  /** 1: for everybody; 8: for whoever looks after a machine. */
  readonly section: 1 | 8;
  /** Other pages, as `kvadm(8)`. */
  readonly seeAlso: readonly string[];
}

interface Documented extends Completable {
  readonly describe: string;
  readonly examples: NonNullable<Command["examples"]>;
  readonly exitTable: string;
}

/** The program's manual page in the language of man(7), from the data that its help is made of. */
export function manPage(program: Documented, { section, seeAlso }: ManPageOptions): string {
  const { name, describe, commands, options, examples, exitTable } = program;
  const lines = [
    `.TH ${name.toUpperCase()} ${section} "" "kvd ${VERSION}" "kvd"`,
    ".SH NAME",
    `${name} \\- ${escaped(describe)}`,
    ".SH SYNOPSIS",
    `.B ${name}`,
    ".I command",
    "[options]",
    ".SH COMMANDS",
    ...commands.flatMap((command) => describeCommand(name, command)),
    ".SH OPTIONS",
    ...describeOptions(options),
    ".SH EXAMPLES",
    ...describeExamples(name, examples),
    ".SH EXIT STATUS",
    ...verbatim(exitTable.trimEnd().split("\n")),
    ".SH SEE ALSO",
    escaped(seeAlso.join(", ")),
  ];
  return `${lines.join("\n")}\n`;
}

function describeCommand(prefix: string, command: Command): readonly string[] {
  const { usage, describe, commands = [], options = {}, positionals = {}, examples = [], aliases } = command;
  if (commands.length > 0) {
    const group = `${prefix} ${usage}`;
    return commands.flatMap((nested) => describeCommand(group, nested));
  }
  const also = aliases === undefined ? "" : ` Also ${aliases.join(", ")}.`;
  const words = Object.entries(positionals).flatMap(([name, positional]) => describeOne(name, positional));
  const more = [
    ...words,
    ...describeOptions(options),
    ...describeExamples(prefix.split(" ")[0] ?? "", examples),
  ];
  const head = [".TP", `.B ${escaped(`${prefix} ${usage}`)}`, sentence(`${describe}.${also}`)];
  return more.length === 0 ? head : [...head, ".RS", ...more, ".RE"];
}

function describeOptions(options: Readonly<Record<string, Options>>): readonly string[] {
  return Object.entries(options).flatMap(([name, option]) => {
    const short = [option.alias ?? []].flat().map((alias) => `-${alias}, `);
    const value = option.type === "boolean" ? "" : ` ${name.replaceAll("-", "_").toUpperCase()}`;
    return describeOne(`${short.join("")}--${name}${value}`, option);
  });
}

function describeOne(name: string, { describe, choices }: Pick<Options, "describe" | "choices">) {
  const oneOf = Array.isArray(choices) ? `: ${choices.join(", ")}` : "";
  return [".TP", `.B ${escaped(name)}`, sentence(`${describe ?? ""}${oneOf}`)];
}

function describeExamples(name: string, examples: NonNullable<Command["examples"]>): readonly string[] {
  return examples.flatMap(([line, meaning]) => [
    ".PP",
    ...verbatim([line.replaceAll("$0", name)]),
    sentence(meaning),
  ]);
}

/** Lines as they stand. */
function verbatim(lines: readonly string[]): readonly string[] {
  return [".nf", ...lines.map(sentence), ".fi"];
}

/** Text at the start of a line, where a dot or an apostrophe would be an order to the formatter. */
function sentence(text: string): string {
  return `\\&${escaped(text)}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq");
}
