import type { Lifetime } from "../kv/command.ts";
import type { LeaseItem } from "./client-messages.ts";
import { bytesField, countField, malformed, positiveField, textField } from "./fields.ts";
import type { kvd } from "./schema.generated.js";

interface LifetimeBody {
  readonly ttlMs: number;
  readonly leaseId: number;
}

/** Both numbers are 0 for a key that stays. */
export function lifetimeBody(lifetime: Lifetime | undefined): LifetimeBody {
  return {
    ttlMs: lifetime?.kind === "ttl" ? lifetime.ttlMs : 0,
    leaseId: lifetime?.kind === "lease" ? lifetime.leaseId : 0,
  };
}

const STAYS = {};

/** Reads what `lifetimeBody` gave, as the property of an operation. */
export function lifetimeField(
  ttlMs: number | null | undefined,
  leaseId: number | null | undefined,
): { readonly lifetime?: Lifetime } {
  const ttl = countField(ttlMs ?? 0, "time to live");
  const lease = countField(leaseId ?? 0, "lease id");
  if (ttl > 0 && lease > 0) malformed("a time to live and a lease exclude each other");
  if (ttl > 0) return { lifetime: { kind: "ttl", ttlMs: ttl } };
  return lease > 0 ? { lifetime: { kind: "lease", leaseId: lease } } : STAYS;
}

const NO_OWNER = {};
/** More than any principal's id may have. */
const OWNER_CHARACTERS_MAX = 256;

/** The owner, if there is one, as the property of a lease or of an operation. */
export function ownerField(owner: string | null | undefined): { readonly owner?: string } {
  if (owner === null || owner === undefined || owner === "") return NO_OWNER;
  return { owner: textField(owner, OWNER_CHARACTERS_MAX, "owner") };
}

export function leaseBody(item: LeaseItem): kvd.LeaseItem.$Properties {
  const { id, ttlMs, timeLeftMs, keyCount, keys, owner = "" } = item;
  return { id, ttlMs, timeLeftMs, keyCount, keys: [...keys], owner };
}

export function leaseField(body: kvd.LeaseItem.$Properties): LeaseItem {
  return {
    id: positiveField(body.id ?? 0, "lease id"),
    ttlMs: positiveField(body.ttlMs ?? 0, "time to live"),
    timeLeftMs: countField(body.timeLeftMs ?? 0, "time left"),
    keyCount: countField(body.keyCount ?? 0, "count of keys"),
    keys: (body.keys ?? []).map(bytesField),
    ...ownerField(body.owner),
  };
}
