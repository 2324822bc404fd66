import { formatEndpoint } from "../client/endpoint-text.ts";
import type { MemberRole } from "../paxos/membership.ts";
import type { MembersView } from "../wire/member-messages.ts";
import { bestInformed, compareNames, type Surveyed } from "./survey.ts";
import { formatTable } from "./table.ts";

/** One member as a list shows it. */
export interface MemberRow {
  readonly node: string;
  /** Undefined when nobody who knows it was asked. */
  readonly id: number | undefined;
  readonly endpoint: string | undefined;
  readonly role: MemberRole;
  readonly leads: boolean;
  readonly answers: boolean;
  /** Slots that it has not applied yet of those that are chosen; undefined when it does not answer. */
  readonly lag: number | undefined;
}

/** Ascending by id. `surveyed`: what each of them says of itself. */
export function memberRows({ membership }: MembersView, surveyed: readonly Surveyed[]): readonly MemberRow[] {
  const newest = Math.max(0, ...surveyed.map(({ status }) => status?.chosen ?? 0));
  return membership.members.map(({ id, name, address, role }) => {
    const status = surveyed.find((one) => one.name === name)?.status;
    return {
      node: name,
      id,
      endpoint: formatEndpoint(address),
      role,
      leads: status?.role === "leader" && status.serving,
      answers: status !== undefined,
      lag: status === undefined ? undefined : Math.max(0, newest - status.applied),
    };
  });
}

/** The members as one of them knows them, for want of a leader. */
export interface KnownMembers {
  readonly knownBy: string;
  /** Ascending by name. Nobody leads, and whoever has no vote is told as a learner. */
  readonly rows: readonly MemberRow[];
}

/** As whoever has learned most of those that answered knows them; undefined when nobody did. */
export function knownMembers(surveyed: readonly Surveyed[]): KnownMembers | undefined {
  const best = bestInformed(surveyed);
  if (best === undefined) return undefined;
  const names = [best.name, ...best.peers.map(({ name }) => name)];
  const rows = names.toSorted(compareNames).map((node): MemberRow => {
    const one = surveyed.find(({ name }) => name === node);
    const status = one?.status;
    return {
      node,
      id: status?.id,
      endpoint: one?.endpoint,
      role: best.voters.includes(node) ? "voter" : "learner",
      leads: false,
      answers: status !== undefined,
      lag: status === undefined ? undefined : Math.max(0, best.chosen - status.applied),
    };
  });
  return { knownBy: best.name, rows };
}

/** As people read them. */
export function memberLines(rows: readonly MemberRow[]): string {
  const isLed = rows.some(({ leads }) => leads);
  const cells = rows.map(({ node, id, endpoint, role, leads, answers, lag }) => {
    const state = leads ? "leads" : !answers ? "no answer" : isLed ? "follows" : "answers";
    return [node, `${id ?? "-"}`, endpoint ?? "-", role, state, `${lag ?? "-"}`];
  });
  return formatTable(["NODE", "ID", "ADDR", "ROLE", "STATE", "LAG"], cells);
}
