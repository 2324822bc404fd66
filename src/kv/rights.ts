import { unreachable } from "../base/assert.ts";
import { compareBytes, equalBytes, prefixEnd, toHex } from "../base/bytes.ts";
import type { KeyInterval, Lifetime, Operation, TxnOperation, TxnStep } from "./command.ts";
import { fenceOf } from "./fence.ts";
import type { Principal } from "./principal.ts";

/** What a principal may do, and which one it is. */
export interface Rights extends Pick<Principal, "role" | "prefix"> {
  readonly id: string;
}

/** What a request does to which keys. */
export interface Touch extends KeyInterval {
  readonly access: "read" | "write";
}

/** Why a principal may not do this to these keys, naming the right that is missing; undefined when it may. */
export function touchRefusal(
  { id, role, prefix }: Rights,
  { access, start, end }: Touch,
): string | undefined {
  if (access === "write" && role === "read-only")
    return `principal ${id} is read-only: this takes the role read-write`;
  if (isWithin(prefix, { start, end })) return undefined;
  return `principal ${id} may touch keys that start with ${shown(prefix)} alone, and this is about others, too`;
}

/** Why a principal may not look after the cluster; a prefix says that it has to do with some keys alone. */
export function adminRefusal({ id, role, prefix }: Rights): string | undefined {
  if (role === "admin" && prefix.length === 0) return undefined;
  return `principal ${id} is no admin of the whole cluster: this takes the role admin, and no prefix`;
}

/** Why a principal may not have this done. Leases are no keys: see `narrowed`. */
export function operationRefusal(rights: Rights, operation: Operation): string | undefined {
  const fence = fenceOf(operation);
  // Whether it stands would tell something of its key.
  const unread = fence && touchRefusal(rights, keyTouch("read", fence.key));
  return unread ?? unfencedRefusal(rights, operation);
}

function unfencedRefusal(rights: Rights, operation: Operation): string | undefined {
  switch (operation.kind) {
    case "put":
    case "delete":
    case "modify":
    case "touch":
      return touchRefusal(rights, keyTouch("write", operation.key));
    case "delete-range":
      return touchRefusal(rights, { access: "write", start: operation.start, end: operation.end });
    case "put-all":
      return firstRefusal(
        rights,
        operation.entries.map(({ key }) => keyTouch("write", key)),
      );
    case "txn":
      return firstRefusal(rights, txnTouches(operation));
    case "lease-grant":
    case "lease-keep-alive":
    case "lease-revoke":
      return touchRefusal(rights, { access: "write", start: rights.prefix, end: prefixEnd(rights.prefix) });
    case "compact":
    case "configure":
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      return adminRefusal(rights);
    default:
      return unreachable(operation);
  }
}

/**
 * The operation as the principal may have it done. Whoever may touch some keys alone has leases of its own:
 * revoking another's would delete keys that it may not touch, and a key put with another's would fill that up.
 */
export function narrowed(rights: Rights, operation: Operation): Operation {
  if (rights.prefix.length === 0) return operation;
  const owner = rights.id;
  switch (operation.kind) {
    case "put":
      return namesLease(operation) ? { ...operation, owner } : operation;
    case "put-all":
      return operation.entries.some(namesLease) ? { ...operation, owner } : operation;
    case "txn":
      return txnNamesLease(operation) ? { ...operation, owner } : operation;
    case "lease-grant":
    case "lease-keep-alive":
    case "lease-revoke":
      return { ...operation, owner };
    case "delete":
    case "delete-range":
    case "modify":
    case "touch":
    case "compact":
    case "configure":
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      return operation;
    default:
      return unreachable(operation);
  }
}

function txnNamesLease({ steps, otherwise }: TxnOperation): boolean {
  return [...steps, ...otherwise].some((step) => step.kind === "put" && namesLease(step));
}

function namesLease(put: { readonly lifetime?: Lifetime }): boolean {
  return put.lifetime?.kind === "lease";
}

/** One key. */
export function keyTouch(access: Touch["access"], key: Uint8Array): Touch {
  // The smallest key above it: nothing lies between.
  const end = new Uint8Array(key.length + 1);
  end.set(key);
  return { access, start: key, end };
}

function txnTouches({ compares, steps, otherwise }: TxnOperation): readonly Touch[] {
  const compared = compares.map(({ key }) => keyTouch("read", key));
  return [...compared, ...[...steps, ...otherwise].map(stepTouch)];
}

function stepTouch(step: TxnStep): Touch {
  switch (step.kind) {
    case "put":
    case "delete":
      return keyTouch("write", step.key);
    case "get":
      return keyTouch("read", step.key);
    case "delete-range":
      return { access: "write", start: step.start, end: step.end };
    default:
      return unreachable(step);
  }
}

function firstRefusal(rights: Rights, touches: readonly Touch[]): string | undefined {
  for (const touch of touches) {
    const refusal = touchRefusal(rights, touch);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function isWithin(prefix: Uint8Array, { start, end }: KeyInterval): boolean {
  if (prefix.length === 0) return true;
  if (!equalBytes(start.subarray(0, prefix.length), prefix)) return false;
  const last = prefixEnd(prefix);
  return last === undefined || (end !== undefined && compareBytes(end, last) <= 0);
}

function shown(prefix: Uint8Array): string {
  const text = new TextDecoder().decode(prefix);
  const isPlain = !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/u.test(text);
  return isPlain ? `'${text}'` : `the bytes ${toHex(prefix)}`;
}
