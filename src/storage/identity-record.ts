import { isNodeId, type NodeId } from "../base/ids.ts";
import type { MemberRole, Membership } from "../paxos/membership.ts";
import { FieldReader, FieldWriter, LayoutError } from "./layout.ts";
import type { Identity, PeerRecord } from "./storage.ts";

/** What `init` writes of an identity; the start count lies in a record of its own. */
export type FoundingIdentity = Omit<Identity, "startCount">;

/** The order is part of the data format. */
const ROLES: readonly MemberRole[] = ["voter", "learner"];

export function encodeIdentity(identity: FoundingIdentity): Uint8Array {
  const writer = new FieldWriter().bytes(identity.clusterId).u32(identity.node).bytes(identity.incarnation);
  writeMembership(writer, identity.genesis);
  return writer.finish();
}

export function writeMembership(writer: FieldWriter, { epoch, members }: Membership): void {
  writer.safeInteger(epoch).u32(members.length);
  for (const member of members) {
    writer.u32(member.id).text(member.name).text(member.address.host).u32(member.address.port);
    writer.u8(ROLES.indexOf(member.role)).bytes(member.incarnation);
  }
}

/** Throws LayoutError. The arrays are copies. */
export function decodeIdentity(body: Uint8Array): FoundingIdentity {
  const reader = new FieldReader(body);
  const clusterId = reader.bytes().slice();
  const node = readNode(reader);
  const incarnation = reader.bytes().slice();
  const genesis = readMembership(reader);
  reader.finish();
  return { clusterId, node, incarnation, genesis };
}

/** The arrays are copies. */
export function readMembership(reader: FieldReader): Membership {
  const epoch = reader.safeInteger();
  const count = reader.u32();
  const members: Membership["members"][number][] = [];
  for (let index = 0; index < count; index++) {
    members.push({
      id: readNode(reader),
      name: reader.text(),
      address: { host: reader.text(), port: reader.u32() },
      role: reader.choice(ROLES),
      incarnation: reader.bytes().slice(),
    });
  }
  return { epoch, members };
}

export function encodePeer(peer: PeerRecord): Uint8Array {
  return new FieldWriter(64).u32(peer.node).safeInteger(peer.startCount).bytes(peer.incarnation).finish();
}

/** Throws LayoutError. */
export function decodePeer(body: Uint8Array): PeerRecord {
  const reader = new FieldReader(body);
  const peer = {
    node: readNode(reader),
    startCount: reader.safeInteger(),
    incarnation: reader.bytes().slice(),
  };
  reader.finish();
  return peer;
}

export function encodeCount(count: number): Uint8Array {
  return new FieldWriter(8).safeInteger(count).finish();
}

/** Throws LayoutError. */
export function decodeCount(body: Uint8Array): number {
  const reader = new FieldReader(body);
  const count = reader.safeInteger();
  reader.finish();
  return count;
}

function readNode(reader: FieldReader): NodeId {
  const node = reader.u32();
  if (!isNodeId(node)) throw new LayoutError(`${node} is no node id`);
  return node;
}
