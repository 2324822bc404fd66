import type { Write } from "../../src/paxos/effects.ts";
import type { LogEntry, RecoveredLog } from "../../src/paxos/log-reader.ts";
import { bal, entryAt, entryWrite, learned, pattern, plain, promise } from "../contract/storage-fixture.ts";

const LEARNED = 31;
const END = 51;
/** An accepted log has gaps: these slots were never written. */
const GAPS = new Set([35, 44]);

function bytesAt(at: number): Uint8Array {
  return pattern(at % 7 === 0 ? 6000 : 700, at);
}

/** The log that the tests of flipped bits start from. */
export function writesOfLog(): Write[] {
  const slots = Array.from({ length: END - 1 }, (_, index) => index + 1).filter((at) => !GAPS.has(at));
  return [promise(3), ...slots.map((at) => entryWrite(at, bytesAt(at))), learned(LEARNED, 4711)];
}

/** Whether everything told is true: sound slots are as written, and no lost one is called empty. */
export function isAsWritten(
  log: RecoveredLog,
  reads: readonly (LogEntry | "damaged" | undefined)[],
): boolean {
  const marks = log.promised === bal(3) && log.acceptedMax === bal(1) && log.firstKept === 1;
  if (!marks || log.learned !== LEARNED || log.end !== END || log.digest !== 4711) return false;
  const damaged = new Set<number>(log.damaged);
  const accepted = new Map<number, LogEntry>(log.accepted.map((entry) => [entry.slot, entry]));
  for (const [index, read] of reads.entries()) {
    const at = index + 1;
    const written = at < END && !GAPS.has(at) ? entryAt(at, bytesAt(at)) : undefined;
    if (read === "damaged" || damaged.has(at)) {
      if (read !== "damaged" || accepted.has(at)) return false;
      continue;
    }
    if (!same(read, written)) return false;
    if (at >= LEARNED && !same(accepted.get(at), written)) return false;
  }
  return true;
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(plain(left)) === JSON.stringify(plain(right));
}
