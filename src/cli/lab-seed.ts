import { settledPromises } from "../io/settled-promises.ts";
import { SystemCrypto } from "../io/system-crypto.ts";
import { type SimulationObserver, simulate } from "../lab/simulation.ts";
import { type Fault, FULL_RUN } from "../lab/world/swarm-plan.ts";

/** One seed to be run; as it goes to a worker. */
export interface SeedTask {
  readonly seed: number;
  readonly without: readonly Fault[];
}

/** What came of it; as it comes back. */
export interface SeedOutcome extends SeedTask {
  /** The kinds of fault that the seed's world has, without those left out. */
  readonly faults: readonly Fault[];
  readonly events: number;
  readonly virtualMs: number;
  /** Operations that were answered. */
  readonly operations: number;
  readonly counts: ReadonlyMap<string, number>;
  /** The rule that was broken and the whole report of it; undefined when nothing was. */
  readonly failure: { readonly violated: string; readonly report: string } | undefined;
}

/** Runs one seed in this thread. The same task gives the same outcome. */
export async function runSeed(task: SeedTask, observer?: SimulationObserver): Promise<SeedOutcome> {
  const result = await simulate({
    ...task,
    ...FULL_RUN,
    // Whoever leaves faults out does not ask whether there were enough of them.
    ...(task.without.length === 0 ? {} : { faultKindsMin: 0 }),
    crypto: new SystemCrypto(),
    settle: settledPromises,
    ...(observer === undefined ? {} : { observer }),
  });
  const { plan, events, virtualMs, answered, counts, violated, failure } = result;
  return {
    ...task,
    faults: plan.faults,
    events,
    virtualMs,
    operations: answered,
    counts,
    failure: violated === undefined ? undefined : { violated, report: failure ?? "" },
  };
}
