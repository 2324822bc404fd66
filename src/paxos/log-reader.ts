import type { Ballot, Slot } from "../base/ids.ts";
import type { GoverningMembership } from "./membership.ts";
import type { Value } from "./value.ts";

/** One row of the log as it was written. `chosen` marks a value that was fetched as chosen. */
export interface LogEntry {
  readonly slot: Slot;
  readonly ballot: Ballot;
  readonly value: Value;
  readonly chosen: boolean;
}

/** Reads one group's durable log; what is still being written is the replica's to remember. */
export interface LogReader {
  /** The entry, "damaged" when its record fails its checks, undefined when there is none. */
  read(slot: Slot): LogEntry | "damaged" | undefined;
}

/** What a group's log says at start, every row verified. */
export interface RecoveredLog {
  readonly promised: Ballot;
  /** The highest ballot of any entry ever written here. */
  readonly acceptedMax: Ballot;
  /** The first slot kept; below it everything is truncated. */
  readonly firstKept: Slot;
  /** Every slot in [firstKept, learned) holds here the chosen value, but for `damaged`. */
  readonly learned: Slot;
  /** The chain digest over the slots below `learned`. */
  readonly digest: number;
  /** One past the highest slot ever accepted. */
  readonly end: Slot;
  /** Entries at and above `learned`, ascending; there may be gaps. */
  readonly accepted: readonly LogEntry[];
  /** As the slots below `learned` left it. */
  readonly membership: GoverningMembership;
  /** Slots in [firstKept, end) whose record is lost or fails its checks, ascending. */
  readonly damaged: readonly Slot[];
}
