import { toHex } from "../base/bytes.ts";
import { countOf, quantileMs } from "../base/time-buckets.ts";
import type { NodeMeasures, PathStatus } from "../wire/client-messages.ts";
import type { Surveyed } from "./survey.ts";

/** Everything that a member says of itself, as JSON has it; times and sizes with their unit in the name. */
export function jsonMember({ name, endpoint, status: node }: Surveyed): Readonly<Record<string, unknown>> {
  if (node === undefined) return { node: name, endpoint, answered: false };
  return {
    node: name,
    endpoint,
    answered: true,
    id: node.id,
    cluster_id: toHex(node.clusterId),
    role: node.role,
    serving: node.serving,
    ballot: node.ballot,
    leader: node.leader?.name ?? null,
    chosen: node.chosen,
    applied: node.applied,
    state_durable: node.stateDurable,
    first_kept: node.firstKept,
    end: node.end,
    digest: node.digest,
    revision: node.revision,
    keys: node.keys,
    leader_lease_ms: node.leaderLeaseMs,
    leased: node.leased,
    time_ms: node.timeMs,
    log_bytes: node.logBytes,
    state_bytes: node.stateBytes,
    start_count: node.startCount,
    damaged: node.damaged,
    version: node.version,
    alarms: node.alarms,
    voters: node.voters,
    peers: node.peers.map((peer) => ({
      node: peer.name,
      up: peer.up,
      rtt_ms: peer.rttMs,
      loss: peer.loss,
      ...(peer.path === undefined ? {} : jsonPath(peer.path)),
    })),
    counters: Object.fromEntries(node.counters),
    ...(node.measures === undefined ? {} : jsonMeasures(node.measures)),
  };
}

function jsonPath({ datagramBytes, acked, lost }: PathStatus): Readonly<Record<string, unknown>> {
  return { datagram_bytes: datagramBytes, acked, lost };
}

function jsonMeasures({
  wallMs,
  figures,
  settings,
  timings,
}: NodeMeasures): Readonly<Record<string, unknown>> {
  return {
    wall_ms: wallMs,
    figures: Object.fromEntries(figures),
    settings: Object.fromEntries(settings),
    times: Object.fromEntries([...timings].map(([what, counts]) => [what, jsonTimes(counts)])),
  };
}

function jsonTimes(counts: readonly number[]): Readonly<Record<string, unknown>> {
  return { count: countOf(counts), p50_ms: quantileMs(counts, 0.5), p99_ms: quantileMs(counts, 0.99) };
}
