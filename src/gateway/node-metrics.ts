import { Counter, Gauge, Registry } from "prom-client";
import { toHex } from "../base/bytes.ts";
import type { Client } from "../client/client.ts";

/** What a node says of itself. */
type NodeStatus = Awaited<ReturnType<Client["status"]>>;

interface Figure {
  /** Ends in `_total` when it only rises. */
  readonly name: string;
  readonly help: string;
  readonly value: (status: NodeStatus) => number;
}

const counted =
  (name: string) =>
  ({ counters }: NodeStatus): number =>
    counters.get(name) ?? 0;

const FIGURES: readonly Figure[] = [
  { name: "kvd_is_leader", help: "1 while this node leads", value: ({ role }) => Number(role === "leader") },
  {
    name: "kvd_has_leader",
    help: "1 while this node knows who leads",
    value: ({ leader }) => Number(leader !== undefined),
  },
  {
    name: "kvd_is_serving",
    help: "1 while this node leads with a quorum behind it",
    value: ({ serving }) => Number(serving),
  },
  {
    name: "kvd_ballot_round",
    help: "round of the ballot that it follows or leads with",
    value: ({ ballot }) => Number.parseInt(ballot, 10),
  },
  { name: "kvd_starts_total", help: "starts of this data directory", value: ({ startCount }) => startCount },
  {
    name: "kvd_log_first_kept_slot",
    help: "first slot that the log keeps",
    value: ({ firstKept }) => firstKept,
  },
  {
    name: "kvd_log_chosen_slot",
    help: "every slot below it is known here as chosen",
    value: ({ chosen }) => chosen,
  },
  { name: "kvd_log_end_slot", help: "one past the highest slot accepted here", value: ({ end }) => end },
  {
    name: "kvd_log_damaged_slots",
    help: "slots whose record cannot be read",
    value: ({ damaged }) => damaged,
  },
  { name: "kvd_log_bytes", help: "bytes of the log in use", value: ({ logBytes }) => logBytes },
  { name: "kvd_applied_slot", help: "every slot below it is applied", value: ({ applied }) => applied },
  {
    name: "kvd_state_durable_slot",
    help: "every slot below it is in the state on disk",
    value: ({ stateDurable }) => stateDurable,
  },
  { name: "kvd_state_bytes", help: "bytes of the state in use", value: ({ stateBytes }) => stateBytes },
  { name: "kvd_keys", help: "keys that exist", value: ({ keys }) => keys },
  { name: "kvd_revision", help: "revision of the last change", value: ({ revision }) => revision },
  {
    name: "kvd_cluster_time_seconds",
    help: "cluster time, seconds since 1970",
    value: ({ timeMs }) => timeMs / 1000,
  },
  { name: "kvd_log_commits_total", help: "commits of the log", value: counted("log_commits") },
  {
    name: "kvd_log_commit_seconds_total",
    help: "time that they took, their sync included",
    value: (status) => counted("log_commit_ms")(status) / 1000,
  },
  {
    name: "kvd_log_slow_commits_total",
    help: "those that took longer than 75 ms",
    value: counted("log_commits_slow"),
  },
  {
    name: "kvd_alarms",
    help: "things that an operator should look at; kvadm status names them",
    value: ({ alarms }) => alarms.length,
  },
];

/** Families of counters: what a counter's name begins with, and the label that the rest of it becomes. Those of the log are above. */
const FAMILIES = [
  {
    prefix: "dropped_",
    name: "kvd_dropped_packets_total",
    help: "packets dropped, by reason",
    label: "reason",
  },
  {
    prefix: "request_failed_",
    name: "kvd_request_failures_total",
    help: "requests that were answered with an error, by its code",
    label: "code",
  },
  { prefix: "request_kind_", name: "kvd_requests_total", help: "requests over UDP, by kind", label: "kind" },
  { prefix: "", name: "kvd_events_total", help: "events of the node's life, by name", label: "event" },
] as const;

/** A node's figures in the text format of Prometheus. Durations are seconds, sizes bytes. */
export function nodeMetrics(status: NodeStatus): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  const info = {
    name: "kvd_info",
    help: "always 1; who this is",
    labelNames: ["node", "version", "cluster"],
    registers,
  };
  new Gauge(info).set({ node: status.name, version: status.version, cluster: toHex(status.clusterId) }, 1);
  for (const { name, help, value } of FIGURES) {
    if (name.endsWith("_total")) new Counter({ name, help, registers }).inc(value(status));
    else new Gauge({ name, help, registers }).set(value(status));
  }
  addPeers(registry, status);
  addCounters(registry, status);
  return registry.metrics();
}

function addPeers(registry: Registry, status: NodeStatus): void {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ["peer"], registers: [registry] });
  const up = gauge("kvd_peer_up", "1 while there is a link to this member");
  const rtt = gauge("kvd_peer_rtt_seconds", "smoothed round trip to this member");
  const loss = gauge("kvd_peer_loss_ratio", "part of the packets to this member that was lost lately");
  for (const peer of status.peers) {
    const labels = { peer: peer.name };
    up.set(labels, Number(peer.up));
    if (!peer.up) continue;
    rtt.set(labels, peer.rttMs / 1000);
    loss.set(labels, peer.loss);
  }
}

function addCounters(registry: Registry, status: NodeStatus): void {
  const families = FAMILIES.map(({ prefix, name, help, label }) => {
    return {
      prefix,
      label,
      counter: new Counter({ name, help, labelNames: [label], registers: [registry] }),
    };
  });
  for (const [name, value] of status.counters) {
    if (name.startsWith("log_")) continue;
    const family = families.find(({ prefix }) => name.startsWith(prefix));
    family?.counter.inc({ [family.label]: name.slice(family.prefix.length) }, value);
  }
}
