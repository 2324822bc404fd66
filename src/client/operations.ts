import type {
  Change,
  Condition,
  DeleteOperation,
  Lifetime,
  ModifyOperation,
  PutAllOperation,
  PutOperation,
} from "../kv/command.ts";
import { bytesOf } from "./key-bytes.ts";
import { misuse, type Names, objectOf, refuseUnfit, shown, wholeNumber } from "./misuse.ts";
import type { Bytes, LifetimeOptions, ModifyOptions, PutOptions, WriteOptions } from "./options.ts";

/**
 * How a value is made from the present one. Numbers are signed 64-bit integers, stored as decimal text; a
 * `number` must be a safe integer. `json-merge` takes a merge patch as JSON text (RFC 7386).
 */
export type Modification =
  | { readonly op: "incr" /** 1 by default. */; readonly argument?: bigint | number }
  | { readonly op: "max" | "min"; readonly argument: bigint | number }
  | { readonly op: "append" | "prepend" | "set-if-absent" | "json-merge"; readonly argument: Bytes }
  | { readonly op: "cas"; readonly expected: Bytes; readonly argument: Bytes };

export function putOperation(key: Bytes, value: Bytes, options: PutOptions): PutOperation {
  const previous = options.previous ?? false;
  const how = { previous, ...conditionOf(options), ...lifetimeOf(options) };
  return { kind: "put", key: bytesOf(key), value: bytesOf(value), ...how };
}

export function deleteOperation(key: Bytes, options: WriteOptions): DeleteOperation {
  const previous = options.previous ?? false;
  return { kind: "delete", key: bytesOf(key), previous, ...conditionOf(options) };
}

export function putAllOperation(
  entries: Iterable<readonly [Bytes, Bytes, LifetimeOptions?]>,
): PutAllOperation {
  // Callers without a compiler can say anything.
  if (typeof (entries as Partial<typeof entries> | null)?.[Symbol.iterator] !== "function")
    throw misuse(`entries are pairs of a key and a value; this is ${shown(entries)}`);
  const made = Array.from(entries, (entry) => {
    if (!Array.isArray(entry)) throw misuse(`an entry is [key, value]; this is ${shown(entry)}`);
    const [key, value, lifetime = {}] = entry;
    return { key: bytesOf(key), value: bytesOf(value), ...onlyLifetime(lifetime) };
  });
  return { kind: "put-all", entries: made };
}

export function modifyOperation(
  key: Bytes,
  modification: Modification,
  options: ModifyOptions,
): ModifyOperation {
  return {
    kind: "modify",
    key: bytesOf(key),
    change: changeOf(modification),
    returnsValue: options.value ?? true,
    previous: options.previous ?? false,
  };
}

const LIFETIME: Names<LifetimeOptions> = { ttlMs: true, leaseId: true };

function onlyLifetime(lifetime: LifetimeOptions): { readonly lifetime?: Lifetime } {
  refuseUnfit("part of a lifetime", lifetime, LIFETIME);
  return lifetimeOf(lifetime);
}

/** As a property of an operation. */
export function lifetimeOf({ ttlMs, leaseId }: LifetimeOptions): { readonly lifetime?: Lifetime } {
  if (ttlMs !== undefined && leaseId !== undefined)
    throw misuse("ttlMs and leaseId exclude each other; name one");
  if (ttlMs !== undefined) return { lifetime: { kind: "ttl", ttlMs } };
  return leaseId === undefined ? {} : { lifetime: { kind: "lease", leaseId } };
}

function conditionOf(options: WriteOptions): { readonly condition?: Condition } {
  const { ifAbsent, ifRevision, ifValue } = options;
  const named = [ifAbsent === true, ifRevision !== undefined, ifValue !== undefined].filter(Boolean).length;
  if (named > 1) throw misuse("ifAbsent, ifRevision and ifValue exclude each other; name one");
  if (ifAbsent === true) return { condition: { kind: "revision", revision: 0 } };
  if (ifRevision !== undefined)
    return { condition: { kind: "revision", revision: wholeNumber(ifRevision, "ifRevision") } };
  return ifValue === undefined ? {} : { condition: { kind: "value", value: bytesOf(ifValue) } };
}

const CAS = { op: true, expected: true, argument: true } as const;
const WITH_ARGUMENT = { op: true, argument: true } as const;

function changeOf(modification: Modification): Change {
  objectOf(modification, "a modification");
  const names = modification.op === "cas" ? CAS : WITH_ARGUMENT;
  refuseUnfit("part of a modification", modification, names);
  switch (modification.op) {
    case "incr":
      return { kind: "incr", argument: decimalOf(modification.argument ?? 1n) };
    case "max":
    case "min":
      return { kind: modification.op, argument: decimalOf(modification.argument) };
    case "append":
    case "prepend":
    case "set-if-absent":
    case "json-merge":
      return { kind: modification.op, argument: bytesOf(modification.argument) };
    case "cas": {
      const { expected, argument } = modification;
      return { kind: "cas", expected: bytesOf(expected), argument: bytesOf(argument) };
    }
    default:
      // Callers without a compiler can say anything.
      throw misuse(`there is no op '${String((modification satisfies never as { op?: unknown }).op)}'`);
  }
}

function decimalOf(number: bigint | number): Uint8Array {
  if (typeof number !== "number" && typeof number !== "bigint")
    throw misuse(`the argument is of type ${typeof number}; hand in a number or a bigint`);
  if (typeof number === "number" && !Number.isSafeInteger(number)) {
    throw misuse(`${number} is not a safe integer; hand larger ones in as bigint`);
  }
  return bytesOf(BigInt(number).toString());
}
