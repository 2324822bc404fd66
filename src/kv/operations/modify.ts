import { unreachable } from "../../base/assert.ts";
import { concatBytes, EMPTY_BYTES } from "../../base/bytes.ts";
import { type Failure, failure } from "../../base/errors.ts";
import { VALUE_BYTES_MAX } from "../../base/limits.ts";
import type { Change, KeyRecord, ModifyOperation } from "../command.ts";
import { decimalText, parseDecimal, within64Bits } from "../decimal.ts";
import type { Draft } from "../draft.ts";
import { mergeJson } from "../json-merge.ts";
import { parseJson, printJson } from "../json-text.ts";
import { keyText } from "../key-text.ts";
import type { CommandOutcome } from "../outcome.ts";
import { valueFailure } from "./condition.ts";

/** What becomes of the value. */
type Next =
  | { readonly kind: "value"; readonly value: Uint8Array }
  /** It may stay; there is a record. */
  | { readonly kind: "same"; readonly record: KeyRecord }
  | { readonly kind: "refused"; readonly failure: Failure };

/** Makes a key's value anew from its present one. */
export function executeModify(operation: ModifyOperation, draft: Draft): CommandOutcome {
  const { key, returnsValue } = operation;
  const previous = draft.get(key);
  const next = nextValue(operation.change, previous, draft);
  if (next.kind === "refused") return { kind: "failure", failure: next.failure };
  const changed = next.kind === "value";
  const { value, createRevision, modRevision, version } = changed
    ? draft.put(key, next.value, draft.expiries.of(keyText(key))).record
    : next.record;
  return {
    kind: "result",
    result: {
      kind: "modify",
      revision: draft.revision,
      changed,
      createRevision,
      modRevision,
      version,
      value: returnsValue ? value : undefined,
      previous: operation.previous ? previous : undefined,
    },
  };
}

function nextValue(change: Change, present: KeyRecord | undefined, draft: Draft): Next {
  const { argument } = change;
  switch (change.kind) {
    case "incr":
    case "max":
    case "min":
      return nextNumber(change.kind, present, argument);
    case "append":
      return joined([present?.value ?? EMPTY_BYTES, argument]);
    case "prepend":
      return joined([argument, present?.value ?? EMPTY_BYTES]);
    case "set-if-absent":
      return present === undefined
        ? { kind: "value", value: draft.keep(argument) }
        : { kind: "same", record: present };
    case "cas": {
      const failed = valueFailure(change.expected, present);
      return failed === undefined
        ? { kind: "value", value: draft.keep(argument) }
        : { kind: "refused", failure: failed };
    }
    case "json-merge":
      return merged(present, argument);
    default:
      return unreachable(change);
  }
}

function nextNumber(
  kind: "incr" | "max" | "min",
  present: KeyRecord | undefined,
  argument: Uint8Array,
): Next {
  const given = parseDecimal(argument);
  const stored = present === undefined ? undefined : parseDecimal(present.value);
  if (given === undefined || (present !== undefined && stored === undefined)) {
    return badValue("the stored value is not a signed 64-bit integer in decimal text");
  }
  if (kind === "incr") {
    const sum = within64Bits((stored ?? 0n) + given);
    return sum === undefined
      ? badValue(`${stored ?? 0n} and ${given} are more than a signed 64-bit integer holds`)
      : { kind: "value", value: decimalText(sum) };
  }
  if (present === undefined || stored === undefined) return { kind: "value", value: decimalText(given) };
  const stays = kind === "max" ? stored >= given : stored <= given;
  return stays ? { kind: "same", record: present } : { kind: "value", value: decimalText(given) };
}

function joined(parts: readonly [Uint8Array, Uint8Array]): Next {
  const bytes = parts[0].length + parts[1].length;
  return bytes > VALUE_BYTES_MAX ? outgrown(bytes) : { kind: "value", value: concatBytes(parts) };
}

function merged(present: KeyRecord | undefined, argument: Uint8Array): Next {
  const patch = parseJson(argument);
  if (typeof patch === "string") return badValue(`the patch is not JSON: ${patch}`);
  const target = present === undefined ? undefined : parseJson(present.value);
  if (typeof target === "string") return badValue(`the stored value is not JSON: ${target}`);
  const value = printJson(mergeJson(target, patch));
  return value.length > VALUE_BYTES_MAX ? outgrown(value.length) : { kind: "value", value };
}

function outgrown(bytes: number): Next {
  return badValue(
    `the value would have ${bytes} bytes; the limit is ${VALUE_BYTES_MAX} bytes (value_bytes_max)`,
  );
}

function badValue(message: string): Next {
  return { kind: "refused", failure: failure("bad_value", "not_applied", message) };
}
