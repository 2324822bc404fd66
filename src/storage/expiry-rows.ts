import { unreachable } from "../base/assert.ts";
import type { Expiry, Lease } from "../kv/state.ts";
import { FieldReader, FieldWriter } from "./layout.ts";

/** Bodies of the records of leases and of keys that do not stay. Decoders throw LayoutError. */

/** Indexes are part of the data format: append only. */
const EXPIRY_KINDS: readonly Expiry["kind"][] = ["ttl", "lease"];

export function encodeLease({ ttlMs, expiresMs, owner }: Lease): Uint8Array {
  return new FieldWriter(20)
    .safeInteger(ttlMs)
    .double(expiresMs)
    .text(owner ?? "")
    .finish();
}

export function decodeLease(body: Uint8Array): Lease {
  const reader = new FieldReader(body);
  const lease = { ttlMs: reader.safeInteger(), expiresMs: reader.double() };
  const owner = reader.text();
  reader.finish();
  return owner === "" ? lease : { ...lease, owner };
}

export function encodeExpiry(expiry: Expiry): Uint8Array {
  const number = expiry.kind === "ttl" ? expiry.expiresMs : expiry.leaseId;
  return new FieldWriter(9).u8(EXPIRY_KINDS.indexOf(expiry.kind)).double(number).finish();
}

export function decodeExpiry(body: Uint8Array): Expiry {
  const reader = new FieldReader(body);
  const kind = reader.choice(EXPIRY_KINDS);
  const number = reader.double();
  reader.finish();
  switch (kind) {
    case "ttl":
      return { kind, expiresMs: number };
    case "lease":
      return { kind, leaseId: number };
    default:
      return unreachable(kind);
  }
}
