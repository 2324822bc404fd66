import type { ByteLine } from "../byte-lines.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { usageError } from "../program-error.ts";
import { textOf } from "../word-bytes.ts";
import type { Interpreter } from "./interpreter.ts";

/** Of a line that failed: enough to know it by. */
const SHOWN_CHARACTERS = 80;

export interface ScriptOptions {
  /** What a line that fails is told to. */
  readonly say: (text: string) => void;
  /** Go on after a line that failed; the first status counts. */
  readonly keepGoing: boolean;
  /** Say each line before it is run. */
  readonly echo: boolean;
}

/** Runs a script to its exit status: that of the first line that failed, after which it stops. */
export async function runScript(
  interpreter: Interpreter,
  lines: AsyncIterable<ByteLine>,
  { say, keepGoing, echo }: ScriptOptions,
): Promise<ExitCode> {
  let status: ExitCode = EXIT_CODES.done;
  for await (const { bytes, number } of lines) {
    const line = textOf(bytes);
    if (line === undefined) throw usageError(`line ${number} is not UTF-8; write such bytes as \\xHH`);
    if (echo && line.trim() !== "") say(`+ ${line}`);
    const ended = await interpreter.run(line);
    if (ended === EXIT_CODES.done) continue;
    say(`line ${number} ended with status ${ended}: ${shortened(line.trim())}`);
    if (!keepGoing) return ended;
    if (status === EXIT_CODES.done) status = ended;
  }
  if (interpreter.isInTxn) throw usageError("the script ends between multi and exec: nothing of it was done");
  return status;
}

function shortened(line: string): string {
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}...` : line;
}
