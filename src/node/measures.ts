import type { Clock } from "../base/seams.ts";
import type { NodeMeasures } from "../wire/client-messages.ts";
import type { Space } from "./space.ts";
import { RecentTimes, Timings } from "./timings.ts";

/** For so long it is remembered who led. */
const LEADERS_MS = 10 * 60_000;
const LEADERS_MAX = 64;
/** What was free on the disk so long ago is told. */
const SPACE_AGES_MS = { hour: 3_600_000, day: 24 * 3_600_000 } as const;

/** Where a node's snapshots stand. */
export interface SnapshotFigures {
  /** The last one has every slot below; 0: there is none. */
  readonly watermark: number;
  readonly bytes: number;
}

export interface MeasuresDeps {
  readonly clock: Clock;
  readonly space: Pick<Space, "seen" | "freeBefore">;
  readonly snapshot: () => SnapshotFigures;
  /** Of the machine and the process; absent where there is none. */
  readonly machine: (() => ReadonlyMap<string, number>) | undefined;
  /** Those that members should have alike. */
  readonly settings: ReadonlyMap<string, string>;
}

/** What a node measures of itself: times, figures, and how often the leader changed. */
export class Measures {
  readonly #deps: MeasuresDeps;
  readonly #timings = new Timings();
  readonly #commits = new RecentTimes();
  readonly #startMs: number;
  #leadersMs: number[] = [];
  #lastLeaderMs: number | undefined;

  constructor(deps: MeasuresDeps) {
    this.#deps = deps;
    this.#startMs = deps.clock.nowMs();
  }

  /** A request of this kind was answered. */
  answered(kind: string, sinceMs: number): void {
    this.#timings.add(kind, this.#deps.clock.nowMs() - sinceMs);
  }

  /** A commit of the log took so long, its sync included. */
  committed(elapsedMs: number): void {
    this.#timings.add("log_commit", elapsedMs);
    this.#commits.add(elapsedMs, this.#deps.clock.nowMs());
  }

  /** Somebody leads from now on. */
  onLeader(): void {
    const nowMs = this.#deps.clock.nowMs();
    this.#lastLeaderMs = nowMs;
    this.#leadersMs = [...this.#recentLeaders(nowMs), nowMs].slice(-LEADERS_MAX);
  }

  get now(): NodeMeasures {
    const { clock, settings } = this.#deps;
    const timings = new Map(this.#timings.all);
    timings.set("log_commit_lately", this.#commits.counts(clock.nowMs()));
    return { wallMs: clock.wallMs(), figures: this.#figures(), settings, timings };
  }

  #figures(): ReadonlyMap<string, number> {
    const { clock, space, snapshot, machine } = this.#deps;
    const nowMs = clock.nowMs();
    const { watermark, bytes } = snapshot();
    return new Map([
      ["uptime_ms", nowMs - this.#startMs],
      ["leaders_lately", this.#recentLeaders(nowMs).length],
      ...(this.#lastLeaderMs === undefined ? [] : [["leader_age_ms", nowMs - this.#lastLeaderMs] as const]),
      ["snapshot_slot", watermark],
      ["snapshot_bytes", bytes],
      ...diskFigures(space),
      ...(machine?.() ?? []),
    ]);
  }

  #recentLeaders(nowMs: number): readonly number[] {
    return this.#leadersMs.filter((atMs) => nowMs - atMs < LEADERS_MS);
  }
}

function diskFigures(space: MeasuresDeps["space"]): readonly (readonly [string, number])[] {
  const { seen } = space;
  if (seen === undefined) return [];
  const past = Object.entries(SPACE_AGES_MS).flatMap(([name, longMs]) => {
    const { freeBytes, ageMs } = space.freeBefore(longMs) ?? { freeBytes: seen.freeBytes, ageMs: 0 };
    return [[`disk_free_${name}_bytes`, freeBytes] as const, [`disk_free_${name}_age_ms`, ageMs] as const];
  });
  return [
    ["disk_free_bytes", seen.freeBytes],
    ["disk_total_bytes", seen.totalBytes],
    ["disk_reserve_bytes", seen.reserveBytes],
    ...past,
  ];
}
