import { formatEndpoint } from "../client/endpoint-text.ts";
import type { MemberRole } from "../paxos/membership.ts";
import type { MembersView } from "../wire/member-messages.ts";
import type { Surveyed } from "./survey.ts";
import { formatTable } from "./table.ts";

/** One member as a list shows it. */
export interface MemberRow {
  readonly node: string;
  readonly id: number;
  readonly endpoint: string;
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

/** As people read them. */
export function memberLines(rows: readonly MemberRow[]): string {
  const cells = rows.map(({ node, id, endpoint, role, leads, answers, lag }) => {
    const state = leads ? "leads" : answers ? "follows" : "no answer";
    return [node, `${id}`, endpoint, role, state, lag === undefined ? "-" : `${lag}`];
  });
  return formatTable(["NODE", "ID", "ADDR", "ROLE", "STATE", "LAG"], cells);
}
