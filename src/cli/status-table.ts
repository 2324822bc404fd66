import type { NodeStatus } from "../wire/client-messages.ts";
import { showDuration } from "./duration.ts";
import type { Surveyed } from "./survey.ts";
import { leaderOf } from "./survey.ts";
import { formatTable } from "./table.ts";

const HEADER = [
  "NODE",
  "ADDR",
  "ROLE",
  "LEADER",
  "BALLOT",
  "CHOSEN",
  "APPLIED",
  "LAG",
  "LEASE",
  "KEYS",
  "LOG",
  "STATE",
  "RTT",
  "LOSS",
  "VERSION",
  "ALARMS",
];

/** The members as people read them: one row each; leader, lease and ballot as each of them says, RTT and loss as the leader measures them. */
export function statusTable(members: readonly Surveyed[]): string {
  const leader = leaderOf(members)?.status;
  const newest = Math.max(0, ...members.map(({ status }) => status?.chosen ?? 0));
  return formatTable(
    HEADER,
    members.map((member) => row(member, leader, newest)),
  );
}

function row(member: Surveyed, leader: NodeStatus | undefined, newest: number): readonly string[] {
  const { name, endpoint, status } = member;
  const path = leader?.peers.find((peer) => peer.name === name);
  const rtt = path?.up === true ? `${path.rttMs.toFixed(1)}ms` : "-";
  const loss = path?.up === true ? `${(path.loss * 100).toFixed(1)}%` : "-";
  if (status === undefined)
    return [name, endpoint, "no answer", ...HEADER.slice(3, -4).map(() => "-"), rtt, loss, "-", "-"];
  return [
    name,
    endpoint,
    roleOf(status),
    status.leader?.name ?? "-",
    status.ballot,
    `${status.chosen}`,
    `${status.applied}`,
    `${Math.max(0, newest - status.applied)}`,
    leaseOf(status),
    `${status.keys}`,
    formatBytes(status.logBytes),
    formatBytes(status.stateBytes),
    rtt,
    loss,
    status.version,
    status.alarms.length === 0 ? "-" : status.alarms.join(","),
  ];
}

/** How long the lease is that it leads under; `none` for a leader that should have one, and has not. */
function leaseOf({ role, leased, leaderLeaseMs }: NodeStatus): string {
  if (role !== "leader" || leaderLeaseMs === 0) return "-";
  return leased ? showDuration(leaderLeaseMs) : "none";
}

export function roleOf({ name, role, serving, voters }: NodeStatus): string {
  if (role === "leader" && !serving) return "leader?";
  return role === "follower" && !voters.includes(name) ? "learner" : role;
}

/** `512B`, `1.5K`, `64M`: powers of 1,024. */
export function formatBytes(bytes: number): string {
  const units = ["B", "K", "M", "G", "T"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)}${units[unit] ?? ""}`;
}
