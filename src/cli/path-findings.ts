import type { PathStatus } from "../wire/client-messages.ts";
import { type Answered, answeredOf, type Finding } from "./findings.ts";
import type { Surveyed } from "./survey.ts";

/** Of fewer packets than these a share tells little. */
const PACKETS_MIN = 20;
const LOSS_MAX = 0.1;
/** So many large ones in a row are not lost by chance, on a path that lets others through. */
const LARGE_LOST_MIN = 10;
const RTT_MS_MAX = 100;

/** What became of the packets that each member sent to each other between two looks at them. */
export function pathFindings(before: readonly Surveyed[], after: readonly Surveyed[]): readonly Finding[] {
  return answeredOf(after).flatMap((member) => {
    const earlier = before.find(({ name }) => name === member.name)?.status;
    return member.status.peers.flatMap((peer): readonly Finding[] => {
      if (!peer.up || peer.path === undefined) return [];
      const was = earlier?.peers.find(({ name }) => name === peer.name)?.path;
      const way = { member, to: peer.name, path: peer.path };
      return [...smallMtu(way), ...loss(way, was), ...slow(way, peer.rttMs)];
    });
  });
}

interface Way {
  readonly member: Answered;
  readonly to: string;
  readonly path: PathStatus;
}

function smallMtu({ member, to, path }: Way): readonly Finding[] {
  if (path.largeLost < LARGE_LOST_MIN) return [];
  return [
    {
      severity: "warning",
      subject: member.name,
      evidence: `to ${to}: small packets arrive, the last ${path.largeLost} of 900 to 1200 bytes did not`,
      consequence:
        "heartbeats pass, values and snapshots do not: writes stand still when this path is needed",
      remedy: `from the host of ${member.name}: ping -M do -s 1172 to that of ${to}; its path has to carry 1228 bytes`,
    },
  ];
}

/** A link that is new has counted from 0. */
function loss({ member, to, path }: Way, was: PathStatus | undefined): readonly Finding[] {
  const since = was !== undefined && was.acked <= path.acked && was.lost <= path.lost ? was : undefined;
  const acked = path.acked - (since?.acked ?? 0);
  const lost = path.lost - (since?.lost ?? 0);
  if (path.largeLost >= LARGE_LOST_MIN || acked + lost < PACKETS_MIN) return [];
  if (lost / (acked + lost) <= LOSS_MAX) return [];
  return [
    {
      severity: "warning",
      subject: member.name,
      evidence: `to ${to}: ${lost} of ${acked + lost} packets were lost just now`,
      consequence: "what is lost is sent again: writes take longer, heartbeats may be missed",
      remedy: `mtr between the hosts of ${member.name} and ${to}; errors and drops of their interfaces: ip -s link`,
    },
  ];
}

function slow({ member, to }: Way, rttMs: number): readonly Finding[] {
  if (rttMs <= RTT_MS_MAX) return [];
  return [
    {
      severity: "warning",
      subject: member.name,
      evidence: `to ${to}: a round trip takes ${rttMs.toFixed(0)} ms`,
      consequence: "heartbeats come late, and an election takes longer, when it is this path that counts",
      remedy: `ping and mtr between the hosts of ${member.name} and ${to}; is a host or a switch overloaded?`,
    },
  ];
}
