import { BALLOT_ZERO, type Slot } from "../base/ids.ts";
import { LOG_PAGE_BYTES_MAX, LOG_PAGE_SLOTS_MAX } from "../base/limits.ts";
import type { Operation } from "../kv/command.ts";
import type { ReplicaView } from "../paxos/effects.ts";
import type { LogEntry, LogReader } from "../paxos/log-reader.ts";
import type { LogPage, LogRequest, SlotItem } from "../wire/client-messages.ts";
import { decodeBatch } from "../wire/command-codec.ts";

const NO_OPERATIONS: ReadonlyMap<string, number> = new Map();

/** What a log says of its slots, as an operator may see it: names of operations, neither keys nor values. */
export function logPage(
  log: LogReader,
  { firstKept, chosen, end }: Pick<ReplicaView, "firstKept" | "chosen" | "end">,
  { from, limit }: Pick<LogRequest, "from" | "limit">,
): LogPage {
  const slots: SlotItem[] = [];
  let next = Math.max(from, firstKept) as Slot;
  const last = Math.min(end, next + LOG_PAGE_SLOTS_MAX);
  for (let bytes = 0; next < last && slots.length < limit && bytes < LOG_PAGE_BYTES_MAX; next++) {
    const found = log.read(next);
    // Accepted above what is chosen, slots may be missing.
    if (found === undefined) continue;
    const item = found === "damaged" ? damaged(next) : itemOf(found);
    bytes += item.bytes;
    slots.push(item);
  }
  return { firstKept, chosen, end, next, slots };
}

function damaged(slot: Slot): SlotItem {
  return { slot, ballot: BALLOT_ZERO, kind: "damaged", bytes: 0, commands: 0, operations: NO_OPERATIONS };
}

function itemOf({ slot, ballot, value }: LogEntry): SlotItem {
  const common = { slot, ballot, kind: value.kind, bytes: value.bytes.length };
  const batch = value.kind === "batch" ? decodeBatch(value.bytes) : undefined;
  // One that does not decode is told of by whoever applies it.
  if (batch === undefined || typeof batch === "string") {
    return { ...common, commands: 0, operations: NO_OPERATIONS };
  }
  const operations = new Map<string, number>();
  for (const { operation } of batch.commands) {
    const name = nameOf(operation);
    operations.set(name, (operations.get(name) ?? 0) + 1);
  }
  return { ...common, commands: batch.commands.length, operations };
}

/** A modification goes by what it does. */
function nameOf(operation: Operation): string {
  return operation.kind === "modify" ? operation.change.kind : operation.kind;
}
