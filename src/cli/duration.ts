import { usageError } from "./program-error.ts";

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds of `250ms`, `5s`, `1.5m`, `2h`; throws a usage error that names `where` otherwise. */
export function parseDuration(text: string, where: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  const unit = UNITS_MS[match?.[2] ?? ""];
  const ms = unit === undefined ? 0 : Math.round(Number(match?.[1]) * unit);
  if (ms >= 1 && ms <= 24 * 3_600_000) return ms;
  throw usageError(`${where}: '${text}' is not a duration between 1ms and 24h; write it as 250ms, 5s or 2m`);
}
