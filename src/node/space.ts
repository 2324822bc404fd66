import { type Failure, failure } from "../base/errors.ts";
import type { Clock, DiskSpace } from "../base/seams.ts";
import type { Alarms } from "./alarms.ts";
import { FreeSpaceTrail, type PastSpace } from "./free-space-trail.ts";

const LOOK_MS = 1_000;
/** By default so much of the disk is kept free, or a twentieth of it when that is less. */
const RESERVE_BYTES = 256 * 1024 * 1024;
const RESERVE_PART = 1 / 20;
/** Once low, this much more than the reserve has to be free: the state must not flap. */
const CLEARANCE = 1.25;
/** Below this part of the reserve nothing new is accepted: what is left is for promises, truncation and flushes. */
const EXHAUSTED_PART = 1 / 4;
/** Parts of the quota at which an operator is told. */
const QUOTA_WARNINGS = [0.85, 0.7];
/** Part of the quota below which writes are taken again. */
const QUOTA_CLEARANCE = 0.98;

export interface SpaceLimits {
  /** Bytes of the disk to be kept free; undefined: 256 MiB or a twentieth of the disk, whichever is less. */
  readonly reserveBytes: number | undefined;
  /** Bytes that log and state may have in use together; undefined: as many as there are. */
  readonly quotaBytes: number | undefined;
}

export interface UsedSpace {
  readonly logBytes: number;
  readonly stateBytes: number;
}

/** Room on the disk, what is free in the files counted as such. */
export interface SeenSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** What is to be kept free. */
  readonly reserveBytes: number;
}

export interface SpaceDeps {
  readonly clock: Clock;
  readonly alarms: Alarms;
  /** Of the disk that the data directory lies on. */
  readonly disk: () => DiskSpace;
  /** Bytes in use. */
  readonly used: () => UsedSpace;
}

/**
 * Keeps room on the disk. Below the reserve, or above the quota, writes that need room are refused before
 * they are proposed, and deletes pass; below a quarter of the reserve this node accepts nothing more. All of
 * it ends by itself when there is room again.
 */
export class Space {
  readonly #limits: SpaceLimits;
  readonly #deps: SpaceDeps;
  readonly #trail = new FreeSpaceTrail();
  #lookedMs = Number.NEGATIVE_INFINITY;
  #seen: SeenSpace | undefined;
  /** Free on the disk, outside of all files. */
  #unusedBytes = 0;
  #isLow = false;
  #isFull = false;
  #isExhausted = false;

  constructor(limits: SpaceLimits, deps: SpaceDeps) {
    this.#limits = limits;
    this.#deps = deps;
  }

  /** As the disk was when it was last looked at; undefined before. */
  get seen(): SeenSpace | undefined {
    return this.#seen;
  }

  /** What was free so long ago, or as long as it is known. */
  freeBefore(ageMs: number): PastSpace | undefined {
    return this.#trail.within(ageMs, this.#deps.clock.nowMs());
  }

  /** Why a write that needs room is refused; undefined while there is room. */
  get refusal(): Failure | undefined {
    if (this.#isLow)
      return failure(
        "no_space",
        "not_applied",
        "the leader's disk is nearly full; delete, or make room on it",
      );
    if (!this.#isFull) return undefined;
    return failure("no_space", "not_applied", "the leader's quota is used up; delete, or raise disk.quota");
  }

  /** Whether so many bytes fit into files of their own, and the reserve is left. */
  hasRoomFor(bytes: number): boolean {
    if (this.#seen === undefined) return true;
    return this.#unusedBytes - bytes >= this.#seen.reserveBytes;
  }

  /** Whether even what others propose is not taken any more. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  tick(): void {
    const nowMs = this.#deps.clock.nowMs();
    if (nowMs - this.#lookedMs < LOOK_MS) return;
    this.#lookedMs = nowMs;
    const used = this.#deps.used();
    this.#lookAtDisk(used);
    this.#lookAtQuota(used);
  }

  #lookAtDisk(used: UsedSpace): void {
    const { alarms, disk } = this.#deps;
    const space = disk();
    const { totalBytes } = space;
    const freeBytes = space.freeBytes + reusableBytes(space, used);
    const reserve = this.#limits.reserveBytes ?? Math.min(RESERVE_BYTES, totalBytes * RESERVE_PART);
    this.#seen = { freeBytes, totalBytes, reserveBytes: reserve };
    this.#unusedBytes = space.freeBytes;
    this.#trail.note(freeBytes, this.#lookedMs);
    this.#isLow = freeBytes < (this.#isLow ? reserve * CLEARANCE : reserve);
    const floor = reserve * EXHAUSTED_PART;
    this.#isExhausted = freeBytes < (this.#isExhausted ? floor * CLEARANCE : floor);
    if (!this.#isLow) return alarms.clear("disk");
    const what = this.#isExhausted
      ? "writes are refused, and nothing is accepted any more"
      : "writes are refused while this node leads";
    // Without the bytes that are free now: every change of the text is a line in the log.
    alarms.raise("disk", `less than ${mebibytes(reserve)} are free on the disk: ${what}`);
  }

  #lookAtQuota({ logBytes, stateBytes }: UsedSpace): void {
    const { alarms } = this.#deps;
    const quota = this.#limits.quotaBytes;
    if (quota === undefined) return;
    const part = (logBytes + stateBytes) / quota;
    this.#isFull = part >= (this.#isFull ? QUOTA_CLEARANCE : 1);
    const warning = QUOTA_WARNINGS.find((least) => part >= least);
    if (this.#isFull)
      alarms.raise(
        "quota",
        `the quota of ${mebibytes(quota)} is used up: writes are refused while this node leads`,
      );
    else if (warning !== undefined)
      alarms.raise("quota", `more than ${warning * 100} % of the quota of ${mebibytes(quota)} is used`);
    else alarms.clear("quota");
  }
}

/** A write takes room in both files, so what is free in one alone is no room. */
function reusableBytes({ logFileBytes, stateFileBytes }: DiskSpace, used: UsedSpace): number {
  return Math.max(0, Math.min(logFileBytes - used.logBytes, stateFileBytes - used.stateBytes));
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
