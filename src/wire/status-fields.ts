import type { NodeStatus, PathStatus, PeerStatus } from "./client-messages.ts";
import {
  amountField,
  countField,
  malformed,
  nodeField,
  positiveField,
  slotField,
  textField,
  wordField,
  wordNumber,
} from "./fields.ts";
import { leaderHintField, NAME_CHARACTERS_MAX } from "./leader-hint.ts";
import { measuresBody, measuresField } from "./measures-fields.ts";
import type { kvd } from "./schema.generated.js";

const ROLES: readonly NodeStatus["role"][] = ["follower", "candidate", "leader"];
const CLUSTER_ID_BYTES = 32;
const TEXT_CHARACTERS_MAX = 4096;
const LIST_MAX = 1024;

type StatusBody = Omit<kvd.StatusReply.$Properties, "id" | "applied" | "revision" | "servedBy" | "leader">;

/** The body of a status reply, but for what all replies have. */
export function statusBody(status: NodeStatus): StatusBody {
  const { id, role, leader, applied, revision, alarms, voters, peers, counters, measures, ...same } = status;
  return {
    ...same,
    node: id,
    role: wordNumber(ROLES, role),
    nodeLeader: leader ?? null,
    nodeApplied: applied,
    nodeRevision: revision,
    alarms: [...alarms],
    voters: [...voters],
    peers: [...peers],
    counters: [...counters].map(([name, value]) => ({ name, value })),
    measures: measures === undefined ? null : measuresBody(measures),
  };
}

export function statusField(body: kvd.StatusReply): NodeStatus {
  const { measures } = body;
  return {
    ...identityPart(body),
    ...logPart(body),
    ...healthPart(body),
    ...(measures === null || measures === undefined ? {} : { measures: measuresField(measures) }),
  };
}

function identityPart(body: kvd.StatusReply) {
  if (body.clusterId.length !== CLUSTER_ID_BYTES) malformed(`a cluster id of ${body.clusterId.length} bytes`);
  return {
    id: nodeField(body.node, "node"),
    name: textField(body.name, NAME_CHARACTERS_MAX, "name"),
    endpoint: textField(body.endpoint, NAME_CHARACTERS_MAX + 6, "endpoint"),
    clusterId: body.clusterId,
    role: wordField(ROLES, body.role, "role"),
    serving: body.serving,
    ballot: textField(body.ballot, NAME_CHARACTERS_MAX, "ballot"),
    leader: leaderHintField(body.nodeLeader),
    version: textField(body.version, NAME_CHARACTERS_MAX, "version"),
    startCount: positiveField(body.startCount, "start count"),
  };
}

function logPart(body: kvd.StatusReply) {
  return {
    chosen: slotField(body.chosen, "chosen"),
    applied: slotField(body.nodeApplied, "applied"),
    stateDurable: slotField(body.stateDurable, "state durable"),
    firstKept: slotField(body.firstKept, "first kept"),
    end: slotField(body.end, "end"),
    digest: body.digest,
    stateHash: countField(body.stateHash, "state hash"),
    damaged: countField(body.damaged, "damaged"),
  };
}

function healthPart(body: kvd.StatusReply) {
  const listed = Math.max(body.alarms.length, body.voters.length, body.peers.length, body.counters.length);
  if (listed > LIST_MAX) malformed(`a list of ${listed}`);
  const counters = new Map<string, number>();
  for (const { name, value } of body.counters) {
    counters.set(textField(name ?? "", NAME_CHARACTERS_MAX, "counter"), amountField(value ?? 0, "counter"));
  }
  return {
    revision: countField(body.nodeRevision, "revision"),
    keys: countField(body.keys, "keys"),
    leaderLeaseMs: countField(body.leaderLeaseMs, "lease"),
    leased: body.leased,
    timeMs: amountField(body.timeMs, "cluster time"),
    logBytes: countField(body.logBytes, "log bytes"),
    stateBytes: countField(body.stateBytes, "state bytes"),
    alarms: body.alarms.map((alarm) => textField(alarm, TEXT_CHARACTERS_MAX, "alarm")),
    voters: body.voters.map((voter) => textField(voter, NAME_CHARACTERS_MAX, "voter")),
    peers: body.peers.map(peerField),
    counters,
  };
}

function peerField(body: kvd.PeerStatus.$Properties): PeerStatus {
  return {
    name: textField(body.name ?? "", NAME_CHARACTERS_MAX, "name"),
    up: body.up ?? false,
    rttMs: amountField(body.rttMs ?? 0, "rtt"),
    loss: amountField(body.loss ?? 0, "loss"),
    ...(body.path === null || body.path === undefined ? {} : { path: pathField(body.path) }),
  };
}

function pathField(body: kvd.PathStatus.$Properties): PathStatus {
  return {
    datagramBytes: countField(body.datagramBytes ?? 0, "datagram bytes"),
    acked: countField(body.acked ?? 0, "acknowledged packets"),
    lost: countField(body.lost ?? 0, "lost packets"),
    largeLost: countField(body.largeLost ?? 0, "lost packets"),
  };
}
