import type { Bench } from "./bench.ts";

/** A fault had another end than the one that is promised. */
export class Deviation extends Error {
  override readonly name = "Deviation";
}

/** One fault of storage, what is promised after it, and how to cause it and look. */
export interface Fault {
  readonly name: string;
  readonly promised: string;
  /** What was seen; throws a Deviation when it is not what was promised. */
  readonly run: (bench: Bench) => Promise<string>;
}
