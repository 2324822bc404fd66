import { formatBallot } from "../base/ids.ts";
import type { Command, Operation } from "../kv/command.ts";
import type { LogEntry } from "../paxos/log-reader.ts";
import { decodeBatch } from "../wire/command-codec.ts";
import { quoteBytes } from "./script/words.ts";

/** Operations of one slot that are named; a batch may hold thousands. */
const NAMED_MAX = 3;

/** One slot of a log as it is shown. */
export interface SlotLine {
  readonly slot: number;
  readonly ballot: string;
  readonly kind: string;
  readonly bytes: number;
  /** Commands in it; 0 when it is no batch. */
  readonly commands: number;
  /** What they do, the first of them by name. */
  readonly what: string;
}

export function slotLine({ slot, ballot, value }: LogEntry): SlotLine {
  const common = { slot, ballot: formatBallot(ballot), kind: value.kind, bytes: value.bytes.length };
  if (value.kind !== "batch") return { ...common, commands: 0, what: "" };
  const batch = decodeBatch(value.bytes);
  if (typeof batch === "string") return { ...common, commands: 0, what: `malformed: ${batch}` };
  return { ...common, commands: batch.commands.length, what: whatOf(batch.commands) };
}

function whatOf(commands: readonly Command[]): string {
  if (commands.length === 0) return "time alone";
  const named = commands.slice(0, NAMED_MAX).map(({ operation }) => operationText(operation));
  const rest = commands.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
}

/** `put "app/a"`: values are left out, they may be large or secret. */
function operationText(operation: Operation): string {
  switch (operation.kind) {
    case "put":
    case "delete":
    case "touch":
      return `${operation.kind} ${quoteBytes(operation.key)}`;
    case "modify":
      return `${operation.change.kind} ${quoteBytes(operation.key)}`;
    case "delete-range":
      return `delete-range from ${quoteBytes(operation.start)}`;
    case "put-all":
      return `put-all ${operation.entries.length} keys`;
    default:
      return operation.kind;
  }
}
