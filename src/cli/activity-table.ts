import type { Activity, NodeActivity } from "./activity.ts";
import { showDuration } from "./duration.ts";
import { formatBytes } from "./status-table.ts";

interface Column {
  readonly title: string;
  /** Room for what is usually shown. */
  readonly width: number;
  readonly describe: string;
  readonly value: (node: NodeActivity) => number | undefined;
  readonly show: (value: number) => string;
}

/** The most important first: what does not fit is left out. */
const COLUMNS: readonly Column[] = [
  {
    title: "WRITE/S",
    width: 7,
    describe: "changes that were answered to its clients, a second",
    value: ({ rates }) => rates?.writes,
    show: showCount,
  },
  {
    title: "W-P50",
    width: 5,
    describe: "half of them took no longer",
    value: ({ rates }) => rates?.writeTimes.p50Ms,
    show: showMs,
  },
  {
    title: "W-P99",
    width: 5,
    describe: "99 in 100 of them took no longer",
    value: ({ rates }) => rates?.writeTimes.p99Ms,
    show: showMs,
  },
  {
    title: "READ/S",
    width: 7,
    describe: "reads that were answered to its clients, a second",
    value: ({ rates }) => rates?.reads,
    show: showCount,
  },
  {
    title: "R-P50",
    width: 5,
    describe: "half of them took no longer",
    value: ({ rates }) => rates?.readTimes.p50Ms,
    show: showMs,
  },
  {
    title: "R-P99",
    width: 5,
    describe: "99 in 100 of them took no longer",
    value: ({ rates }) => rates?.readTimes.p99Ms,
    show: showMs,
  },
  {
    title: "APPL/S",
    width: 6,
    describe: "slots that it applied, a second",
    value: ({ rates }) => rates?.applied,
    show: showCount,
  },
  {
    title: "LAG",
    width: 6,
    describe: "slots that it has yet to apply",
    value: ({ lag }) => lag,
    show: showCount,
  },
  {
    title: "CPU",
    width: 4,
    describe: "time that its process took, of one processor's",
    value: ({ rates }) => rates?.processor,
    show: (share) => `${Math.round(share * 100)}%`,
  },
  {
    title: "S-P99",
    width: 5,
    describe: "99 in 100 syncs of its log took no longer",
    value: ({ rates }) => rates?.syncTimes.p99Ms,
    show: showMs,
  },
  {
    title: "LOG",
    width: 5,
    describe: "its log in use",
    value: ({ logBytes }) => logBytes,
    show: formatBytes,
  },
  {
    title: "STATE",
    width: 5,
    describe: "its state in use",
    value: ({ stateBytes }) => stateBytes,
    show: formatBytes,
  },
  {
    title: "RTT",
    width: 5,
    describe: "from the leader to it and back",
    value: ({ rttMs }) => rttMs,
    show: showMs,
  },
  {
    title: "LOSS",
    width: 5,
    describe: "of the leader's packets to it, lately",
    value: ({ loss }) => loss,
    show: (share) => `${(share * 100).toFixed(1)}%`,
  },
  {
    title: "MEM",
    width: 5,
    describe: "memory of its process",
    value: ({ memoryBytes }) => memoryBytes,
    show: formatBytes,
  },
  {
    title: "SENT/S",
    width: 6,
    describe: "bytes in the datagrams that it sent, a second",
    value: ({ rates }) => rates?.sentBytes,
    show: formatBytes,
  },
  {
    title: "RECV/S",
    width: 6,
    describe: "and that came to it",
    value: ({ rates }) => rates?.receivedBytes,
    show: formatBytes,
  },
  {
    title: "FAIL/S",
    width: 6,
    describe: "requests of its clients that ended with an error, a second",
    value: ({ rates }) => rates?.failures,
    show: showCount,
  },
];

const BY_NAME = "NODE";
const ROLE_WIDTH = "no answer".length;

/** By which rows can be sorted. */
export const SORT_TITLES: readonly string[] = [BY_NAME, ...COLUMNS.map(({ title }) => title)];

/** What each column shows, a line each. */
export const COLUMN_HELP: string = COLUMNS.map(
  ({ title, describe }) => `  ${title.padEnd(8)} ${describe}\n`,
).join("");

export interface ActivityLayout {
  /** What does not fit into so many columns of the terminal is left out. */
  readonly columns: number;
  /** One of SORT_TITLES: by name ascending, by what is in a column descending, unknown last. */
  readonly sortedBy: string;
}

/** The cluster in a line, its alarms, and a row for each node. */
export function activityText(activity: Activity, { columns, sortedBy }: ActivityLayout): string {
  const nameWidth = Math.max(BY_NAME.length, ...activity.nodes.map(({ name }) => name.length));
  const shown: Column[] = [];
  let width = nameWidth + 2 + ROLE_WIDTH;
  for (const column of COLUMNS) {
    width += 2 + column.width;
    // One more for the mark.
    if (width >= columns) break;
    shown.push(column);
  }
  const mark = (title: string): string => (title === sortedBy ? "*" : " ");
  const header = [
    `${BY_NAME.padEnd(nameWidth)}  ${"ROLE".padEnd(ROLE_WIDTH)}`,
    ...shown.map((column) => `${column.title.padStart(column.width)}${mark(column.title)}`),
  ];
  const rows = sorted(activity.nodes, sortedBy).map((node) => [
    `${node.name.padEnd(nameWidth)}  ${node.role.padEnd(ROLE_WIDTH)}`,
    ...shown.map((column) => `${cell(column, node).padStart(column.width)} `),
  ]);
  const table = [header, ...rows].map((cells) => `${cells.join(" ").trimEnd()}\n`);
  return `${headLine(activity)}${alarmLines(activity)}\n${table.join("")}`;
}

function cell({ value, show }: Column, node: NodeActivity): string {
  const known = value(node);
  return known === undefined ? "-" : show(known);
}

function sorted(nodes: readonly NodeActivity[], title: string): readonly NodeActivity[] {
  const column = COLUMNS.find((one) => one.title === title);
  if (column === undefined) return nodes;
  const rank = (node: NodeActivity): number => column.value(node) ?? Number.NEGATIVE_INFINITY;
  // Two that are unknown are alike, though they have no difference.
  return nodes.toSorted((left, right) => (rank(left) === rank(right) ? 0 : rank(right) - rank(left)));
}

function headLine({ leader, ledMs, ballot, outage, ...activity }: Activity): string {
  if (leader === undefined) return `${outage ?? "nobody leads"}\n`;
  const since = ledMs === undefined ? "" : ` for ${showDuration(Math.round(ledMs))}`;
  const { chosen, revisions, keys } = activity;
  const parts = [
    `${leader} leads${since}, ballot ${ballot}`,
    ...(chosen === undefined ? [] : [`${showCount(chosen)} slots/s chosen`]),
    ...(revisions === undefined ? [] : [`${showCount(revisions)} changes/s`]),
    ...(keys === undefined ? [] : [`${keys} keys`]),
  ];
  return `${parts.join("  ")}\n${outage === undefined ? "" : `${outage}\n`}`;
}

function alarmLines({ nodes }: Activity): string {
  return nodes.flatMap(({ name, alarms }) => alarms.map((alarm) => `${name}: ${alarm}\n`)).join("");
}

/** `0`, `0.4`, `12`, `9999`, `12.3k`, `4.5M`. */
function showCount(count: number): string {
  if (count === 0 || (count >= 9.95 && count < 9_999.5)) return count.toFixed(0);
  if (count < 9.95) return count.toFixed(1);
  return count < 999_950 ? `${(count / 1e3).toFixed(1)}k` : `${(count / 1e6).toFixed(1)}M`;
}

/** `0.3ms`, `12ms`, `4.5s`. */
function showMs(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)}ms`;
  return ms < 999.5 ? `${ms.toFixed(0)}ms` : `${(ms / 1_000).toFixed(1)}s`;
}
