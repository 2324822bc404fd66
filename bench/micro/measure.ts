import Benchmark from "benchmark";
import type { MicroCase } from "./micro-case.ts";

export interface Measured {
  readonly suite: string;
  readonly name: string;
  readonly opsPerSecond: number;
  readonly microsecondsPerOp: number;
  /** Relative margin of error of the mean, percent, at 95 % confidence. */
  readonly marginPercent: number;
  readonly samples: number;
}

/** Samples the case for about `seconds`; rejects with what the case threw. */
export function measure(suite: string, target: MicroCase, seconds: number): Promise<Measured> {
  return new Promise((resolve, reject) => {
    new Benchmark({
      name: target.name,
      defer: target.kind === "async",
      maxTime: seconds,
      minSamples: 5,
      fn: (deferred) => {
        if (target.kind === "async") target.run(() => deferred.resolve());
        else target.run();
      },
      onError: ({ target: failed }) => reject(failed.error),
      onComplete: ({ target: done }) => {
        if (done.error !== undefined) return;
        const opsPerSecond = done.hz * target.operations;
        resolve({
          suite,
          name: target.name,
          opsPerSecond,
          microsecondsPerOp: 1_000_000 / opsPerSecond,
          marginPercent: done.stats.rme,
          samples: done.stats.sample.length,
        });
      },
    }).run({ async: true });
  });
}
