import { equalBytes } from "../base/bytes.ts";

/**
 * What a slot holds. `bytes` is opaque here: a batch travels and is stored exactly as its proposer
 * encoded it, so that a recovered value keeps its time stamp byte for byte.
 */
export interface Value {
  readonly kind: ValueKind;
  readonly bytes: Uint8Array;
}

/** `genesis` stands in slot 0 alone; `noop` has no bytes; `membership` is an encoded membership entry. */
export type ValueKind = "noop" | "batch" | "membership" | "genesis";

export const NOOP: Value = { kind: "noop", bytes: new Uint8Array(0) };

/** Whether both are the same decision: same kind, same bytes. */
export function equalValues(left: Value, right: Value): boolean {
  return left === right || (left.kind === right.kind && equalBytes(left.bytes, right.bytes));
}
