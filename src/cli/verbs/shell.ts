import type { Options } from "yargs";
import { byteLines } from "../byte-lines.ts";
import type { Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { filePieces } from "../file-pieces.ts";
import type { Program } from "../program.ts";
import { runPrompt } from "../repl/prompt.ts";
import { CapturedTerminal } from "../script/captured-terminal.ts";
import { Interpreter } from "../script/interpreter.ts";
import { runScript } from "../script/script.ts";
import { SharedClients } from "../shared-clients.ts";

/** The longest value, every byte of it escaped, and its command. */
const LINE_BYTES_MAX = 8 * 1024 * 1024;

/** Of the program without a verb. */
export const SHELL_OPTIONS: Readonly<Record<string, Options>> = {
  file: { alias: "f", type: "string", describe: "run the commands of this file, a line each; - is stdin" },
  "keep-going": { type: "boolean", describe: "go on after a command of a script that failed" },
  echo: { type: "boolean", describe: "show each command of a script before it is run" },
};

/**
 * What the program does without a verb: commands from a file, from stdin, or from somebody who sits at a
 * terminal. The options given count for all of them.
 */
export async function runShell(program: Program, run: Run): Promise<ExitCode> {
  const { args, terminal } = run;
  const file = args.optionalText("file");
  const clients = new SharedClients();
  try {
    const environment = environmentOf(run);
    if (file === undefined && terminal.isInputTty && terminal.isOutputTty)
      return await runPrompt({ program, terminal, clients, environment });
    const isInputTaken = file === undefined || file === "-";
    const options = { environment, isInputTaken, isQuiet: args.flag("quiet") };
    const interpreter = new Interpreter({
      program,
      clients,
      terminal: new CapturedTerminal(terminal, options),
    });
    const pieces = isInputTaken ? terminal.input() : filePieces(file);
    return await runScript(interpreter, byteLines(pieces, LINE_BYTES_MAX), {
      say: (text) => terminal.err(text.startsWith("+ ") ? `${text}\n` : `${program.name}: ${text}\n`),
      keepGoing: args.flag("keep-going"),
      echo: args.flag("echo"),
    });
  } finally {
    clients.close();
  }
}

/** The program's own options as the variables that stand for them. */
function environmentOf({ args }: Run): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const name of ["endpoints", "output", "timeout"]) {
    const value = args.optionalText(name);
    if (value !== undefined) variables[`KVD_${name.toUpperCase()}`] = value;
  }
  return variables;
}
