import { prefixEnd } from "../base/bytes.ts";
import { KEY_BYTES_MAX, TTL_MS_MAX, TTL_MS_MIN, VALUE_BYTES_MAX } from "../base/limits.ts";
import { keyAfter } from "../client/key-bytes.ts";
import type { LifetimeOptions } from "../client/options.ts";
import type { RangePage } from "../client/replies.ts";
import type { KeyInterval, KeyRecord } from "../kv/command.ts";
import type { Touch } from "../kv/rights.ts";
import { badRequest, tooLarge } from "./http-error.ts";
import { octetsField } from "./octets.ts";
import type { Fields } from "./parameters.ts";

type RangeItem = RangePage["items"][number];

/** A key that can name a record; throws a 400 or 413 otherwise. */
export function checkedKey(key: Uint8Array | undefined, where: string): Uint8Array {
  if (key === undefined) throw badRequest(`no key is named; ${where}`);
  if (key.length === 0) throw badRequest("the key is empty; keys have at least 1 byte");
  if (key.length > KEY_BYTES_MAX) throw tooLarge("key", key.length, KEY_BYTES_MAX);
  return key;
}

export function checkedValue(value: Uint8Array): Uint8Array {
  if (value.length > VALUE_BYTES_MAX) throw tooLarge("value", value.length, VALUE_BYTES_MAX);
  return value;
}

export function touchKey(access: "read" | "write", key: Uint8Array): Touch {
  return { access, start: key, end: keyAfter(key) };
}

/** The interval that `prefix`, or `start` and `end`, name, going on behind `after`; all keys without them. */
export function intervalField(fields: Fields): KeyInterval & { readonly isNamed: boolean } {
  const prefix = fields.bytes("prefix");
  const start = fields.bytes("start");
  const end = fields.bytes("end");
  if (prefix !== undefined && (start ?? end) !== undefined)
    throw badRequest("prefix excludes start and end; name one range");
  const first = prefix ?? start ?? new Uint8Array();
  const after = fields.bytes("after");
  return {
    start: after === undefined ? first : keyAfter(after),
    end: prefix === undefined ? end : prefixEnd(prefix),
    isNamed: (prefix ?? start ?? end) !== undefined,
  };
}

/** How long a key shall live, by `ttl` or `lease`. */
export function lifetimeField(fields: Lifetimes): LifetimeOptions {
  const ttlMs = fields.duration("ttl", TTL_MS_MAX, TTL_MS_MIN);
  const leaseId = fields.integer("lease", 1, Number.MAX_SAFE_INTEGER);
  if (ttlMs !== undefined && leaseId !== undefined)
    throw badRequest("ttl and lease exclude each other; name one");
  if (ttlMs !== undefined) return { ttlMs };
  return leaseId === undefined ? {} : { leaseId };
}

export interface Lifetimes {
  duration(name: string, msMax: number, msMin?: number): number | undefined;
  integer(name: string, min: number, max: number): number | undefined;
}

/** A key's record as every JSON answer shows it. */
export function itemOf(key: Uint8Array, record: KeyRecord): Readonly<Record<string, unknown>> {
  return { ...octetsField("key", key), ...octetsField("value", record.value), ...headOf(record) };
}

/** A record of a range; without its value if that was not asked for. */
export function listedItem(
  { key, record, timeLeftMs }: RangeItem,
  keysOnly: boolean,
): Readonly<Record<string, unknown>> {
  const item = keysOnly ? { ...octetsField("key", key), ...headOf(record) } : itemOf(key, record);
  return { ...item, ttl_ms: timeLeftMs ?? null };
}

/** A record without its value. */
export function headOf(record: KeyRecord): Readonly<Record<string, unknown>> {
  return {
    revision: record.modRevision,
    create_revision: record.createRevision,
    version: record.version,
    lease: record.leaseId === 0 ? null : record.leaseId,
  };
}
