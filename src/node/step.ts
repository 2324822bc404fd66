import type { GroupId } from "../base/ids.ts";
import type { Effects, Input, ReplicaView } from "../paxos/effects.ts";

/** One step of one group's replica: what went in, what followed from it, and how the replica looks afterwards. */
export interface Step {
  readonly group: GroupId;
  /** The node's monotonic clock, ms. */
  readonly nowMs: number;
  readonly input: Input;
  readonly effects: Effects;
  readonly view: ReplicaView;
}

/** Called after a step, before anything of its effects is done. Must not call the node. */
export type StepObserver = (step: Step) => void;
