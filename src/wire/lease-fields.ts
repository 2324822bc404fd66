import type { Lifetime } from "../kv/command.ts";
import type { LeaseItem } from "./client-messages.ts";
import { bytesField, countField, malformed, positiveField } from "./fields.ts";
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

export function leaseBody({ id, ttlMs, timeLeftMs, keyCount, keys }: LeaseItem): kvd.LeaseItem.$Properties {
  return { id, ttlMs, timeLeftMs, keyCount, keys: [...keys] };
}

export function leaseField(body: kvd.LeaseItem.$Properties): LeaseItem {
  return {
    id: positiveField(body.id ?? 0, "lease id"),
    ttlMs: positiveField(body.ttlMs ?? 0, "time to live"),
    timeLeftMs: countField(body.timeLeftMs ?? 0, "time left"),
    keyCount: countField(body.keyCount ?? 0, "count of keys"),
    keys: (body.keys ?? []).map(bytesField),
  };
}
