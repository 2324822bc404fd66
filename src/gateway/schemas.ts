import type { Content, Schema } from "./route.ts";

const JSON_TYPE = "application/json";

export const TEXT: Schema = { type: "string" };
export const BASE64: Schema = { type: "string", contentEncoding: "base64" };
export const COUNT: Schema = { type: "integer", minimum: 0 };
export const FLAG: Schema = { type: "boolean" };
export const ANYTHING: Schema = {};

/** An object; names that end in `?` may be absent. */
export function object(members: Readonly<Record<string, Schema>>): Schema {
  const entries = Object.entries(members);
  return {
    type: "object",
    properties: Object.fromEntries(entries.map(([name, schema]) => [name.replace("?", ""), schema])),
    required: entries.map(([name]) => name).filter((name) => !name.endsWith("?")),
  };
}

export function list(items: Schema): Schema {
  return { type: "array", items };
}

export function orNull(schema: Schema): Schema {
  return { anyOf: [schema, { type: "null" }] };
}

/** `name` when the bytes are UTF-8, else `name_b64`. */
export function octets(name: string): Readonly<Record<string, Schema>> {
  return { [`${name}?`]: TEXT, [`${name}_b64?`]: BASE64 };
}

const RECORD = { revision: COUNT, create_revision: COUNT, version: COUNT, lease: orNull(COUNT) } as const;
const HEAD = { ...RECORD, ttl_ms: orNull(COUNT) } as const;

/** A record without its value. */
export const HEAD_ITEM: Schema = object({ ...octets("key"), ...HEAD });
/** A record; `ttl_ms` is null when it stays. */
export const FULL_ITEM: Schema = object({ ...octets("key"), ...octets("value"), ...HEAD });
/** A record as it was, when nobody knows how long it had. */
export const ITEM: Schema = object({ ...octets("key"), ...octets("value"), ...RECORD });

export const PROBLEM: Schema = object({
  type: TEXT,
  title: TEXT,
  status: COUNT,
  detail: TEXT,
  code: TEXT,
  outcome: { enum: ["not_applied", "unknown"] },
  retryable: FLAG,
  request_id: TEXT,
});

export function jsonContent(describe: string, schema: Schema): Content {
  return { describe, content: { [JSON_TYPE]: schema } };
}

export const LEASE_ENDED: Content = jsonContent("the lease that is named has ended", object({}));

export const NO_BODY = (describe: string): Content => ({ describe, content: {} });
