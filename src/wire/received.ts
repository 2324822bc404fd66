import type { GroupId } from "../base/ids.ts";
import type { Message } from "../paxos/messages.ts";
import { groupField } from "./fields.ts";

/** What a member sent. */
export interface Received {
  readonly group: GroupId;
  readonly message: Message;
  /** The sender's cluster time, ms: with a heartbeat; otherwise 0. */
  readonly timeMs: number;
}

export function received(group: number, message: Message): Received {
  return { group: groupField(group), message, timeMs: 0 };
}
