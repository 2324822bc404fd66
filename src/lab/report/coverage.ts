import { CRASH_POINTS } from "../world/crash-points.ts";
import { PAYLOAD_NAMES } from "../world/payload-names.ts";
import { FAULTS } from "../world/swarm-plan.ts";

/** Something that a run should have made happen, and how often it did. */
export interface Covered {
  readonly name: string;
  readonly count: number;
}

/** Everything of one sort, by its own order of names. */
export interface CoverageGroup {
  readonly title: string;
  readonly covered: readonly Covered[];
}

const OPERATIONS = [
  "put",
  "put-if",
  "delete",
  "delete-if",
  "delete-range",
  "put-all",
  "incr",
  "max",
  "min",
  "append",
  "prepend",
  "set-if-absent",
  "cas",
  "json-merge",
  "txn",
  "touch",
  "lease-grant",
  "lease-keep-alive",
  "lease-revoke",
  "principal-create",
  "principal-rotate",
  "principal-revoke",
  "compact",
  "configure",
  "ended",
  "unknown",
];
const READS = ["stale", "past", "past-range", "history", "forgotten", "ahead"];
const REFUSALS = [
  "condition_failed",
  "bad_value",
  "lease_not_found",
  "lease_exists",
  "principal_exists",
  "principal_not_found",
];

const payloads = (prefix: string): readonly string[] =>
  PAYLOAD_NAMES.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));

/** What is counted under `prefix`, and the names that all should occur there. */
const GROUPS: readonly {
  readonly title: string;
  readonly prefix: string;
  readonly names: readonly string[];
}[] = [
  { title: "faults", prefix: "fault:", names: FAULTS },
  { title: "crash points passed", prefix: "passed:", names: CRASH_POINTS },
  { title: "processes killed at", prefix: "killed:", names: CRASH_POINTS },
  { title: "messages between members", prefix: "message:", names: payloads("message:") },
  { title: "operations answered", prefix: "operation:", names: OPERATIONS },
  { title: "reads of what was", prefix: "read:", names: READS },
  { title: "refusals by the log", prefix: "refusal:", names: REFUSALS },
  { title: "requests of clients", prefix: "request:", names: payloads("request:") },
  { title: "replies to clients", prefix: "reply:", names: payloads("reply:") },
];

/** The counts of a run by sort. A name that is known and was never counted stands there with 0. */
export function coverageOf(counts: ReadonlyMap<string, number>): readonly CoverageGroup[] {
  const groups = GROUPS.map(({ title, prefix, names }) => {
    const found = [...counts.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
    const all = [...new Set([...names, ...found.sort()])];
    return { title, covered: all.map((name) => ({ name, count: counts.get(`${prefix}${name}`) ?? 0 })) };
  });
  const others = [...counts].filter(([key]) => !GROUPS.some(({ prefix }) => key.startsWith(prefix))).sort();
  return [...groups, { title: "events", covered: others.map(([name, count]) => ({ name, count })) }];
}
