import type { Activity, NodeActivity, Rates } from "./activity.ts";

/** How busy a cluster is, as JSON has it; what is not known is null. */
export function jsonActivity(activity: Activity): Readonly<Record<string, unknown>> {
  return {
    leader: activity.leader ?? null,
    leader_age_ms: activity.ledMs ?? null,
    ballot: activity.ballot ?? null,
    chosen_per_s: activity.chosen ?? null,
    changes_per_s: activity.revisions ?? null,
    keys: activity.keys ?? null,
    outage: activity.outage ?? null,
    nodes: activity.nodes.map(jsonNode),
  };
}

function jsonNode(node: NodeActivity): Readonly<Record<string, unknown>> {
  return {
    node: node.name,
    role: node.role,
    ...jsonRates(node.rates),
    lag: node.lag ?? null,
    log_bytes: node.logBytes ?? null,
    state_bytes: node.stateBytes ?? null,
    memory_bytes: node.memoryBytes ?? null,
    rtt_ms: node.rttMs ?? null,
    loss: node.loss ?? null,
    alarms: node.alarms,
  };
}

function jsonRates(rates: Rates | undefined): Readonly<Record<string, unknown>> {
  return {
    writes_per_s: rates?.writes ?? null,
    write_p50_ms: rates?.writeTimes.p50Ms ?? null,
    write_p99_ms: rates?.writeTimes.p99Ms ?? null,
    reads_per_s: rates?.reads ?? null,
    read_p50_ms: rates?.readTimes.p50Ms ?? null,
    read_p99_ms: rates?.readTimes.p99Ms ?? null,
    failures_per_s: rates?.failures ?? null,
    applied_per_s: rates?.applied ?? null,
    processor: rates?.processor ?? null,
    sync_p50_ms: rates?.syncTimes.p50Ms ?? null,
    sync_p99_ms: rates?.syncTimes.p99Ms ?? null,
    sent_bytes_per_s: rates?.sentBytes ?? null,
    received_bytes_per_s: rates?.receivedBytes ?? null,
  };
}
