import { z } from "zod";
import { textOf } from "./key-text.ts";
import { usageError } from "./program-error.ts";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Half of a surrogate pair is no character, and has no UTF-8. */
const text = z.string().refine((words) => !/\p{Cs}/u.test(words));
const base64 = z.string().regex(BASE64);

/** Text, or bytes in base64; and nothing that this program would leave unread. */
const ENTRY = z.union([
  z.strictObject({ key: text, value: text }),
  z.strictObject({ key_b64: base64, value: text }),
  z.strictObject({ key: text, value_b64: base64 }),
  z.strictObject({ key_b64: base64, value_b64: base64 }),
]);

/** The entries of JSON lines; empty lines count for nothing. Throws a usage error that names the line. */
export function entriesOfJsonLines(content: Uint8Array): readonly (readonly [Uint8Array, Uint8Array])[] {
  const text = textOf(content);
  if (text === undefined)
    throw usageError("the lines are not UTF-8; write other bytes as key_b64 and value_b64");
  const entries: (readonly [Uint8Array, Uint8Array])[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = ENTRY.safeParse(jsonOf(line));
    if (!read.success)
      throw usageError(`line ${index + 1} is no JSON object of key or key_b64, and value or value_b64`);
    const entry = read.data;
    const key = "key" in entry ? Buffer.from(entry.key, "utf8") : Buffer.from(entry.key_b64, "base64");
    const value =
      "value" in entry ? Buffer.from(entry.value, "utf8") : Buffer.from(entry.value_b64, "base64");
    entries.push([key, value]);
  }
  return entries;
}

/** Undefined, which no JSON is, for what is none. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
