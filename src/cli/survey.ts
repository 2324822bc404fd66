import type { Address } from "../base/seams.ts";
import type { Client } from "../client/client.ts";
import { formatEndpoint } from "../client/endpoint-text.ts";
import type { NodeStatus } from "../wire/client-messages.ts";
import { usageError } from "./program-error.ts";

/** One member and what it says of itself; without a status when it did not answer in time. */
export interface Surveyed {
  readonly name: string;
  readonly address: Address;
  readonly endpoint: string;
  readonly status: NodeStatus | undefined;
}

/** A member that lives answers at once: nobody waits a whole command's patience for a dead one. */
const NODE_PATIENCE_MS = 1_000;

/** Asks every member for its status. Ascending by name; rejects when no node answers at all. */
export async function surveyMembers(client: Client, timeoutMs: number): Promise<readonly Surveyed[]> {
  await client.ping(undefined, { timeoutMs });
  const patience = { timeoutMs: Math.min(timeoutMs, NODE_PATIENCE_MS) };
  const surveyed = client.members.map(async (member): Promise<Surveyed> => {
    const address = { host: member.host, port: member.port };
    const status = await client.status(address, patience).catch(() => undefined);
    return { name: member.name, address, endpoint: formatEndpoint(address), status };
  });
  const all = await Promise.all(surveyed);
  return all.toSorted((left, right) => left.name.localeCompare(right.name, "en", { numeric: true }));
}

/** Throws a usage error when there is none. */
export function memberNamed(members: readonly Surveyed[], name: string): Surveyed {
  const found = members.find((member) => member.name === name);
  if (found !== undefined) return found;
  throw usageError(`no member is called '${name}': there are ${members.map((one) => one.name).join(", ")}`);
}

/** Who leads and serves, of those that answered: of two that say so, the one with the later ballot. */
export function leaderOf(members: readonly Surveyed[]): Surveyed | undefined {
  const leaders = members.filter(({ status }) => status?.role === "leader" && status.serving);
  return leaders.toSorted((left, right) => roundOf(right) - roundOf(left))[0];
}

/** Why the cluster serves nobody, as far as the answers show; undefined when it serves. */
export function outageOf(members: readonly Surveyed[]): string | undefined {
  const answered = members.filter(({ status }) => status !== undefined).length;
  const answering = `${answered} of ${members.length} members answer`;
  const majority = Math.floor(members.length / 2) + 1;
  if (answered < majority) return `no majority: ${answering}, and ${majority} are needed`;
  if (leaderOf(members) !== undefined) return undefined;
  return `nobody leads: ${answering}; a majority elects a leader within a second`;
}

function roundOf(member: Surveyed): number {
  return Number.parseFloat(member.status?.ballot ?? "0");
}
