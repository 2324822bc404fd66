/** One thing to measure. `operations` counts what one run does, so that figures are per operation. */
export type MicroCase = SyncCase | AsyncCase;

export interface SyncCase {
  readonly kind: "sync";
  readonly name: string;
  readonly operations: number;
  run(): void;
}

/** A run that ends when it says so: a disk or a turn of the loop stands between. */
export interface AsyncCase {
  readonly kind: "async";
  readonly name: string;
  readonly operations: number;
  run(done: () => void): void;
}

/** The cases of one part of kvd, with what they need set up; `close` gives it back. */
export interface MicroSuite {
  readonly name: string;
  readonly cases: readonly MicroCase[];
  close(): Promise<void>;
}
