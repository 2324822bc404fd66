import type { KeyRecord } from "../kv/command.ts";
import { bytesField, countField, malformed, positiveField } from "./fields.ts";
import type { kvd } from "./schema.generated.js";

/** A record nested in a reply, or undefined where there is none. */
export function recordField(body: kvd.Record.$Properties | null | undefined): KeyRecord | undefined {
  return body === null || body === undefined ? undefined : presentRecord(body);
}

export function presentRecord(body: kvd.Record.$Properties): KeyRecord {
  const createRevision = positiveField(body.createRevision ?? 0, "create revision");
  const modRevision = positiveField(body.modRevision ?? 0, "mod revision");
  if (modRevision < createRevision) malformed(`changed at ${modRevision}, created at ${createRevision}`);
  return {
    value: bytesField(body.value),
    createRevision,
    modRevision,
    version: positiveField(body.version ?? 0, "version"),
    leaseId: countField(body.leaseId ?? 0, "lease id"),
  };
}
