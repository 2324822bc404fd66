import type { Options } from "yargs";
import { nearestName } from "../base/nearest.ts";
import { FAULTS, type Fault } from "../lab/world/swarm-plan.ts";
import type { Run } from "./command.ts";
import { usageError } from "./program-error.ts";

/** Seeds are 32 bits wide. */
export const SEED_MAX = 2 ** 32 - 1;

/** Instead of the names of all kinds of fault. */
export const ALL_FAULTS = "all";

/** Takes kinds of fault out of every world. */
export const WITHOUT_OPTION: Readonly<Record<string, Options>> = {
  without: {
    type: "string",
    describe: `kinds of fault to leave out: FAULT[,FAULT...], or all; there are ${FAULTS.join(", ")}`,
  },
};

/** The kinds of fault of `--without`. Throws a usage error for a name that is none. */
export function withoutOf(run: Run): readonly Fault[] {
  const text = run.args.optionalText("without") ?? "";
  if (text === ALL_FAULTS) return FAULTS;
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "")
    .map((name) => {
      const fault = FAULTS.find((known) => known === name);
      if (fault !== undefined) return fault;
      const nearest = nearestName(name, FAULTS);
      const hint = nearest === undefined ? `there are ${FAULTS.join(", ")}` : `did you mean ${nearest}?`;
      throw usageError(`--without: '${name}' is no kind of fault; ${hint}`);
    });
}

/** Both ends belong to it. */
export interface SeedRange {
  readonly first: number;
  readonly last: number;
}

/** The range of `5..80`, or of `5` alone. Throws a usage error otherwise. */
export function parseSeedRange(text: string): SeedRange {
  const match = /^(\d{1,10})(?:\.\.(\d{1,10}))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match !== null && first <= last && last <= SEED_MAX) return { first, last };
  throw usageError(`--seeds: '${text}' is not FIRST..LAST, two numbers from 0 to ${SEED_MAX} in order`);
}
