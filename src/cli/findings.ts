import { equalBytes } from "../base/bytes.ts";
import type { NodeStatus } from "../wire/client-messages.ts";
import { hasMajority, leaderOf, outageOf, type Surveyed } from "./survey.ts";

/**
 * `critical`: data or service is at stake now; `warning`: the next fault may cost more than it should; `advice`:
 * all is well, and could be better.
 */
export type Severity = "critical" | "warning" | "advice";

/** Something that an operator should look at. */
export interface Finding {
  readonly severity: Severity;
  /** A node's name, or `cluster`. */
  readonly subject: string;
  /** What is so, with the figures that show it. */
  readonly evidence: string;
  readonly consequence: string;
  /** What to do, a command where there is one. */
  readonly remedy: string;
}

export interface Answered extends Surveyed {
  readonly status: NodeStatus;
}

/** Slots that a member may be behind before it is worth a word: a busy group chooses some thousand in a second. */
const LAG_SLOTS_MAX = 10_000;
/** Of the packets to a member that were lost. */
const LOSS_MAX = 0.01;
/** A third of the shortest election time-out: from here on heartbeats come close to being late. */
const RTT_MS_MAX = 100;

/** What the members' own answers show to be wrong, the worst first; empty when nothing is. */
export function diagnose(members: readonly Surveyed[]): readonly Finding[] {
  const answered = answeredOf(members);
  const isEnough = hasMajority(members);
  const found = [
    ...serviceFindings(members),
    ...members.filter(({ status }) => status === undefined).map((member) => silent(member, isEnough)),
    ...strangers(answered),
    ...diverged(answered),
    ...answered.flatMap((member) => ownFindings(member, answered)),
    ...mixedVersions(answered),
  ];
  return worstFirst(found);
}

export function answeredOf(members: readonly Surveyed[]): readonly Answered[] {
  return members.filter((member): member is Answered => member.status !== undefined);
}

const RANK: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, advice: 2 };

export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((left, right) => RANK[left.severity] - RANK[right.severity]);
}

/** As `kvadm doctor` says it. */
export function doctorText(findings: readonly Finding[]): string {
  if (findings.length === 0) return "nothing is wrong\n";
  const paragraphs = findings.map(({ severity, subject, evidence, consequence, remedy }) => {
    return `${severity}  ${subject}: ${evidence}\n  so:  ${consequence}\n  do:  ${remedy}\n`;
  });
  return paragraphs.join("\n");
}

function serviceFindings(members: readonly Surveyed[]): readonly Finding[] {
  const outage = outageOf(members);
  if (outage === undefined) return [];
  return [
    {
      severity: "critical",
      subject: "cluster",
      evidence: outage,
      consequence: "reads that are linearizable and all writes fail",
      remedy: "start the members that do not answer: systemctl status kvd; journalctl -u kvd",
    },
  ];
}

function silent(member: Surveyed, isEnough: boolean): Finding {
  return {
    severity: "warning",
    subject: member.name,
    evidence: `no answer from ${member.endpoint}`,
    consequence: isEnough
      ? "one more member less and the cluster may stand still"
      : "the cluster stands still until a majority answers",
    remedy: `on its host: systemctl status kvd; journalctl -u kvd; is ${member.endpoint}/udp let through?`,
  };
}

function strangers(answered: readonly Answered[]): readonly Finding[] {
  const [first] = answered;
  return answered
    .filter(({ status }) => first !== undefined && !equalBytes(status.clusterId, first.status.clusterId))
    .map(({ name }) => ({
      severity: "critical",
      subject: name,
      evidence: `it belongs to another cluster than ${first?.name ?? ""}`,
      consequence: "it takes no part in this one",
      remedy: "look at the endpoints; kvadm status -o json shows each node's cluster_id",
    }));
}

/** Two members at the same slot with different digests hold different values: that must never be. */
function diverged(answered: readonly Answered[]): readonly Finding[] {
  const digests = new Map<number, { readonly name: string; readonly digest: number }>();
  const found: Finding[] = [];
  for (const { name, status } of answered) {
    const other = digests.get(status.chosen);
    if (other === undefined) digests.set(status.chosen, { name, digest: status.digest });
    if (other === undefined || other.digest === status.digest) continue;
    found.push({
      severity: "critical",
      subject: name,
      evidence: `at slot ${status.chosen} its digest is ${status.digest}, that of ${other.name} ${other.digest}`,
      consequence: "the two hold different values: one of them serves wrong answers",
      remedy: "stop both, keep their data directories, and compare with a third member",
    });
  }
  return found;
}

function ownFindings(member: Answered, answered: readonly Answered[]): readonly Finding[] {
  return [...alarms(member), ...damage(member), ...lag(member, answered), ...paths(member, answered)];
}

function alarms({ name, status }: Answered): readonly Finding[] {
  return status.alarms.map((text) => (text.startsWith("fenced: ") ? fenced(name, text) : alarm(name, text)));
}

function fenced(subject: string, evidence: string): Finding {
  return {
    severity: "critical",
    subject,
    evidence,
    consequence: "it votes, but serves nobody: one more member less and reads may have nobody to answer them",
    remedy: `keep a copy of its data directory for whoever looks for the cause, then: kvadm refetch ${subject}`,
  };
}

function alarm(subject: string, text: string): Finding {
  return {
    severity: "warning",
    subject,
    evidence: text,
    consequence: "the node says so itself, and shows it until it is over",
    remedy: "docs/OPERATIONS.md, *When something is wrong*; journalctl -u kvd shows when it began",
  };
}

function damage({ name, status }: Answered): readonly Finding[] {
  if (status.damaged === 0) return [];
  return [
    {
      severity: "warning",
      subject: name,
      evidence: `${status.damaged} slots of its log cannot be read`,
      consequence: "it fetches them from the others; until then it counts as one that does not know them",
      remedy: "look at its disk: smartctl -H, dmesg; replace the member when it happens again",
    },
  ];
}

function lag({ name, status }: Answered, answered: readonly Answered[]): readonly Finding[] {
  const newest = Math.max(...answered.map((other) => other.status.chosen));
  const behind = newest - status.applied;
  if (behind <= LAG_SLOTS_MAX) return [];
  return [
    {
      severity: "warning",
      subject: name,
      evidence: `it is ${behind} slots behind (applied ${status.applied} of ${newest})`,
      consequence: "its sequential and stale reads are old, and it cannot take the lead soon",
      remedy: "kvadm status -w: a lag that does not shrink means a slow disk or a lossy path",
    },
  ];
}

function paths({ name, status }: Answered, answered: readonly Answered[]): readonly Finding[] {
  const isLeader = leaderOf(answered)?.name === name;
  return status.peers
    .filter((peer) => answered.some((other) => other.name === peer.name))
    .flatMap((peer): readonly Finding[] => {
      const from = { severity: "warning", subject: name } as const;
      if (!peer.up) {
        return [
          {
            ...from,
            evidence: `no link to ${peer.name}, which answers others`,
            consequence: "a partition between the two: elections may take longer",
            remedy: `look at the path between the hosts of ${name} and ${peer.name}, in both directions`,
          },
        ];
      }
      // Only the leader keeps measuring: on other paths the figures may be of long ago.
      if (!isLeader || (peer.loss <= LOSS_MAX && peer.rttMs <= RTT_MS_MAX)) return [];
      return [
        {
          ...from,
          evidence: `to ${peer.name}: round trip ${peer.rttMs.toFixed(1)} ms, loss ${(peer.loss * 100).toFixed(1)} %`,
          consequence: "writes wait for it, and heartbeats may come late",
          remedy: `ping and mtr between the hosts of ${name} and ${peer.name}; is a host or a switch overloaded?`,
        },
      ];
    });
}

function mixedVersions(answered: readonly Answered[]): readonly Finding[] {
  const versions = [...new Set(answered.map(({ status }) => status.version))].sort();
  if (versions.length < 2) return [];
  return [
    {
      severity: "warning",
      subject: "cluster",
      evidence: `members run versions ${versions.join(" and ")}`,
      consequence: "fine during an upgrade; not meant to stay so",
      remedy: "upgrade the others, one at a time",
    },
  ];
}
