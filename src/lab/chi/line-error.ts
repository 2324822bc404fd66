/** A line could not be run to its end: the world is no longer one to go on in. `cause` says why. */
export class LineError extends Error {
  override readonly name = "LineError";
  /** The line's number, from 1. */
  readonly line: number;

  constructor(line: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.line = line;
  }
}
