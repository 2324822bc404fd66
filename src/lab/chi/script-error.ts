import type { ScriptProblem } from "./script.ts";

/** A script that cannot be run as it stands; nothing of it has been run. */
export class ScriptError extends Error {
  override readonly name = "ScriptError";
  /** Ascending by line; at least one. */
  readonly problems: readonly ScriptProblem[];

  constructor(file: string, problems: readonly ScriptProblem[]) {
    super(problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join("\n"));
    this.problems = problems;
  }
}

/** The problem of a line whose number and file the caller adds. */
export function problem(column: number, message: string): ScriptError {
  return new ScriptError("", [{ line: 0, column, message }]);
}
