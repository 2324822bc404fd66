import { type GroupId, offsetSlot, type Slot, slot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import type { LogEntry } from "../paxos/log-reader.ts";
import type { GoverningMembership } from "../paxos/membership.ts";
import { type EntryRow, joinEntry } from "./entry-rows.ts";
import { type EntryMark, Fingerprint } from "./fingerprint.ts";
import type { LmdbEnvironment } from "./lmdb-environment.ts";
import type { LogSummary } from "./log-summary.ts";
import { decodeGoverning } from "./membership-record.ts";
import { openRecord, RECORD_TYPE } from "./record.ts";
import { ENTRY_KEY_BYTES, entryKey, groupKey, membershipKey, readSlot } from "./schema.ts";
import { decodeSummary } from "./summary-record.ts";

/** An entry above the learned watermark, as far as overwriting it needs. */
export interface HeldEntry extends EntryMark {
  readonly rowCount: number;
}

/** One group's log, every row of it verified. */
export interface RecoveredGroup {
  readonly summary: LogSummary;
  /** Who governs from the learned watermark on. */
  readonly membership: GoverningMembership;
  /** Nothing of it is on disk yet. */
  readonly isNew: boolean;
  /** As it stands in the summary: of what was written, lost or not. */
  readonly fingerprint: Fingerprint;
  /** Sound entries in [learned, end). */
  readonly held: Map<Slot, HeldEntry>;
  readonly accepted: readonly LogEntry[];
  /** In [firstKept, end). */
  readonly damaged: Set<Slot>;
  /** The lowest slot below `firstKept` that still has rows, else `firstKept`. */
  readonly garbageFrom: Slot;
}

/** The log can no longer tell what this node promised or accepted. */
export class LogLostError extends Error {
  override readonly name = "LogLostError";
}

/** A slot's rows, or its sound entry, in the order of the log. */
interface ScannedSlot {
  readonly slot: Slot;
  readonly read: ReturnType<typeof joinEntry>;
}

/** Reads and verifies the group's log. Throws LogLostError or LayoutError when the summary is not sound. */
export function recoverGroup(environment: LmdbEnvironment, crypto: Crypto, group: GroupId): RecoveredGroup {
  const key = groupKey(group);
  const record = environment.get("groups", key);
  const body = record && openRecord(crypto, RECORD_TYPE.logSummary, key, record);
  if (body === undefined) throw new LogLostError(`the promise of group ${group} is lost`);
  const { summary, fingerprint } = decodeSummary(body);
  const membership = recoverMembership(environment, crypto, group);
  if (membership.since > 1) summary.onMembership(membership);
  const { firstKept, learned, end } = summary;

  const held = new Map<Slot, HeldEntry>();
  const accepted: LogEntry[] = [];
  const damaged = new Set<Slot>();
  const actual = new Fingerprint();
  let next = firstKept;
  for (const { slot, read } of scanSlots(environment, crypto, group, firstKept)) {
    if (slot >= end) {
      if (read === undefined) continue;
      throw new LogLostError(`the summary of group ${group} is older than its entry ${slot}`);
    }
    if (slot < learned) {
      for (; next < slot; next = offsetSlot(next, 1)) damaged.add(next);
      next = offsetSlot(slot, 1);
    }
    if (read === undefined) damaged.add(slot);
    else if (slot >= learned) {
      const { entry, checksum, rowCount } = read;
      if (!entry.chosen && entry.ballot > summary.promised) {
        throw new LogLostError(`the promise of group ${group} is older than its entry ${slot}`);
      }
      accepted.push(entry);
      const mark = { slot, ballot: entry.ballot, checksum, rowCount };
      held.set(slot, mark);
      actual.add(mark);
    }
  }
  for (; next < learned; next = offsetSlot(next, 1)) damaged.add(next);
  if (!actual.equals(fingerprint)) addUnknown(damaged, { summary, held, fingerprint, actual });
  const sound = accepted.filter((entry) => !damaged.has(entry.slot));
  const garbageFrom = findGarbage(environment, group, firstKept);
  return { summary, membership, isNew: false, fingerprint, held, accepted: sound, damaged, garbageFrom };
}

/** Written by `init`, so that one that is lost is never taken for a membership that never changed. */
function recoverMembership(
  environment: LmdbEnvironment,
  crypto: Crypto,
  group: GroupId,
): GoverningMembership {
  const key = membershipKey(group);
  const record = environment.get("meta", key);
  const body = record && openRecord(crypto, RECORD_TYPE.membership, key, record);
  if (body === undefined) throw new LogLostError(`the membership of group ${group} is lost`);
  return decodeGoverning(body);
}

/**
 * Something above the learned watermark is not as it was written: every absent slot may have been
 * written and lost. When no row is missing, one must be another than was written, and nobody knows which.
 */
function addUnknown(
  damaged: Set<Slot>,
  found: Pick<RecoveredGroup, "summary" | "held" | "fingerprint"> & { readonly actual: Fingerprint },
): void {
  const { summary, held, fingerprint, actual } = found;
  const missing = actual.count < fingerprint.count;
  for (let at = summary.learned; at < summary.end; at = offsetSlot(at, 1)) {
    if (!missing || !held.has(at)) damaged.add(at);
  }
}

/** The slots that have rows, from `from` on, ascending. */
export function* scanSlots(
  environment: LmdbEnvironment,
  crypto: Crypto,
  group: GroupId,
  from: Slot,
): Generator<ScannedSlot> {
  let current: Slot | undefined;
  let rows: EntryRow[] = [];
  const bounds = { start: entryKey(group, from, 0), end: groupKey((group + 1) as GroupId) };
  for (const row of environment.range("entries", bounds)) {
    // A key of another length was never written: what should stand there is missed elsewhere.
    if (row.key.length !== ENTRY_KEY_BYTES) continue;
    const slot = readSlot(row.key);
    if (current !== undefined && slot !== current) {
      yield { slot: current, read: joinEntry(crypto, current, rows) };
      rows = [];
    }
    current = slot;
    rows.push(row);
  }
  if (current !== undefined) yield { slot: current, read: joinEntry(crypto, current, rows) };
}

function findGarbage(environment: LmdbEnvironment, group: GroupId, firstKept: Slot): Slot {
  const bounds = { start: entryKey(group, slot(0), 0), end: entryKey(group, firstKept, 0) };
  for (const key of environment.keys("entries", bounds)) return readSlot(key);
  return firstKept;
}
