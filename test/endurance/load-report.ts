/** One request that took longer than any other. */
export interface Slowest {
  readonly kind: string;
  readonly ms: number;
}

/** What a load's clients saw since they were asked before. */
export interface LoadReport {
  /** Of every request, ms, and of the puts, deletes, counts and transactions among them. */
  readonly latenciesMs: readonly number[];
  readonly writesMs: readonly number[];
  readonly slowest: Slowest;
  /** Ms; getting a lock takes some requests, one after the other. */
  readonly slowestLockMs: number;
  /** Requests that failed for their caller, a line each; the first hundred. */
  readonly failures: readonly string[];
}

/** What is left to say when a load has ended. */
export interface LoadEnd extends LoadReport {
  /** Keys whose content was compared with what their writer had been told. */
  readonly keysChecked: number;
  /** Not checked, because the outcome of a change stayed unknown. */
  readonly keysDoubtful: number;
  /** Changes that were acknowledged, and those that watches told. */
  readonly changes: number;
  readonly changesWatched: number;
  /** Broken promises, a line each. */
  readonly violations: readonly string[];
}

export type LoadCommand = "report" | "finish";

export type LoadMessage =
  | { readonly kind: "started" }
  | { readonly kind: "report"; readonly report: LoadReport }
  | { readonly kind: "ended"; readonly end: LoadEnd };

export const NOTHING_SLOW: Slowest = { kind: "none", ms: 0 };

/** Of several processes as if they were one. */
export function joinReports(reports: readonly LoadReport[]): LoadReport {
  return {
    latenciesMs: reports.flatMap(({ latenciesMs }) => latenciesMs),
    writesMs: reports.flatMap(({ writesMs }) => writesMs),
    slowest: reports.map(({ slowest }) => slowest).reduce((a, b) => (b.ms > a.ms ? b : a), NOTHING_SLOW),
    slowestLockMs: Math.max(0, ...reports.map(({ slowestLockMs }) => slowestLockMs)),
    failures: reports.flatMap(({ failures }) => failures),
  };
}

/** The same of their ends. */
export function joinEnds(ends: readonly LoadEnd[]): LoadEnd {
  const sum = (of: (end: LoadEnd) => number): number => ends.reduce((total, end) => total + of(end), 0);
  return {
    ...joinReports(ends),
    keysChecked: sum((end) => end.keysChecked),
    keysDoubtful: sum((end) => end.keysDoubtful),
    changes: sum((end) => end.changes),
    changesWatched: sum((end) => end.changesWatched),
    violations: ends.flatMap(({ violations }) => violations),
  };
}

/** The value below which `part` of them lie; 0 of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
