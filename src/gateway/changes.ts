import type { KeyChange, WatchEvent } from "../client/replies.ts";
import type { KeyRecord } from "../kv/command.ts";
import { headOf, itemOf } from "./keys.ts";
import { octetsField } from "./octets.ts";
import { COUNT, object, octets, orNull } from "./schemas.ts";

/** A change of a key, as history and watch tell it. */
export const CHANGE = object({
  kind: { enum: ["put", "delete"] },
  ...octets("key"),
  ...octets("value"),
  revision: COUNT,
  previous_revision: COUNT,
  "create_revision?": COUNT,
  "version?": COUNT,
  "lease?": orNull(COUNT),
});

export type Change = Exclude<WatchEvent, { readonly kind: "progress" }>;

export function changeFields(change: KeyChange): Readonly<Record<string, unknown>> {
  const { kind, key, revision, previousRevision } = change;
  const told = { kind, ...octetsField("key", key) };
  const place = { revision, previous_revision: previousRevision };
  if (change.kind === "delete") return { ...told, ...place };
  const { record } = change;
  return { ...told, ...octetsField("value", record.value), ...headOf(record), ...place };
}

/** With what was there before, if that was asked for. */
export function watchedFields(change: Change, withPrevious: boolean): Readonly<Record<string, unknown>> {
  if (!withPrevious) return changeFields(change);
  return { ...changeFields(change), previous: previousOf(change.key, change.previous) };
}

function previousOf(key: Uint8Array, record: KeyRecord | undefined): unknown {
  return record === undefined ? null : itemOf(key, record);
}
