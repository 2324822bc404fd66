import { z } from "zod";
import { TTL_MS_MAX, TTL_MS_MIN } from "../base/limits.ts";
import type { LifetimeOptions } from "../client/options.ts";
import type { ByteLine } from "./byte-lines.ts";
import { jsonBytes } from "./key-text.ts";
import { usageError } from "./program-error.ts";
import { textOf } from "./word-bytes.ts";

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Half of a surrogate pair is no character, and has no UTF-8. */
const text = z.string().refine((words) => !/\p{Cs}/u.test(words));
const base64 = z.string().regex(BASE64);

const lifetime = {
  ttl_ms: z.int().min(0).max(TTL_MS_MAX).optional(),
  lease: z.int().min(1).optional(),
};

/** Text, or bytes in base64; and nothing that this program would leave unread. */
const ENTRY = z.union([
  z.strictObject({ key: text, value: text, ...lifetime }),
  z.strictObject({ key_b64: base64, value: text, ...lifetime }),
  z.strictObject({ key: text, value_b64: base64, ...lifetime }),
  z.strictObject({ key_b64: base64, value_b64: base64, ...lifetime }),
]);

const FIELDS = [
  { name: "key", schema: text, is: "text" },
  { name: "key_b64", schema: base64, is: "base64" },
  { name: "value", schema: text, is: "text" },
  { name: "value_b64", schema: base64, is: "base64" },
  { name: "ttl_ms", schema: lifetime.ttl_ms, is: "a whole number of ms from 0" },
  { name: "lease", schema: lifetime.lease, is: "a whole number from 1" },
] as const;
const FIELD_NAMES = FIELDS.map(({ name }) => name).join(", ");

/** A key with its value, and how long it lives: at most one of both times. */
export type Entry = readonly [key: Uint8Array, value: Uint8Array, lifetime: LifetimeOptions];

/** The entries of JSON lines; empty lines count for nothing. Throws a usage error that names the line. */
export function entriesOfJsonLines(content: Uint8Array): readonly Entry[] {
  const text = textOf(content);
  if (text === undefined)
    throw usageError("the lines are not UTF-8; write other bytes as key_b64 and value_b64");
  return text.split("\n").flatMap((line, index) => {
    const entry = entryOfText(line, index + 1);
    return entry === undefined ? [] : [entry];
  });
}

/** The entry of one line, undefined for an empty one. Throws a usage error that names the line. */
export function entryOfLine({ bytes, number }: ByteLine): Entry | undefined {
  const text = textOf(bytes);
  if (text === undefined)
    throw usageError(`line ${number} is not UTF-8; write other bytes as key_b64 and value_b64`);
  return entryOfText(text, number);
}

/** The line, without its end, that `entryOfLine` makes the same entry of. */
export function lineOfEntry([key, value, { ttlMs, leaseId }]: Entry): string {
  return JSON.stringify({
    ...jsonBytes("key", key),
    ...jsonBytes("value", value),
    ...(ttlMs === undefined ? {} : { ttl_ms: ttlMs }),
    ...(leaseId === undefined ? {} : { lease: leaseId }),
  });
}

function entryOfText(line: string, number: number): Entry | undefined {
  if (line.trim() === "") return undefined;
  const json = jsonOf(line);
  const read = ENTRY.safeParse(json);
  if (!read.success) throw usageError(`line ${number} ${flawIn(json)}`);
  const entry = read.data;
  const { ttl_ms: ttlMs, lease: leaseId } = entry;
  if (ttlMs !== undefined && leaseId !== undefined)
    throw usageError(`line ${number}: ttl_ms and lease exclude each other`);
  const key = "key" in entry ? Buffer.from(entry.key, "utf8") : Buffer.from(entry.key_b64, "base64");
  const value = "value" in entry ? Buffer.from(entry.value, "utf8") : Buffer.from(entry.value_b64, "base64");
  // Nothing shorter can be asked for; a time that was nearly over ends so much later.
  if (ttlMs !== undefined) return [key, value, { ttlMs: Math.max(TTL_MS_MIN, ttlMs) }];
  return [key, value, leaseId === undefined ? {} : { leaseId }];
}

/** What is wrong with JSON that is no entry. */
function flawIn(json: unknown): string {
  if (json === undefined) return "is no JSON";
  if (typeof json !== "object" || json === null || Array.isArray(json)) return "is no JSON object";
  const fields: Readonly<Record<string, unknown>> = { ...json };
  const unknown = Object.keys(fields).find((name) => !FIELDS.some((field) => field.name === name));
  if (unknown !== undefined) return `has a field '${unknown}'; there are ${FIELD_NAMES}`;
  for (const [plain, encoded] of [
    ["key", "key_b64"],
    ["value", "value_b64"],
  ] as const) {
    const isPlain = plain in fields;
    if (isPlain === encoded in fields) return `needs ${plain} or ${encoded}${isPlain ? ", not both" : ""}`;
  }
  const wrong = FIELDS.find(({ name, schema }) => name in fields && !schema.safeParse(fields[name]).success);
  return wrong === undefined ? "is no entry" : `has a ${wrong.name} that is not ${wrong.is}`;
}

/** Undefined, which no JSON is, for what is none. */
function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
