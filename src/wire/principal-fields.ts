import type protobuf from "protobufjs/minimal.js";
import type { PrincipalOperation } from "../kv/command.ts";
import { ROLES } from "../kv/principal.ts";
import type { PrincipalItem } from "./client-messages.ts";
import { bytesField, countField, textField, wordField, wordNumber } from "./fields.ts";
import { kvd } from "./schema.generated.js";

/** More than any id may have: its rule is explained elsewhere. */
const ID_CHARACTERS_MAX = 256;

export function readPrincipalCreate(reader: protobuf.Reader): PrincipalOperation {
  const { id, role, prefix, verifier } = kvd.PrincipalCreateOperation.decode(reader);
  return {
    kind: "principal-create",
    id: idField(id),
    role: wordField(ROLES, role, "role"),
    prefix: bytesField(prefix),
    verifier: bytesField(verifier),
  };
}

export function principalCreateBody(
  operation: Extract<PrincipalOperation, { kind: "principal-create" }>,
): kvd.PrincipalCreateOperation.$Properties {
  return { ...operation, role: wordNumber(ROLES, operation.role) };
}

export function readPrincipalRotate(reader: protobuf.Reader): PrincipalOperation {
  const { id, verifier, graceMs } = kvd.PrincipalRotateOperation.decode(reader);
  return {
    kind: "principal-rotate",
    id: idField(id),
    verifier: bytesField(verifier),
    graceMs: countField(graceMs, "grace"),
  };
}

export function readPrincipalRevoke(reader: protobuf.Reader): PrincipalOperation {
  return { kind: "principal-revoke", id: idField(kvd.PrincipalRevokeOperation.decode(reader).id) };
}

export function principalBody(item: PrincipalItem): kvd.PrincipalItem.$Properties {
  const { id, prefix, graceLeftMs } = item;
  const role = wordNumber(ROLES, item.role);
  return { id, role, prefix, rotated: graceLeftMs !== undefined, graceLeftMs: graceLeftMs ?? 0 };
}

export function principalField(body: kvd.PrincipalItem.$Properties): PrincipalItem {
  return {
    id: idField(body.id ?? ""),
    role: wordField(ROLES, body.role ?? 0, "role"),
    prefix: bytesField(body.prefix),
    graceLeftMs: body.rotated === true ? countField(body.graceLeftMs ?? 0, "grace") : undefined,
  };
}

function idField(id: string): string {
  return textField(id, ID_CHARACTERS_MAX, "principal's id");
}
