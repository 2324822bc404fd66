import { RANGE_READ_BYTES_MAX } from "../../base/limits.ts";
import type { KeyInterval } from "../command.ts";
import type { Draft } from "../draft.ts";

export interface FoundKey {
  readonly key: Uint8Array;
  readonly modRevision: number;
}

export interface RangeKeys {
  /** Ascending. */
  readonly keys: readonly FoundKey[];
  /** Whether these are all, or which bound ended the walk. */
  readonly end: "all" | "keys" | "bytes";
}

/** The first keys of an interval, at most `keysMax`, as far as their values may be read in one slot. */
export function rangeKeys(draft: Draft, interval: KeyInterval, keysMax: number): RangeKeys {
  const keys: FoundKey[] = [];
  let bytes = 0;
  for (const [key, record] of draft.range(interval)) {
    if (keys.length === keysMax) return { keys, end: "keys" };
    bytes += record.value.length;
    // The first one always goes: otherwise nobody would get on.
    if (bytes > RANGE_READ_BYTES_MAX && keys.length > 0) return { keys, end: "bytes" };
    keys.push({ key, modRevision: record.modRevision });
  }
  return { keys, end: "all" };
}
