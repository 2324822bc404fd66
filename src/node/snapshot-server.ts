import { equalBytes } from "../base/bytes.ts";
import type { NodeId, Slot } from "../base/ids.ts";
import type { SnapshotStorage } from "../storage/snapshot.ts";
import type { SnapshotMessage } from "../wire/snapshot-codec.ts";

/** After the last question a member has this long to build its state and to fetch what follows. */
const PIN_MS = 60_000;
/** Longer without a question, and nobody is fetching. */
const FETCHING_MS = 10_000;

export interface SnapshotServerDeps {
  readonly snapshots: SnapshotStorage;
  readonly want: (least: Slot) => void;
  /** What the log begins with, how far state and log go, and the least watermark that this node needs itself. */
  readonly marks: () => {
    readonly firstKept: Slot;
    readonly stateDurable: Slot;
    readonly chosen: Slot;
    readonly needed: Slot | undefined;
  };
  readonly send: (to: NodeId, message: SnapshotMessage) => void;
}

/** What a member relies on: this log from here on, until then. */
interface Pin {
  readonly from: Slot;
  readonly askedMs: number;
  /** Whether it was given a snapshot, which it may ask chunks of. */
  readonly isOffered: boolean;
}

/** Offers the own snapshot to members that need one, and hands its chunks out. */
export class SnapshotServer {
  readonly #deps: SnapshotServerDeps;
  readonly #pins = new Map<NodeId, Pin>();

  constructor(deps: SnapshotServerDeps) {
    this.#deps = deps;
  }

  onAsk(from: NodeId, ask: Extract<SnapshotMessage, { kind: "snapshot-ask" }>, nowMs: number): void {
    const { snapshots, want, marks, send } = this.#deps;
    const { latest } = snapshots;
    const { firstKept, stateDurable, chosen, needed } = marks();
    const least = ask.least > firstKept ? ask.least : firstKept;
    const isSame = ask.hash === undefined || (latest !== undefined && equalBytes(latest.hash, ask.hash));
    if (latest !== undefined && isSame && latest.watermark >= least) {
      this.#pins.set(from, { from: latest.watermark, askedMs: nowMs, isOffered: true });
      send(from, { kind: "snapshot-offer", answer: "offered", manifest: latest.encoded });
      // Who needs one itself has no state that would help anybody.
    } else if (ask.hash !== undefined || chosen < ask.least || needed !== undefined) {
      send(from, { kind: "snapshot-offer", answer: "none" });
    } else {
      // What is being made will reach at least as far as the state does now.
      this.#pins.set(from, { from: stateDurable, askedMs: nowMs, isOffered: false });
      want(least);
      send(from, { kind: "snapshot-offer", answer: "making" });
    }
  }

  onChunkAsk(from: NodeId, ask: Extract<SnapshotMessage, { kind: "chunk-ask" }>, nowMs: number): void {
    const { snapshots, send } = this.#deps;
    const { hash, index } = ask;
    const { latest } = snapshots;
    const isThere = latest !== undefined && equalBytes(latest.hash, hash) && index < latest.chunks;
    if (isThere) this.#pins.set(from, { from: latest.watermark, askedMs: nowMs, isOffered: true });
    send(from, { kind: "chunk", hash, index, content: isThere ? snapshots.readChunk(index) : undefined });
  }

  /** Whether somebody is fetching: until that has ended the snapshot stays what it is. */
  isFetched(nowMs: number): boolean {
    for (const { askedMs, isOffered } of this.#pins.values()) {
      if (isOffered && nowMs - askedMs < FETCHING_MS) return true;
    }
    return false;
  }

  /** The log from here on is what members need that were given a snapshot; undefined: nobody was lately. */
  neededFrom(nowMs: number): Slot | undefined {
    let lowest: Slot | undefined;
    for (const [node, { from, askedMs }] of this.#pins) {
      if (nowMs - askedMs >= PIN_MS) this.#pins.delete(node);
      else if (lowest === undefined || from < lowest) lowest = from;
    }
    return lowest;
  }
}
