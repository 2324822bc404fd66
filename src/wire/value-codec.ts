import { NOOP, type Value, type ValueKind } from "../paxos/value.ts";
import { bytesField, malformed, wordField, wordNumber } from "./fields.ts";

const VALUE_KINDS: readonly ValueKind[] = ["noop", "batch", "membership", "genesis"];

export function valueKindNumber(value: Value): number {
  return wordNumber(VALUE_KINDS, value.kind);
}

/** `bytes` may be a view; a no-op has none, every other kind has some. */
export function valueField(kindNumber: number, bytes: Uint8Array): Value {
  const kind = wordField(VALUE_KINDS, kindNumber, "value kind");
  if (kind === "noop") return bytes.length === 0 ? NOOP : malformed("a noop with a value");
  return { kind, bytes: bytesField(bytes) };
}
