/** The part of `benchmark` 2.1.4 that is used here; the package brings no types. */
declare module "benchmark" {
  interface Deferred {
    resolve(): void;
  }

  interface Options {
    readonly name: string;
    readonly defer: boolean;
    readonly maxTime: number;
    readonly minSamples: number;
    readonly fn: (deferred: Deferred) => void;
    readonly onComplete: (event: { readonly target: Benchmark }) => void;
    readonly onError: (event: { readonly target: Benchmark }) => void;
  }

  class Benchmark {
    constructor(options: Options);
    run(options: { readonly async: boolean }): this;
    /** Runs per second. */
    readonly hz: number;
    readonly error: unknown;
    readonly stats: { readonly rme: number; readonly mean: number; readonly sample: readonly number[] };
  }

  export = Benchmark;
}
