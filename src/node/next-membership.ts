import { unreachable } from "../base/assert.ts";
import { EMPTY_BYTES } from "../base/bytes.ts";
import { type Failure, failure } from "../base/errors.ts";
import { MEMBERS_MAX } from "../base/limits.ts";
import type { Address } from "../base/seams.ts";
import type { Member, Membership } from "../paxos/membership.ts";
import { hasFreeNodeId, withLearner, without, withVote } from "../paxos/membership-step.ts";
import { invalidNameReason } from "../paxos/node-name.ts";
import type { MemberStep } from "../wire/member-messages.ts";

type AddStep = Extract<MemberStep, { kind: "add" }>;

/** Whether the membership is as the step would make it, by whomever. */
export function isAsWanted(current: Membership, step: MemberStep): boolean {
  const member = memberNamed(current, step.name);
  switch (step.kind) {
    case "add":
      return member !== undefined && isAt(member, step.address);
    case "promote":
      return member?.role === "voter";
    case "remove":
      return member === undefined;
    default:
      return unreachable(step);
  }
}

/** The membership after the step, or why there can be none, whoever leads and whoever answers. */
export function nextMembership(current: Membership, step: MemberStep): Membership | Failure {
  if (step.kind === "add") return added(current, step);
  const member = memberNamed(current, step.name);
  if (member === undefined) {
    const names = current.members.map(({ name }) => name).join(", ");
    return refused(`no member is called '${step.name}': there are ${names}`);
  }
  if (step.kind === "promote") return withVote(current, member.id);
  const isLastVoter = member.role === "voter" && voterCount(current) === 1;
  if (!isLastVoter) return without(current, member.id);
  const message = `${step.name} alone has a vote: without it nothing could be decided any more`;
  return failure("unsafe", "not_applied", message);
}

export function memberNamed({ members }: Membership, name: string): Member | undefined {
  return members.find((member) => member.name === name);
}

function added(current: Membership, { name, address, vote }: AddStep): Membership | Failure {
  const invalid = invalidNameReason(name);
  if (invalid !== undefined) return refused(invalid);
  const namesake = memberNamed(current, name);
  if (namesake !== undefined) {
    return refused(`a member is called ${name} already, at ${textOf(namesake.address)}: take another name`);
  }
  const neighbour = current.members.find((member) => isAt(member, address));
  if (neighbour !== undefined) {
    return refused(`${textOf(address)} is the address of ${neighbour.name} already: take another one`);
  }
  if (current.members.length >= MEMBERS_MAX) {
    return refused(`a cluster has at most ${MEMBERS_MAX} members: remove one first`);
  }
  if (!hasFreeNodeId(current)) return refused("every id that there is for a node was given away once");
  const joining = { name, address, incarnation: EMPTY_BYTES };
  return withLearner(current, joining, vote ? "joining" : "learner");
}

function voterCount({ members }: Membership): number {
  return members.filter(({ role }) => role === "voter").length;
}

function isAt({ address }: Member, { host, port }: Address): boolean {
  return address.host === host && address.port === port;
}

function textOf({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function refused(message: string): Failure {
  return failure("bad_request", "not_applied", message);
}
