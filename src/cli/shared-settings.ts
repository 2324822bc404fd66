import type { Config } from "./config.ts";
import { showDuration } from "./duration.ts";

/** The settings that all members should have alike, as values and not as they were written: `60m` is `1h`. */
export function sharedSettings({ security, history, tail, snapshotPeriod, space, http }: Config) {
  return new Map([
    ["security", security],
    ["history.age", showDuration(history.ageMs)],
    ["history.revisions", `${history.revisions}`],
    ["tail.slots", `${tail.slots}`],
    ["tail.bytes", `${tail.bytes}`],
    ["snapshot.slots", `${snapshotPeriod.slots}`],
    ["snapshot.bytes", `${snapshotPeriod.bytes}`],
    ["disk.reserve", `${space.reserveBytes ?? "default"}`],
    ["disk.quota", `${space.quotaBytes ?? "none"}`],
    ["http", http === undefined ? "off" : "on"],
    ["http.auth", http?.auth ?? "off"],
  ]);
}
