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
  /** Its wall clock beside that of this host; absent when it did not tell. */
  readonly clock?: ClockReading;
}

/** A clock is ahead by `offsetMs`, or behind when that is negative; not further off than `boundMs` from it. */
export interface ClockReading {
  readonly offsetMs: number;
  readonly boundMs: number;
}

/** A member that lives answers at once: nobody waits a whole command's patience for a dead one. */
export const NODE_PATIENCE_MS = 1_000;
/** Both clocks are read in whole milliseconds. */
const CLOCK_STEP_MS = 1;

/** Asks every member for its status. Ascending by name; rejects when no node answers at all. */
export async function surveyMembers(client: Client, timeoutMs: number): Promise<readonly Surveyed[]> {
  await client.ping(undefined, { timeoutMs });
  const patienceMs = Math.min(timeoutMs, NODE_PATIENCE_MS);
  const surveyed = client.members.map(({ name, host, port }) =>
    ask(client, name, { host, port }, patienceMs),
  );
  const all = await Promise.all(surveyed);
  return all.toSorted((left, right) => compareNames(left.name, right.name));
}

/** n2 before n10. */
export function compareNames(left: string, right: string): number {
  return left.localeCompare(right, "en", { numeric: true });
}

/** The same of those that have answered before; nobody waits for the others once more. */
export function surveyAgain(client: Client, before: readonly Surveyed[]): Promise<readonly Surveyed[]> {
  return Promise.all(
    before.map((member) =>
      member.status === undefined ? member : ask(client, member.name, member.address, NODE_PATIENCE_MS),
    ),
  );
}

async function ask(client: Client, name: string, address: Address, timeoutMs: number): Promise<Surveyed> {
  const sentMs = performance.now();
  const status = await client.status(address, { timeoutMs }).catch(() => undefined);
  const clock = clockReading(status, performance.now() - sentMs, Date.now());
  const said = { name, address, endpoint: formatEndpoint(address), status };
  return clock === undefined ? said : { ...said, clock };
}

/** It answered within the round trip: its clock stood at what it said somewhere in between. */
function clockReading(
  status: NodeStatus | undefined,
  roundTripMs: number,
  hereMs: number,
): ClockReading | undefined {
  if (status?.measures === undefined) return undefined;
  const boundMs = roundTripMs / 2;
  return { offsetMs: status.measures.wallMs - (hereMs - boundMs), boundMs: boundMs + CLOCK_STEP_MS };
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

/** Those who have a vote, as whoever has learned most says; all when nobody answers. */
export function votersOf(members: readonly Surveyed[]): readonly Surveyed[] {
  const best = bestInformed(members);
  return best === undefined ? members : members.filter(({ name }) => best.voters.includes(name));
}

/** What whoever has learned most says; undefined when nobody answers. */
export function bestInformed(members: readonly Surveyed[]): NodeStatus | undefined {
  const answers = members.flatMap(({ status }) => (status === undefined ? [] : [status]));
  return answers.toSorted((left, right) => right.chosen - left.chosen)[0];
}

/** Whether enough of those who vote answer. */
export function hasMajority(members: readonly Surveyed[]): boolean {
  const voters = votersOf(members);
  return 2 * voters.filter(({ status }) => status !== undefined).length > voters.length;
}

/** Why the cluster serves nobody, as far as the answers show; undefined when it serves. */
export function outageOf(members: readonly Surveyed[]): string | undefined {
  const voters = votersOf(members);
  const answered = voters.filter(({ status }) => status !== undefined).length;
  const answering = `${answered} of ${voters.length} voters answer`;
  const majority = Math.floor(voters.length / 2) + 1;
  if (!hasMajority(members)) return `no majority: ${answering}, and ${majority} are needed`;
  if (leaderOf(members) !== undefined) return undefined;
  return `nobody leads: ${answering}; a majority elects a leader within a second`;
}

function roundOf(member: Surveyed): number {
  return Number.parseFloat(member.status?.ballot ?? "0");
}
