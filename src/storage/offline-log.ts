import { join, resolve } from "node:path";
import { GROUP_ZERO, offsetSlot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import type { LogEntry, LogReader, RecoveredLog } from "../paxos/log-reader.ts";
import { checkDataDirectory } from "./directory-contents.ts";
import { joinEntry } from "./entry-rows.ts";
import { openLogDirectory } from "./log-directory.ts";
import { recoveredLog } from "./log-group.ts";
import { scanSlots } from "./log-recovery.ts";
import { entryKey, LOG_DIRECTORY } from "./schema.ts";
import type { Identity } from "./storage.ts";

/** The log of group 0 in the directory of a stopped node, or in a copy of one. */
export interface OfflineLog {
  readonly identity: Identity;
  readonly recovered: RecoveredLog;
  /** N of the `state-N` that counts. */
  readonly stateNumber: number;
  /** The sound entries from the first kept slot on, ascending. Consume it within the turn. */
  entries(): Iterable<LogEntry>;
  /** Any slot of it. */
  readonly reader: LogReader;
  close(): Promise<void>;
}

/**
 * Reads without a lock and without counting as a start; one that is retired with `use` `read` alone. Rejects with
 * DataDirectoryError.
 */
export async function readLogOffline(
  directory: string,
  crypto: Crypto,
  use: "start" | "read" = "start",
): Promise<OfflineLog> {
  const path = resolve(directory);
  checkDataDirectory(path, use);
  const log = await openLogDirectory({ path: join(path, LOG_DIRECTORY), crypto, mode: "read" });
  const [found] = log.groups.values();
  if (found === undefined) throw new Error("group 0 is always there");
  const { firstKept, end } = found.summary;
  return {
    identity: log.identity,
    recovered: recoveredLog(found),
    stateNumber: log.stateNumber,
    *entries() {
      for (const { slot, read } of scanSlots(log.environment, crypto, GROUP_ZERO, firstKept)) {
        if (read !== undefined && slot < end) yield read.entry;
      }
    },
    reader: {
      read(at) {
        if (at < firstKept || at >= end) return undefined;
        if (found.damaged.has(at)) return "damaged";
        const bounds = {
          start: entryKey(GROUP_ZERO, at, 0),
          end: entryKey(GROUP_ZERO, offsetSlot(at, 1), 0),
        };
        const rows = [...log.environment.range("entries", bounds)];
        return rows.length === 0 ? undefined : (joinEntry(crypto, at, rows)?.entry ?? "damaged");
      },
    },
    close: () => log.environment.close(),
  };
}

/** Whose directory this is, without opening it for use. Rejects with DataDirectoryError. */
export async function readIdentity(directory: string, crypto: Crypto): Promise<Identity> {
  const log = await readLogOffline(directory, crypto);
  await log.close();
  return log.identity;
}
