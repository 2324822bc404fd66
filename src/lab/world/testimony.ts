import type { NodeId } from "../../base/ids.ts";
import type { Step } from "../../node/step.ts";
import type { MemoryLog } from "../../storage/memory-disk.ts";

/** What nobody sends whose promise of that ballot is not on disk. */
const PROMISING: ReadonlySet<string> = new Set(["promise", "accepted", "prepare", "accept", "heartbeat"]);

interface Heard {
  promised: number;
  end: number;
}

/** What one process has been told of other members' disks, by themselves, since it started. */
export class Testimony {
  readonly #heard = new Map<NodeId, Heard>();

  hear({ input }: Step): void {
    if (input.kind !== "received") return;
    const { from, message } = input;
    if (!PROMISING.has(message.kind) || !("ballot" in message)) return;
    const heard = this.#heard.get(from) ?? { promised: 0, end: 0 };
    heard.promised = Math.max(heard.promised, message.ballot);
    if (message.kind === "accepted") heard.end = Math.max(heard.end, ...message.slots.map((at) => at + 1));
    this.#heard.set(from, heard);
  }

  /** Whether the member has said more than this log of it holds. */
  contradicts(member: NodeId, { summary }: MemoryLog): boolean {
    const heard = this.#heard.get(member);
    return heard !== undefined && (heard.promised > summary.promised || heard.end > summary.end);
  }
}
