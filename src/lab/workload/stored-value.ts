import { VALUE_BYTES_MAX } from "../../base/limits.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What the tag of a value ends with that may be as large as a value can be. */
const LARGE_MARK = "!";
/** Room for what stands before the padding. */
const TAG_BYTES_MAX = 100;

/** Marks a tag, so that its value has any size up to the largest. */
export function largeTag(tag: string): string {
  return `${tag}${LARGE_MARK}`;
}

/** Mostly small, as configuration is; some in several datagrams and log rows, a few in very many. */
function sizeOf(tag: string): number {
  let mixed = 2166136261;
  for (const character of tag) mixed = Math.imul(mixed ^ character.charCodeAt(0), 16777619) >>> 0;
  const kind = mixed % 500;
  const fraction = Math.floor(mixed / 500) / (2 ** 32 / 500);
  if (tag.endsWith(LARGE_MARK)) return Math.floor(fraction * (VALUE_BYTES_MAX - TAG_BYTES_MAX));
  if (kind === 0) return Math.floor(fraction * 100_000);
  return kind < 25 ? Math.floor(fraction * 6_000) : Math.floor(fraction * 200);
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
