import type { Fault } from "./world/swarm-plan.ts";

/** As much of a run as shrinking looks at. */
export interface ShrinkableRun {
  readonly without: readonly Fault[];
  /** The kinds of fault that the run had. */
  readonly faults: readonly Fault[];
  readonly failure: { readonly violated: string } | undefined;
}

/**
 * The failing run with as few kinds of fault as still break the same rule: all at once are left out, then one after
 * the other. `again` runs the seed without the kinds given, at most once more than there are kinds.
 */
export async function shrink<Run extends ShrinkableRun>(
  failed: Run,
  again: (without: readonly Fault[]) => Promise<Run>,
): Promise<Run> {
  const violated = failed.failure?.violated;
  const attempt = async (best: Run, faults: readonly Fault[]): Promise<Run> => {
    const run = await again([...best.without, ...faults]);
    return run.failure?.violated === violated ? run : best;
  };
  if (failed.faults.length === 0) return failed;
  let best = await attempt(failed, failed.faults);
  if (best !== failed) return best;
  for (const fault of failed.faults) best = await attempt(best, [fault]);
  return best;
}
