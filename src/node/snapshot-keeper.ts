import type { Slot } from "../base/ids.ts";
import { SNAPSHOT_PERIOD_BYTES, SNAPSHOT_PERIOD_SLOTS } from "../base/limits.ts";
import type { SnapshotStorage } from "../storage/snapshot.ts";

/** How far a state goes on before its snapshot is replaced: until either is reached. */
export interface SnapshotPeriod {
  readonly slots: number;
  /** Of the values in those slots. */
  readonly bytes: number;
}

export const SNAPSHOT_PERIOD: SnapshotPeriod = {
  slots: SNAPSHOT_PERIOD_SLOTS,
  bytes: SNAPSHOT_PERIOD_BYTES,
};

export interface SnapshotKeeperDeps {
  readonly snapshots: SnapshotStorage;
  /** Whether there is room on the disk for one more: a commit that finds none would end the process. */
  readonly hasRoom: () => boolean;
}

/**
 * Has snapshots of the own state made: now and then, so that a restart finds one, and when a member asks for
 * one that reaches further than what there is.
 */
export class SnapshotKeeper {
  readonly #deps: SnapshotKeeperDeps;
  readonly #period: SnapshotPeriod;
  /** Applied since the last snapshot was begun. */
  #bytes = 0;
  #wanted: Slot | undefined;
  /** One is due, and there is no room for it. */
  lacksRoom = false;

  constructor(deps: SnapshotKeeperDeps, period: SnapshotPeriod) {
    this.#deps = deps;
    this.#period = period;
  }

  /** A value of so many bytes was applied. */
  note(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Somebody needs one of all slots below `least`, at least. */
  want(least: Slot): void {
    if (this.#wanted === undefined || least > this.#wanted) this.#wanted = least;
  }

  /** Begins one when it is time; `stateDurable`: what the state on disk holds. */
  tick(stateDurable: Slot): void {
    const { snapshots, hasRoom } = this.#deps;
    const isDue = !snapshots.isWriting && this.#isDue(stateDurable);
    this.lacksRoom = isDue && !hasRoom();
    if (!isDue || this.lacksRoom) return;
    this.#bytes = 0;
    snapshots.write(() => undefined);
  }

  #isDue(stateDurable: Slot): boolean {
    const { latest } = this.#deps.snapshots;
    const from = latest?.watermark ?? 1;
    if (latest !== undefined && this.#wanted !== undefined && from >= this.#wanted) this.#wanted = undefined;
    if (this.#wanted !== undefined && stateDurable >= this.#wanted) return true;
    const { slots, bytes } = this.#period;
    const isOld = stateDurable - from >= slots || (this.#bytes >= bytes && stateDurable > from);
    // A large state is not written anew for a few small values.
    return isOld && this.#bytes * 2 >= (latest?.bytes ?? 0);
  }
}
