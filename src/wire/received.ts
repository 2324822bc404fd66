import type { GroupId, Slot } from "../base/ids.ts";
import type { Message } from "../paxos/messages.ts";
import { countField, groupField, slotField } from "./fields.ts";

/** The hash of a state at a watermark. */
export interface StatePoint {
  readonly at: Slot;
  readonly hash: number;
}

/** What a member sent. */
export interface Received {
  readonly group: GroupId;
  readonly message: Message;
  /** The sender's cluster time, ms: with a heartbeat; otherwise 0. */
  readonly timeMs: number;
  /** With a heartbeat: what a majority has; with its acknowledgement: what the sender has. Otherwise undefined. */
  readonly state: StatePoint | undefined;
}

export function received(group: number, message: Message, timeMs = 0, state?: StatePoint): Received {
  return { group: groupField(group), message, timeMs, state };
}

interface StateBody {
  readonly stateAt: number;
  readonly stateHash: number;
}

/** At 0: nothing is told. */
export function stateBody(state: StatePoint | undefined): StateBody {
  return { stateAt: state?.at ?? 0, stateHash: state?.hash ?? 0 };
}

/** What `stateBody` was given. */
export function stateField({ stateAt, stateHash }: StateBody): StatePoint | undefined {
  if (stateAt === 0) return undefined;
  return { at: slotField(stateAt, "watermark"), hash: countField(stateHash, "state hash") };
}
