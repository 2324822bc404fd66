import { FieldReader, FieldWriter } from "./layout.ts";
import { readMembership, writeMembership } from "./membership-record.ts";
import { readNode } from "./node-field.ts";
import type { Identity, PeerRecord } from "./storage.ts";

/** What `init` writes of an identity; the start count lies in a record of its own. */
export type FoundingIdentity = Omit<Identity, "startCount">;

export function encodeIdentity(identity: FoundingIdentity): Uint8Array {
  const writer = new FieldWriter().bytes(identity.clusterId).u32(identity.node).bytes(identity.incarnation);
  writeMembership(writer, identity.genesis);
  writer.u8(identity.joined === undefined ? 0 : 1);
  if (identity.joined !== undefined) writeMembership(writer, identity.joined);
  return writer.finish();
}

/** Throws LayoutError. The arrays are copies. */
export function decodeIdentity(body: Uint8Array): FoundingIdentity {
  const reader = new FieldReader(body);
  const clusterId = reader.bytes().slice();
  const node = readNode(reader);
  const incarnation = reader.bytes().slice();
  const genesis = readMembership(reader);
  const joined = reader.u8() === 0 ? undefined : readMembership(reader);
  reader.finish();
  const founding = { clusterId, node, incarnation, genesis };
  return joined === undefined ? founding : { ...founding, joined };
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
