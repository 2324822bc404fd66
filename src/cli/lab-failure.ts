import type { Fault } from "../lab/world/swarm-plan.ts";
import { ALL_FAULTS } from "./lab-options.ts";
import type { SeedOutcome } from "./lab-seed.ts";
import { sourceRevision } from "./source-revision.ts";

/** A failing seed, as it is reported. */
export interface LabFailure {
  readonly seed: number;
  readonly violated: string;
  /** The kinds of fault that this run had; after shrinking, those that the failure needs. */
  readonly faults: readonly Fault[];
  readonly isShrunk: boolean;
  /** The command that shows it again. */
  readonly replay: string;
  readonly report: string;
}

/** The failure of an outcome that has one. */
export function failureOf(outcome: SeedOutcome, isShrunk: boolean): LabFailure | undefined {
  const { seed, without, faults, failure } = outcome;
  if (failure === undefined) return undefined;
  const left = faults.length === 0 ? ALL_FAULTS : without.join(",");
  const flags = without.length === 0 ? "" : ` --without ${left}`;
  return { seed, faults, isShrunk, replay: `kvlab replay ${seed}${flags}`, ...failure };
}

/** Everything that somebody needs who is to find the cause. */
export function failureText(failure: LabFailure): string {
  const { seed, violated, faults, isShrunk, replay, report } = failure;
  const kinds = faults.length === 0 ? "none" : faults.join(", ");
  return [
    `FAILED  seed ${seed}: ${violated}`,
    `source  ${sourceRevision()}`,
    `${isShrunk ? "needs " : "faults"}  ${kinds}`,
    `replay  ${replay}`,
    "",
    ...report.split("\n").map((line) => `  ${line}`),
    "",
    "",
  ].join("\n");
}
