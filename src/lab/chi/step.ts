import type { Answer } from "./chi-world.ts";
import { answerText, commandText } from "./command-text.ts";
import type { Line } from "./script.ts";

/** An expectation, or the promise of every get, that did not hold. */
export interface Broken {
  readonly expected: string;
  readonly seen: string;
}

/** One line that was run. */
export interface Step {
  readonly line: Line;
  /** Of a get, set or delete. */
  readonly answer: Answer | undefined;
  readonly broken: Broken | undefined;
}

/** What a line came to, on one line. */
export function stepText({ line, answer, broken }: Step): string {
  const text = commandText(line.command);
  if (answer !== undefined) return `${text}: ${answerText(answer)}`;
  if (line.command.kind !== "expect") return text;
  return `${text}: ${broken === undefined ? "ok" : "FAILED"}`;
}

/** The same for programs. */
export function stepJson({ line, answer, broken }: Step): Readonly<Record<string, unknown>> {
  const { kind, ...command } = line.command;
  return {
    line: line.number,
    command: kind,
    ...command,
    ...(answer === undefined ? {} : { answer }),
    ...(line.command.kind === "expect" ? { met: broken === undefined } : {}),
    ...(broken === undefined ? {} : { broken }),
  };
}
