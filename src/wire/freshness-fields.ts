import type { Freshness, ReadLevel } from "./client-messages.ts";
import { amountField, wordField, wordNumber } from "./fields.ts";

export const READ_LEVELS: readonly ReadLevel[] = ["linearizable", "sequential", "stale"];

/** The fields of every answer to a read. */
export interface FreshnessBody {
  readonly level: number;
  readonly aged: boolean;
  readonly ageMs: number;
}

export function freshnessBody(freshness: Freshness | undefined): FreshnessBody {
  const level = freshness === undefined ? 0 : wordNumber(READ_LEVELS, freshness.level);
  const ageMs = freshness?.ageMs;
  return { level, aged: ageMs !== undefined, ageMs: ageMs ?? 0 };
}

/** As a property of a reply. */
export function freshnessField(body: FreshnessBody): { readonly freshness?: Freshness } {
  if (body.level === 0) return {};
  const level = wordField(READ_LEVELS, body.level, "level");
  return { freshness: body.aged ? { level, ageMs: amountField(body.ageMs, "age") } : { level } };
}
