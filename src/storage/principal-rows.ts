import { copyBytes } from "../base/bytes.ts";
import type { Principal } from "../kv/principal.ts";
import { ROLES } from "../kv/principal.ts";
import { FieldReader, FieldWriter } from "./layout.ts";

/** The body of a principal's record; a role is stored as its index in ROLES. */
export function encodePrincipal({ role, prefix, verifier, former }: Principal): Uint8Array {
  const writer = new FieldWriter().u8(ROLES.indexOf(role)).bytes(prefix).bytes(verifier);
  writer.u8(former === undefined ? 0 : 1);
  if (former !== undefined) writer.bytes(former.verifier).double(former.untilMs);
  return writer.finish();
}

/** In memory of its own. Throws LayoutError. */
export function decodePrincipal(body: Uint8Array): Principal {
  const reader = new FieldReader(body);
  const role = reader.choice(ROLES);
  const [prefix, verifier] = [copyBytes(reader.bytes()), copyBytes(reader.bytes())];
  const hasFormer = reader.u8() === 1;
  const former = hasFormer ? { verifier: copyBytes(reader.bytes()), untilMs: reader.double() } : undefined;
  reader.finish();
  return { role, prefix, verifier, former };
}
