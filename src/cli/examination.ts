import type { Client } from "../client/client.ts";
import { clusterFindings } from "./cluster-findings.ts";
import { answeredOf, diagnose, type Finding, worstFirst } from "./findings.ts";
import { nodeFindings } from "./node-findings.ts";
import { pathFindings } from "./path-findings.ts";
import { type Surveyed, surveyAgain, surveyMembers } from "./survey.ts";

/** Time for packets to come back from the far end of a slow path, and for those that are lost to be missed. */
const MEASURING_MS = 600;

export interface Examination {
  readonly members: readonly Surveyed[];
  /** The worst first. */
  readonly findings: readonly Finding[];
}

/** Asks all members twice, and has each send packets to each other in between. */
export async function examine(client: Client, timeoutMs: number): Promise<Examination> {
  const before = await surveyMembers(client, timeoutMs);
  const patience = { timeoutMs: Math.min(timeoutMs, MEASURING_MS) };
  const measuring = answeredOf(before).map(({ address }) => client.operator.measurePaths(address, patience));
  // A member of an older version takes no such request; the rest of it is told all the same.
  await Promise.allSettled(measuring);
  await new Promise((resolve) => setTimeout(resolve, MEASURING_MS));
  const members = await surveyAgain(client, before);
  const answered = answeredOf(members);
  const findings = [
    ...diagnose(members),
    ...answered.flatMap(nodeFindings),
    ...clusterFindings(answered),
    ...pathFindings(before, members),
  ];
  return { members, findings: worstFirst(findings) };
}
