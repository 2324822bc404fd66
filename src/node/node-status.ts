import { formatBallot, GROUP_ZERO } from "../base/ids.ts";
import type { Network } from "../base/seams.ts";
import type { Storage } from "../storage/storage.ts";
import type { LinkStats } from "../transport/service.ts";
import type { NodeStatus, PeerStatus } from "../wire/client-messages.ts";
import type { Group } from "./group.ts";
import type { SnapshotFigures } from "./measures.ts";
import type { StateHashes } from "./state-hashes.ts";

export interface StatusSources {
  readonly storage: Storage;
  readonly network: Network;
  readonly group: Group;
  readonly hashes: StateHashes;
  readonly nowMs: number;
  readonly own: OwnStatus;
}

/** What a node says of itself and its peers. */
type OwnStatus = Pick<NodeStatus, "name" | "version" | "leader" | "alarms" | "voters" | "peers" | "counters">;

/** What a node, its disk and its group say: one literal, since the lab asks thousands of times a second. */
export function nodeStatus({ storage, network, group, hashes, nowMs, own }: StatusSources): NodeStatus {
  const { identity } = storage;
  const { view } = group;
  return {
    name: own.name,
    version: own.version,
    leader: own.leader,
    alarms: own.alarms,
    voters: own.voters,
    peers: own.peers,
    counters: own.counters,
    id: identity.node,
    endpoint: `${network.local.host}:${network.local.port}`,
    clusterId: identity.clusterId,
    role: view.role,
    serving: view.serving,
    ballot: formatBallot(view.ballot),
    chosen: view.chosen,
    applied: group.applied,
    stateDurable: group.stateDurable,
    firstKept: view.firstKept,
    end: view.end,
    digest: view.digest,
    stateHash: hashes.last,
    revision: group.revision,
    keys: group.keyCount,
    timeMs: group.timeMs(nowMs),
    leaderLeaseMs: group.leaderLeaseMs,
    leased: view.leaseUntilMs > nowMs,
    logBytes: storage.logBytes(),
    stateBytes: group.stateBytes,
    startCount: identity.startCount,
    damaged: view.damaged,
  };
}

/** `stats` is undefined without a link. */
export function peerStatus(name: string, stats: LinkStats | undefined): PeerStatus {
  if (stats === undefined) return { name, up: false, rttMs: 0, loss: 0 };
  const { rttMs, loss, datagramBytes, acked, lost, largeLost } = stats;
  return { name, up: true, rttMs, loss, path: { datagramBytes, acked, lost, largeLost } };
}

export function snapshotFigures(storage: Pick<Storage, "snapshots">): SnapshotFigures {
  const { latest } = storage.snapshots(GROUP_ZERO);
  return { watermark: latest?.watermark ?? 0, bytes: latest?.bytes ?? 0 };
}
