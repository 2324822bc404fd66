import { durationMs } from "../base/duration.ts";
import { usageError } from "./program-error.ts";

const DAY_MS = 24 * 3_600_000;

/** What is allowed: by default from 1 ms to a day. */
export interface DurationLimits {
  readonly msMin?: number;
  /** Whole hours. */
  readonly msMax?: number;
}

/**
 * Milliseconds of `250ms`, `5s`, `1.5m`, `2h`, within the limits; throws a usage error that names
 * `where` otherwise.
 */
export function parseDuration(text: string, where: string, limits: DurationLimits = {}): number {
  const { msMin = 1, msMax = DAY_MS } = limits;
  const ms = durationMs(text) ?? 0;
  if (ms >= msMin && ms <= msMax) return ms;
  const most = `${msMax / 3_600_000}h`;
  throw usageError(
    `${where}: '${text}' is not a duration between ${msMin}ms and ${most}; write it as 250ms, 5s or 2m`,
  );
}

/** The same in its largest units, to a tenth of a second: `250ms`, `29.5s`, `2m5s`, `26h3m`. */
export function showDuration(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  if (ms < 60_000) return `${Math.floor(ms / 100) / 10}s`;
  const seconds = Math.floor(ms / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${seconds % 60 === 0 ? "" : `${seconds % 60}s`}`;
  return `${Math.floor(minutes / 60)}h${minutes % 60 === 0 ? "" : `${minutes % 60}m`}`;
}
