import type { Json, Member } from "./json-text.ts";

/** The document as the patch leaves it; `target` undefined: there is none yet. Source: RFC 7386, section 2. */
export function mergeJson(target: Json | undefined, patch: Json): Json {
  if (patch.kind !== "object") return patch;
  const members = new Map<string, Member>(target?.kind === "object" ? target.members : []);
  for (const [name, member] of patch.members) {
    if (isNull(member.value)) members.delete(name);
    else members.set(name, { name: member.name, value: mergeJson(members.get(name)?.value, member.value) });
  }
  return { kind: "object", members };
}

function isNull(json: Json): boolean {
  return json.kind === "scalar" && json.text === "null";
}
