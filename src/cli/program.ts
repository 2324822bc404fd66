import type { Argv } from "yargs";
import yargs from "yargs";
import { KvdError } from "../base/errors.ts";
import { nearestName } from "../base/nearest.ts";
import type { Command, Run, Session } from "./command.ts";
import { Arguments, nameOf } from "./command.ts";
import type { ExitCode } from "./exit-codes.ts";
import { EXIT_CODES, exitCodeOf } from "./exit-codes.ts";
import { withoutHelp } from "./hidden-help.ts";
import { ProgramError, READ_AGAIN, usageError } from "./program-error.ts";
import { quoteBytes } from "./script/words.ts";
import { ShieldedWords } from "./shielded-words.ts";
import type { Terminal } from "./terminal.ts";
import { completionCommand } from "./verbs/completion.ts";
import { VERSION } from "./version.ts";
import { bytesOfWord } from "./word-bytes.ts";

/** A program as data: yargs is told about it in one place, and nearest names are looked up in it. */
export interface Program {
  readonly name: string;
  readonly describe: string;
  readonly commands: readonly Command[];
  readonly options: NonNullable<Command["options"]>;
  readonly examples: NonNullable<Command["examples"]>;
  readonly exitTable: string;
  /** Runs without a verb, when the program can. */
  readonly bare?: NonNullable<Command["run"]>;
  /** Options of the program without a verb alone. */
  readonly bareOptions?: NonNullable<Command["options"]>;
}

/**
 * Runs one command line to its exit status, as a line of a session if there is one. Nothing is thrown:
 * every error became a line on stderr.
 */
export async function runProgram(
  described: Program,
  argv: readonly string[],
  terminal: Terminal,
  session?: Session,
): Promise<ExitCode> {
  const program = { ...described, commands: [...described.commands, completionCommand(described)] };
  try {
    if (argv[0] === "help" && argv[1] === "exit-codes") {
      terminal.out(program.exitTable);
      return EXIT_CODES.done;
    }
    if (argv[0] !== "help")
      return await parseAndRun(program, argv, { terminal, ...(session === undefined ? {} : { session }) });
    const topic = argv.slice(1);
    refuseUnknownTopic(program, topic);
    return await parseAndRun(program, [...topic, "--help"], { terminal });
  } catch (error) {
    return reportError(program, error, { argv, terminal });
  }
}

/** The parser shows the general help for a command that there is not. */
function refuseUnknownTopic(program: Program, topic: readonly string[]): void {
  let commands: readonly Command[] | undefined = program.commands;
  for (const word of topic) {
    if (commands === undefined || word.startsWith("-")) return;
    const found: Command | undefined = commandOf(commands, word);
    if (found === undefined) {
      throw usageError(explainUnknown(program, topic, { wanted: word, help: helpOn(program, topic[0]) }));
    }
    commands = found.commands;
  }
}

type Surroundings = Omit<Run, "args" | "argv">;

async function parseAndRun(
  program: Program,
  argv: readonly string[],
  around: Surroundings,
): Promise<ExitCode> {
  const shielded = new ShieldedWords(argv);
  let pending: Promise<ExitCode> | undefined;
  const start = (command: Command) => (values: Record<string, unknown>) => {
    const args = new Arguments(values, (word) => shielded.reveal(word));
    pending = command.run?.({ ...around, args, argv });
  };
  // A session's lines are many: the parser is told of the one command that is called.
  const named = around.session === undefined ? undefined : commandOf(program.commands, argv[0] ?? "");
  const called = named === undefined ? program : { ...program, commands: [named] };
  const isHelp = shielded.words.some((word) => word === "--help" || /^-[a-z]*h/i.test(word));
  const parser = describe(isHelp ? called : withoutHelp(called), start);
  parser.fail((message, error) => {
    if (error instanceof ProgramError) throw error;
    throw usageError(explain(program, argv, message ?? error?.message ?? "cannot be understood"));
  });
  let output = "";
  await parser.parseAsync([...shielded.words], {}, (_error: unknown, _values: unknown, text: string) => {
    output = text;
  });
  if (output !== "") around.terminal.out(`${output}\n`);
  return (await pending) ?? EXIT_CODES.done;
}

type Start = (command: Command) => (values: Record<string, unknown>) => void;

function describe(program: Program, start: Start): Argv {
  const parser = yargs()
    .scriptName(program.name)
    .usage(`$0: ${program.describe}`)
    .parserConfiguration({
      "camel-case-expansion": false,
      "dot-notation": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
      "duplicate-arguments-array": true,
      "greedy-arrays": false,
    })
    .options(needingValues(program.options))
    .group(Object.keys(program.options), "Global options:")
    .help("help")
    .alias("help", "h")
    .version(VERSION)
    .strict()
    .exitProcess(false)
    .wrap(110)
    .epilog(`Exit codes: ${program.name} help exit-codes`);
  addExamples(parser, program.examples);
  for (const command of program.commands) addCommand(parser, command, start);
  const { bare, bareOptions } = program;
  if (bare === undefined) {
    parser.demandCommand(1, "a command is missing");
  } else {
    parser.command(
      "$0",
      false,
      needingValues(bareOptions ?? {}),
      start({ usage: "$0", describe: "", run: bare }),
    );
  }
  return parser;
}

/** Without a value, each that takes one is refused: it would be taken for one that is empty. */
function needingValues(options: Program["options"]): Program["options"] {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [
      name,
      option.type === "string" ? { ...option, requiresArg: true } : option,
    ]),
  );
}

function addExamples(parser: Argv, examples: Command["examples"]): void {
  for (const [line, meaning] of examples ?? []) parser.example(line, meaning);
}

function addCommand(parser: Argv, command: Command, start: Start): void {
  const build = (inner: Argv): Argv => {
    for (const [name, options] of Object.entries(command.positionals ?? {})) inner.positional(name, options);
    if (command.options !== undefined) inner.options(needingValues(command.options));
    for (const nested of command.commands ?? []) addCommand(inner, nested, start);
    if (command.commands !== undefined) inner.demandCommand(1, `${nameOf(command)}: a verb is missing`);
    addExamples(inner, command.examples);
    return inner;
  };
  const handler = command.run === undefined ? () => undefined : start(command);
  parser.command([command.usage, ...(command.aliases ?? [])], command.describe, build, handler);
}

/** The parser's complaint in this program's words: what is wrong, and what was probably meant. */
function explain(program: Program, argv: readonly string[], message: string): string {
  const help = helpOn(program, argv[0]);
  const missing = /^Not enough non-option arguments: got (\d+), need at least (\d+)$/.exec(message);
  if (missing !== null) return `an argument is missing; ${help}`;
  const valueless = /^Not enough arguments following: (.*)$/s.exec(message)?.[1];
  if (valueless !== undefined) return `${dashed(valueless)} needs a value; ${help}`;
  const choice = /Argument: (\S+), Given: "(.*)", Choices: (.*)$/s.exec(message);
  if (choice !== null)
    return `--${choice[1]}: '${choice[2]}' is not one of ${(choice[3] ?? "").replaceAll('"', "")}`;
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/s.exec(message);
  if (unknown === null) return `${message.replace(/\s*\n\s*/g, " ")}; ${help}`;
  return explainUnknown(program, argv, { wanted: (unknown[1] ?? "").split(", ")[0] ?? "", help });
}

/** The advice to read the help of the command, when it is one, else of the program. */
function helpOn(program: Program, word = ""): string {
  const command = commandOf(program.commands, word) === undefined ? "" : `${word} `;
  return `see ${program.name} ${command}--help`;
}

interface Unknown {
  readonly wanted: string;
  readonly help: string;
}

function explainUnknown(program: Program, argv: readonly string[], { wanted, help }: Unknown): string {
  const isFlag = argv.some(
    (word) => word.startsWith("-") && word.replace(/^-+/, "").split("=")[0] === wanted,
  );
  if (isFlag) {
    const flags = flagNames(program);
    if (flags.includes(wanted)) return `the option ${dashed(wanted)} does not go with this verb; ${help}`;
    const nearest = nearestName(wanted, flags);
    return `unknown option ${dashed(wanted)}; ${nearest === undefined ? help : `did you mean --${nearest}?`}`;
  }
  if (isVerb(program.commands, argv)) return `'${wanted}' is one argument too many; ${help}`;
  const nearest = nearestName(wanted, commandNames(program.commands));
  return `unknown command '${wanted}'; ${nearest === undefined ? help : `did you mean ${nearest}?`}`;
}

function dashed(option: string): string {
  return `${option.length === 1 ? "-" : "--"}${option}`;
}

function commandOf(commands: readonly Command[], word: string): Command | undefined {
  return commands.find((command) => nameOf(command) === word || command.aliases?.includes(word) === true);
}

/** Whether the words begin with a command that takes arguments, not with a group alone. */
function isVerb(commands: readonly Command[], words: readonly string[]): boolean {
  const found = commandOf(commands, words[0] ?? "");
  if (found?.commands === undefined) return found !== undefined;
  return isVerb(found.commands, words.slice(1));
}

function flagNames(program: Program): readonly string[] {
  const names = new Set(["help", "version", ...Object.keys({ ...program.options, ...program.bareOptions })]);
  const visit = (commands: readonly Command[]): void => {
    for (const command of commands) {
      for (const name of Object.keys(command.options ?? {})) names.add(name);
      visit(command.commands ?? []);
    }
  };
  visit(program.commands);
  return [...names];
}

function commandNames(commands: readonly Command[]): readonly string[] {
  return commands.flatMap((command) => [
    nameOf(command),
    ...(command.aliases ?? []),
    ...commandNames(command.commands ?? []),
  ]);
}

interface Reported {
  readonly argv: readonly string[];
  readonly terminal: Terminal;
}

interface Explained {
  readonly exitCode: ExitCode;
  readonly message: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** Says on stderr what went wrong with `argv`, and gives the exit status for it. */
export function reportError(program: Program, error: unknown, { argv, terminal }: Reported): ExitCode {
  const explained = explainError(program, error, argv);
  const isJson = /(?:^|\s)(?:-o|--output)[= ]?jsonl?(?:\s|$)/.test(argv.join(" "));
  if (isJson || /^jsonl?$/.test(terminal.environment["KVD_OUTPUT"] ?? "")) {
    terminal.err(`${JSON.stringify({ error: explained.json })}\n`);
  } else {
    for (const line of explained.message.split("\n")) terminal.err(`${program.name}: ${line}\n`);
  }
  return explained.exitCode;
}

function explainError(program: Program, error: unknown, argv: readonly string[]): Explained {
  if (error instanceof ProgramError) {
    const { exitCode, code, message, details } = error;
    return { exitCode, message, json: { code, message, ...details } };
  }
  if (error instanceof KvdError) return explainFailure(program, error, argv);
  const message = error instanceof Error ? error.message : String(error);
  return { exitCode: EXIT_CODES.local, message, json: { code: "local", message } };
}

function explainFailure(program: Program, error: KvdError, argv: readonly string[]): Explained {
  const { code, outcome, retryable, message, conflict, oldest } = error.failure;
  const { requestId } = error;
  const json = {
    code,
    message,
    outcome,
    retryable,
    ...(requestId === undefined ? {} : { request_id: requestId }),
    ...(conflict === undefined ? {} : { conflict }),
    ...(oldest === undefined ? {} : { oldest }),
  };
  const exitCode = exitCodeOf(error.failure);
  if (outcome === "not_applied" || requestId === undefined) return { exitCode, message, json };
  const doubt = `outcome unknown: ${message}`;
  if (!retryable) return { exitCode, message: `${doubt}; ${READ_AGAIN}`, json };
  const again = [program.name, ...withRequestId(argv, requestId).map(quote)].join(" ");
  return { exitCode, message: `${doubt}; retry safely with: ${again}`, json };
}

/** The same command line under `requestId`, which stands before a `--`: what follows one is no option. */
function withRequestId(argv: readonly string[], requestId: string): readonly string[] {
  const kept: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    if (word === "--request-id") index++;
    else if (!word.startsWith("--request-id=")) kept.push(word);
  }
  const end = kept.indexOf("--");
  kept.splice(end === -1 ? kept.length : end, 0, "--request-id", requestId);
  return kept;
}

function quote(word: string): string {
  if (/\p{C}/u.test(word)) return quoteBytes(bytesOfWord(word));
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
