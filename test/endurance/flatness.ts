import type { NodeSample } from "./node-sample.ts";

const MIB = 2 ** 20;

/** A figure may grow by this part of itself and by so much more, whichever is the more. */
interface Allowance {
  readonly part: number;
  readonly least: number;
}

/**
 * What must not grow from the second quarter of a run to its last: by then every window and tail is full. Memory
 * moves with the collector's moods, files grow in steps of pages that were once in use together.
 */
const ALLOWANCES: Readonly<Partial<Record<keyof NodeSample, Allowance>>> = {
  rss: { part: 0.1, least: 16 * MIB },
  anonymous: { part: 0.1, least: 12 * MIB },
  heapUsed: { part: 0.15, least: 8 * MIB },
  external: { part: 0.15, least: 8 * MIB },
  descriptors: { part: 0, least: 2 },
  logFile: { part: 0.05, least: 4 * MIB },
  stateFile: { part: 0.05, least: 4 * MIB },
  snapshotFile: { part: 0.1, least: 4 * MIB },
  logUsed: { part: 0.1, least: 4 * MIB },
  stateUsed: { part: 0.1, least: 4 * MIB },
};

/** How one figure of one node went over a run. */
export interface Course {
  readonly figure: keyof NodeSample;
  /** Medians of the quarters of the run. */
  readonly quarters: readonly [number, number, number, number];
  readonly max: number;
  /** How much it may have grown from the second quarter to the last; undefined: it is not judged. */
  readonly allowed: number | undefined;
  readonly isFlat: boolean;
}

const SHOWN: readonly (keyof NodeSample)[] = [
  "rss",
  "anonymous",
  "heapUsed",
  "external",
  "descriptors",
  "logFile",
  "stateFile",
  "snapshotFile",
  "logUsed",
  "stateUsed",
  "keys",
  "loopDelayP99Ms",
];

/** The samples are of one node, in the order of time, at even distances. */
export function coursesOf(samples: readonly NodeSample[]): readonly Course[] {
  return SHOWN.map((figure) =>
    courseOf(
      figure,
      samples.map((sample) => sample[figure]),
    ),
  );
}

export function courseOf(figure: keyof NodeSample, values: readonly number[]): Course {
  const quarter = (index: number): number =>
    median(
      values.slice(Math.floor((values.length * index) / 4), Math.floor((values.length * (index + 1)) / 4)),
    );
  const quarters = [quarter(0), quarter(1), quarter(2), quarter(3)] as const;
  const allowance = ALLOWANCES[figure];
  const allowed = allowance && Math.max(allowance.least, allowance.part * quarters[1]);
  const isFlat = allowed === undefined || quarters[3] - quarters[1] <= allowed;
  return { figure, quarters, max: Math.max(...values), allowed, isFlat };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
