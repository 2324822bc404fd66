import { formatEndpoint } from "../client/endpoint-text.ts";
import { formatStateHash } from "../kv/state-hash.ts";
import type { OfflineSnapshot, OfflineState } from "../storage/offline-state.ts";
import type { StateMark } from "../storage/snapshot.ts";
import { formatBytes } from "./status-table.ts";

/** A title and a text, as `kvadm inspect` shows them. */
export type TitledLine = readonly [title: string, text: string];

/** What a state's directory says of itself, for a program. */
export function stateFields(state: OfflineState): Readonly<Record<string, unknown>> {
  const { directory } = state;
  if (state.kind === "unusable") return { directory, unusable: state.reason };
  const { mark, bytes } = state;
  const { machine, counts, membership } = mark;
  const members = membership.members.map(({ id, name, role, address }) => {
    return { id: Number(id), name, role, endpoint: formatEndpoint(address) };
  });
  return {
    directory,
    ...markFields(mark),
    compacted: machine.compacted,
    leases: machine.leaseCount,
    keys_that_end: machine.expiryCount,
    principals: machine.principalCount,
    leader_lease_ms: machine.leaderLeaseMs,
    event_rows: counts.eventRows,
    tombstones: counts.tombstones,
    membership: { epoch: membership.epoch, members },
    bytes,
  };
}

/** The same for people. */
export function stateLines(state: OfflineState): readonly TitledLine[] {
  const { directory } = state;
  if (state.kind === "unusable") return [["state", `${directory}  unusable: ${state.reason}`]];
  const { machine, counts, membership, ...mark } = state.mark;
  const { leaderLeaseMs } = machine;
  const members = membership.members.map(({ name, role }) => `${name} ${role}`).join(", ");
  const holds =
    `${machine.keyCount} keys (${machine.expiryCount} of them end by themselves), ${machine.leaseCount} leases, ` +
    `${machine.principalCount} principals`;
  return [
    [
      "state",
      `${directory}  slots below ${mark.watermark} applied, digest ${mark.digest}, hash ${formatStateHash(mark.stateHash)}`,
    ],
    [
      "",
      `revision ${machine.revision}, changes after ${machine.compacted} kept, cluster time ${timeText(state.mark)}`,
    ],
    ["", `${holds}; ${counts.eventRows} rows of changes, ${counts.tombstones} tombstones`],
    ["", `membership ${membership.epoch}: ${members}`],
    [
      "",
      `leases of the leader ${leaderLeaseMs === 0 ? "off" : `${leaderLeaseMs} ms`}; ${formatBytes(state.bytes)} in use`,
    ],
  ];
}

/** What a snapshot's manifest says, for a program. */
export function snapshotFields({
  directory,
  manifest,
  chunks,
}: OfflineSnapshot): Readonly<Record<string, unknown>> {
  const whole = chunks === manifest.chunks;
  return { directory, ...markFields(manifest), bytes: manifest.bytes, chunks: manifest.chunks, whole };
}

/** The same for people. */
export function snapshotLine({ directory, manifest, chunks }: OfflineSnapshot): TitledLine {
  const { watermark, machine, bytes } = manifest;
  const part = chunks === manifest.chunks ? "" : `, ${chunks} of ${manifest.chunks} chunks received`;
  const text = `slots below ${watermark}, revision ${machine.revision}, ${machine.keyCount} keys, ${formatBytes(bytes)}`;
  return ["snapshot", `${directory}  ${text}${part}`];
}

function markFields({ watermark, digest, stateHash, machine }: StateMark): Readonly<Record<string, unknown>> {
  return {
    applied: Number(watermark),
    digest,
    state_hash: formatStateHash(stateHash),
    revision: machine.revision,
    keys: machine.keyCount,
    cluster_time: new Date(machine.timeMs).toISOString(),
  };
}

function timeText({ machine }: StateMark): string {
  return machine.timeMs === 0 ? "not begun" : new Date(machine.timeMs).toISOString();
}
