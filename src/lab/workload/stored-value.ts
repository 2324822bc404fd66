const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Mostly small, as configuration is; some in several datagrams and log rows, a few in very many. */
function sizeOf(tag: string): number {
  let mixed = 2166136261;
  for (const character of tag) mixed = Math.imul(mixed ^ character.charCodeAt(0), 16777619) >>> 0;
  const kind = mixed % 200;
  const fraction = Math.floor(mixed / 200) / (2 ** 32 / 200);
  if (kind === 0) return Math.floor(fraction * 100_000);
  return kind < 10 ? Math.floor(fraction * 6_000) : Math.floor(fraction * 200);
}

/** The bytes of the value that bears `tag`: as many as the tag says, so that a read can check all of them. */
export function encodeTagged(tag: string): Uint8Array {
  return encoder.encode(`${tag} ${tag}`.padEnd(tag.length + 1 + sizeOf(tag), `${tag}.`));
}

/** The tag of a value; one that no put has when the bytes are not exactly what was put. */
export function decodeTagged(value: Uint8Array): string {
  const text = decoder.decode(value);
  const tag = text.slice(0, Math.max(0, text.indexOf(" ")));
  const expected = decoder.decode(encodeTagged(tag));
  return tag.length > 0 && text === expected ? tag : `damaged:${text.slice(0, 60)}`;
}
