import { countOf, countsSince, countsTogether, quantileMs } from "../base/time-buckets.ts";
import type { NodeMeasures, NodeStatus } from "../wire/client-messages.ts";
import { roleOf } from "./status-table.ts";
import { leaderOf, outageOf, type Surveyed } from "./survey.ts";

/** What came to a node's counts between two looks at it, per second of its own clock. */
export interface Rates {
  /** Changes, and reads of all kinds, that clients of this node had answered; those that others forwarded are theirs. */
  readonly writes: number;
  readonly reads: number;
  /** Of either, those that ended with an error. */
  readonly failures: number;
  readonly applied: number;
  readonly chosen: number;
  readonly revisions: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Of one processor, 0 and up: 1 is all of it. */
  readonly processor: number;
  readonly writeTimes: Times;
  readonly readTimes: Times;
  /** Of the log's commits, their sync included. */
  readonly syncTimes: Times;
}

/** Of what was answered between the looks; undefined when nothing was. */
export interface Times {
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** How busy a node is. */
export interface NodeActivity {
  readonly name: string;
  /** `no answer` when there is none: then nothing else is known but the path from the leader. */
  readonly role: string;
  /** Undefined at a first look, after a restart in between, and of a node that does not tell. */
  readonly rates: Rates | undefined;
  readonly lag: number | undefined;
  readonly logBytes: number | undefined;
  readonly stateBytes: number | undefined;
  readonly memoryBytes: number | undefined;
  /** Of the leader's path to it; undefined without one. */
  readonly rttMs: number | undefined;
  readonly loss: number | undefined;
  readonly alarms: readonly string[];
}

/** How busy a cluster is. */
export interface Activity {
  readonly leader: string | undefined;
  /** For how long it has been leading. */
  readonly ledMs: number | undefined;
  readonly ballot: string | undefined;
  /** Slots and changes of keys per second. */
  readonly chosen: number | undefined;
  readonly revisions: number | undefined;
  readonly keys: number | undefined;
  /** Why it serves nobody. */
  readonly outage: string | undefined;
  /** In the order of the look. */
  readonly nodes: readonly NodeActivity[];
}

/** What the cluster did from one look at its members to a later one; without an earlier one nothing is told per second. */
export function activityOf(earlier: readonly Surveyed[], later: readonly Surveyed[]): Activity {
  const leader = leaderOf(later)?.status;
  const newest = Math.max(0, ...later.map(({ status }) => status?.chosen ?? 0));
  const nodes = later.map((member) => {
    const before = earlier.find(({ name }) => name === member.name)?.status;
    return nodeActivity(member, { before, leader, newest });
  });
  const rates = nodes.find(({ name }) => name === leader?.name)?.rates;
  return {
    leader: leader?.name,
    ledMs: leader?.measures?.figures.get("leader_age_ms"),
    ballot: leader?.ballot,
    chosen: rates?.chosen,
    revisions: rates?.revisions,
    keys: leader?.keys,
    outage: outageOf(later),
    nodes,
  };
}

interface Beside {
  readonly before: NodeStatus | undefined;
  readonly leader: NodeStatus | undefined;
  readonly newest: number;
}

function nodeActivity({ name, status }: Surveyed, { before, leader, newest }: Beside): NodeActivity {
  const path = leader?.peers.find((peer) => peer.name === name);
  return {
    name,
    role: status === undefined ? "no answer" : roleOf(status),
    rates: before && status && ratesOf(before, status),
    lag: status && Math.max(0, newest - status.applied),
    logBytes: status?.logBytes,
    stateBytes: status?.stateBytes,
    memoryBytes: status?.measures?.figures.get("process_rss_bytes"),
    rttMs: path?.up === true ? path.rttMs : undefined,
    loss: path?.up === true ? path.loss : undefined,
    alarms: status?.alarms ?? [],
  };
}

/** What is timed: changes, and kinds of reads. */
const WRITES = ["mutate"];
const READS = ["get", "range", "leases", "history"];

function ratesOf(before: NodeStatus, status: NodeStatus): Rates | undefined {
  if (before.measures === undefined || status.measures === undefined) return undefined;
  const { measures: earlier } = before;
  const { measures: later } = status;
  const seconds = (figure(later, "uptime_ms") - figure(earlier, "uptime_ms")) / 1_000;
  if (before.startCount !== status.startCount || seconds <= 0) return undefined;
  const perSecond = (of: (measures: NodeMeasures, status: NodeStatus) => number): number =>
    Math.max(0, of(later, status) - of(earlier, before)) / seconds;
  const counted = (kinds: readonly string[]): readonly number[] =>
    countsTogether(
      kinds.map((kind) => countsSince(later.timings.get(kind) ?? [], earlier.timings.get(kind) ?? [])),
    );
  const writes = counted(WRITES);
  const reads = counted(READS);
  return {
    writes: countOf(writes) / seconds,
    reads: countOf(reads) / seconds,
    failures: perSecond((_, { counters }) => failuresIn(counters)),
    applied: perSecond((_, { applied }) => applied),
    chosen: perSecond((_, { chosen }) => chosen),
    revisions: perSecond((_, { revision }) => revision),
    sentBytes: perSecond((measures) => figure(measures, "sent_bytes")),
    receivedBytes: perSecond((measures) => figure(measures, "received_bytes")),
    processor: perSecond((measures) => figure(measures, "process_cpu_ms")) / 1_000,
    writeTimes: timesOf(writes),
    readTimes: timesOf(reads),
    syncTimes: timesOf(counted(["log_commit"])),
  };
}

function figure({ figures }: NodeMeasures, name: string): number {
  return figures.get(name) ?? 0;
}

function failuresIn(counters: NodeStatus["counters"]): number {
  let sum = 0;
  for (const [name, count] of counters) if (name.startsWith("request_failed_")) sum += count;
  return sum;
}

function timesOf(counts: readonly number[]): Times {
  return { p50Ms: quantileMs(counts, 0.5), p99Ms: quantileMs(counts, 0.99) };
}
