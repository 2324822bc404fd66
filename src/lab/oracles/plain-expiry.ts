import { unreachable } from "../../base/assert.ts";
import { SLOT_KEYS_MAX } from "../../base/limits.ts";
import type { Batch, Operation, TxnStep } from "../../kv/command.ts";
import { PlainStore } from "./plain-store.ts";

type Due =
  | { readonly kind: "lease"; readonly atMs: number; readonly id: number }
  | { readonly kind: "key"; readonly atMs: number; readonly text: string };

/**
 * The store without what its time has ended: what ended earlier goes first, at one time leases by their ids
 * before keys. `room` bounds the keys and leases that go; the others stay until the next slot.
 */
export function withoutEnded(store: PlainStore, room: number): PlainStore {
  const due = dueIn(store);
  if (due.length === 0) return store;
  const after = new PlainStore(store);
  let left = room;
  for (const one of due) {
    if (left <= 0) break;
    if (one.kind === "lease") left -= endLease(after, one.id, left);
    else {
      after.remove(one.text);
      left -= 1;
    }
  }
  return after;
}

/** Removes the first keys of a lease, and the lease with the last of them; how many of all these it was. */
export function endLease(store: PlainStore, id: number, room: number): number {
  const keys = store.keysOf(id);
  for (const key of keys.slice(0, room)) store.remove(key);
  if (keys.length >= room) return room;
  store.setLease(id, undefined);
  return keys.length + 1;
}

/** How many keys a slot may end besides what its own commands may change. */
export function roomOf(batch: Batch): number {
  return batch.commands.reduce((room, { operation }) => room - keysMaxOf(operation), SLOT_KEYS_MAX);
}

function dueIn({ leases, ends, timeMs }: PlainStore): readonly Due[] {
  const due: Due[] = [];
  for (const [id, { expiresMs }] of leases)
    if (expiresMs <= timeMs) due.push({ kind: "lease", atMs: expiresMs, id });
  for (const [text, end] of ends)
    if (end.kind === "ttl" && end.expiresMs <= timeMs) due.push({ kind: "key", atMs: end.expiresMs, text });
  return due.sort(byTime);
}

function byTime(left: Due, right: Due): number {
  if (left.atMs !== right.atMs) return left.atMs - right.atMs;
  if (left.kind === "lease") return right.kind === "lease" ? left.id - right.id : -1;
  if (right.kind === "lease") return 1;
  return left.text < right.text ? -1 : 1;
}

function keysMaxOf(operation: Operation): number {
  switch (operation.kind) {
    case "put":
    case "delete":
    case "modify":
      return 1;
    case "touch":
    case "lease-grant":
    case "lease-keep-alive":
    case "compact":
    case "configure":
    case "principal-create":
    case "principal-rotate":
    case "principal-revoke":
      return 0;
    case "lease-revoke":
      return SLOT_KEYS_MAX;
    case "delete-range":
      return operation.extent.keys;
    case "put-all":
      return operation.entries.length;
    case "txn":
      return Math.max(keysOfSteps(operation.steps), keysOfSteps(operation.otherwise));
    default:
      return unreachable(operation);
  }
}

/** A range may hold as many keys as a slot may change. */
function keysOfSteps(steps: readonly TxnStep[]): number {
  if (steps.some(({ kind }) => kind === "delete-range")) return SLOT_KEYS_MAX;
  return steps.filter(({ kind }) => kind !== "get").length;
}
