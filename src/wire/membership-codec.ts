import type protobuf from "protobufjs/minimal.js";
import { equalBytes } from "../base/bytes.ts";
import { NODE_ID_MAX } from "../base/ids.ts";
import type { Member, MemberRole, Membership } from "../paxos/membership.ts";
import type { MembershipCodec, MembershipEntry } from "../paxos/membership-entry.ts";
import {
  bytesField,
  countField,
  malformed,
  nodeField,
  portField,
  positiveField,
  sizedField,
  textField,
  wordField,
  wordNumber,
} from "./fields.ts";
import { NAME_CHARACTERS_MAX } from "./leader-hint.ts";
import { decodeBytes, encodeBody } from "./payload.ts";
import { kvd } from "./schema.generated.js";

const ROLES: readonly MemberRole[] = ["voter", "learner", "joining"];
const INCARNATION_BYTES = 16;
/** The bytes of a membership: the same membership gives the same bytes everywhere, for good. */
export function encodeMembership(membership: Membership): Uint8Array {
  return encodeBody(kvd.Membership, membershipBody(membership));
}

/** The membership, whose incarnations are views of `bytes`, or a reason. Only what `encodeMembership` makes is taken. */
export function decodeMembership(bytes: Uint8Array): Membership | string {
  const membership = decodeBytes(bytes, readMembership);
  if (typeof membership === "string") return membership;
  return equalBytes(encodeMembership(membership), bytes) ? membership : "not written as kvd writes it";
}

/** Between an entry of the log and its bytes. */
export const MEMBERSHIP_CODEC: MembershipCodec = {
  encode: ({ replaces, membership }) =>
    encodeBody(kvd.MembershipEntry, { replaces, membership: membershipBody(membership) }),
  decode: (bytes) => decodeBytes(bytes, readEntry),
};

function readEntry(reader: protobuf.Reader): MembershipEntry {
  const { replaces, membership } = kvd.MembershipEntry.decode(reader);
  if (membership === null || membership === undefined) return malformed("an entry without a membership");
  return { replaces: positiveField(replaces, "epoch replaced"), membership: membershipField(membership) };
}

function readMembership(reader: protobuf.Reader): Membership {
  return membershipField(kvd.Membership.decode(reader));
}

export function membershipBody({ epoch, members, nextNodeId }: Membership): kvd.Membership.$Properties {
  return { epoch, members: members.map(memberBody), nextNodeId };
}

export function membershipField(body: kvd.Membership.$Properties): Membership {
  const epoch = positiveField(body.epoch ?? 0, "epoch");
  const bodies = body.members ?? [];
  if (bodies.length > NODE_ID_MAX) malformed(`${bodies.length} members`);
  const members = bodies.map(memberField);
  if (!members.some(({ role }) => role === "voter")) malformed("no voter");
  for (const [index, { id }] of members.entries()) {
    const previous = members[index - 1];
    if (previous !== undefined && previous.id >= id) malformed(`member ${id} after member ${previous.id}`);
  }
  const nextNodeId = countField(body.nextNodeId ?? 0, "next node id");
  const last = members.at(-1)?.id ?? 0;
  if (nextNodeId <= last || nextNodeId > NODE_ID_MAX + 1)
    malformed(`next node id ${nextNodeId} after ${last}`);
  return { epoch, members, nextNodeId };
}

function memberBody({ id, name, address, role, incarnation }: Member): kvd.Member.$Properties {
  return { id, name, host: address.host, port: address.port, role: wordNumber(ROLES, role), incarnation };
}

function memberField(body: kvd.Member.$Properties): Member {
  const name = textField(body.name ?? "", NAME_CHARACTERS_MAX, "name");
  const host = textField(body.host ?? "", NAME_CHARACTERS_MAX, "host");
  if (name === "" || host === "") malformed("a member without a name or a host");
  return {
    id: nodeField(body.id ?? 0, "member"),
    name,
    address: { host, port: portField(body.port ?? 0, "port") },
    role: wordField(ROLES, body.role ?? 0, "role"),
    incarnation: incarnationField(bytesField(body.incarnation)),
  };
}

/** Empty in the plan of a cluster whose nodes were not initialised yet. */
function incarnationField(value: Uint8Array): Uint8Array {
  return value.length === 0 ? value : sizedField(value, INCARNATION_BYTES, "incarnation");
}
