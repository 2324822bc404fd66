import type { Message } from "../../paxos/messages.ts";
import type { Request } from "../../wire/client-messages.ts";
import { CRASH_POINTS } from "../world/crash-points.ts";
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

const MESSAGES: Readonly<Record<Message["kind"], true>> = {
  "pre-vote": true,
  "pre-vote-reply": true,
  prepare: true,
  promise: true,
  accept: true,
  accepted: true,
  reject: true,
  heartbeat: true,
  "heartbeat-ack": true,
  fetch: true,
  chosen: true,
  "hand-over": true,
  "read-index": true,
  "read-index-reply": true,
};

const REQUESTS: Readonly<Record<Request["kind"], true>> = {
  mutate: true,
  get: true,
  range: true,
  status: true,
  ping: true,
  "hand-over": true,
};

/** What is counted under `prefix`, and the names that all should occur there. */
const GROUPS: readonly {
  readonly title: string;
  readonly prefix: string;
  readonly names: readonly string[];
}[] = [
  { title: "faults", prefix: "fault:", names: FAULTS },
  { title: "crash points passed", prefix: "passed:", names: CRASH_POINTS },
  { title: "processes killed at", prefix: "killed:", names: CRASH_POINTS },
  { title: "messages between members", prefix: "message:", names: Object.keys(MESSAGES) },
  { title: "requests of clients", prefix: "request:", names: Object.keys(REQUESTS) },
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
