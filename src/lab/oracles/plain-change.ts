import { unreachable } from "../../base/assert.ts";
import { concatBytes, EMPTY_BYTES, equalBytes } from "../../base/bytes.ts";
import { VALUE_BYTES_MAX } from "../../base/limits.ts";
import type { Change, KeyRecord } from "../../kv/command.ts";
import { mergeJson } from "../../kv/json-merge.ts";
import { parseJson, printJson } from "../../kv/json-text.ts";
import { keyText, textBytes } from "../../kv/key-text.ts";
import { conflictWith, Refused } from "./plain-refusal.ts";

const NUMBER = /^(?:0|-?[1-9][0-9]{0,18})$/;

/** The value that a read-modify-write makes; undefined: the record stays as it is. Throws Refused. */
export function changedValue(change: Change, present: KeyRecord | undefined): Uint8Array | undefined {
  const { argument } = change;
  const value = present?.value;
  switch (change.kind) {
    case "incr":
      return numberText((value === undefined ? 0n : numberOf(value)) + numberOf(argument));
    case "max":
    case "min": {
      if (value === undefined) return argument;
      const stored = numberOf(value);
      const given = numberOf(argument);
      return (change.kind === "max" ? given > stored : given < stored) ? argument : undefined;
    }
    case "append":
      return bounded(concatBytes([value ?? EMPTY_BYTES, argument]));
    case "prepend":
      return bounded(concatBytes([argument, value ?? EMPTY_BYTES]));
    case "set-if-absent":
      return value === undefined ? argument : undefined;
    case "cas":
      if (value === undefined || !equalBytes(value, change.expected)) throw conflictWith(present);
      return argument;
    case "json-merge": {
      const target = value === undefined ? undefined : parseJson(value);
      const patch = parseJson(argument);
      if (typeof target === "string" || typeof patch === "string") throw new Refused("bad_value");
      return bounded(printJson(mergeJson(target, patch)));
    }
    default:
      return unreachable(change);
  }
}

function numberOf(value: Uint8Array): bigint {
  const text = value.length > 20 ? "" : keyText(value);
  if (!NUMBER.test(text)) throw new Refused("bad_value");
  return inBounds(BigInt(text));
}

function numberText(number: bigint): Uint8Array {
  return textBytes(inBounds(number).toString());
}

function inBounds(number: bigint): bigint {
  if (BigInt.asIntN(64, number) !== number) throw new Refused("bad_value");
  return number;
}

function bounded(value: Uint8Array): Uint8Array {
  if (value.length > VALUE_BYTES_MAX) throw new Refused("bad_value");
  return value;
}
