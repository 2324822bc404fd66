import type { GroupId } from "../base/ids.ts";
import { slot } from "../base/ids.ts";
import type { Crypto } from "../base/seams.ts";
import type { GoverningMembership, MemberRole, Membership } from "../paxos/membership.ts";
import { FieldReader, FieldWriter } from "./layout.ts";
import type { RowOperation } from "./lmdb-environment.ts";
import { readNode } from "./node-field.ts";
import { makeRecord, RECORD_TYPE } from "./record.ts";
import { membershipKey } from "./schema.ts";

/** The order is part of the data format. */
const ROLES: readonly MemberRole[] = ["voter", "learner", "joining"];

/** The row of the log's `meta` table that tells who governs a group's slots from the learned watermark on. */
export function membershipOperation(
  crypto: Crypto,
  group: GroupId,
  { since, membership }: GoverningMembership,
): RowOperation {
  const key = membershipKey(group);
  const writer = new FieldWriter().safeInteger(since);
  writeMembership(writer, membership);
  return { table: "meta", key, value: makeRecord(crypto, RECORD_TYPE.membership, key, writer.finish()) };
}

/** Throws LayoutError. The arrays are copies. */
export function decodeGoverning(body: Uint8Array): GoverningMembership {
  const reader = new FieldReader(body);
  const since = slot(reader.safeInteger());
  const membership = readMembership(reader);
  reader.finish();
  return { since, membership };
}

export function writeMembership(writer: FieldWriter, { epoch, members, nextNodeId }: Membership): void {
  writer.safeInteger(epoch).u32(nextNodeId).u32(members.length);
  for (const { id, name, address, role, incarnation } of members) {
    writer.u32(id).text(name).text(address.host).u32(address.port).u8(ROLES.indexOf(role)).bytes(incarnation);
  }
}

/** Throws LayoutError. The arrays are copies. */
export function readMembership(reader: FieldReader): Membership {
  const epoch = reader.safeInteger();
  const nextNodeId = reader.u32();
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
  return { epoch, members, nextNodeId };
}
