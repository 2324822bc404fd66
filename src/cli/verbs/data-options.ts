import type { Options } from "yargs";
import type { ReadLevel, WriteOptions } from "../../client/options.ts";
import { parseRequestId } from "../../client/request-id.ts";
import type { KeyRecord } from "../../kv/command.ts";
import type { Arguments, Run } from "../command.ts";
import type { KeyEncoding } from "../key-text.ts";
import { jsonBytes, KEY_ENCODINGS, parseKey } from "../key-text.ts";
import { usageError } from "../program-error.ts";

export const KEY_OPTIONS: Readonly<Record<string, Options>> = {
  "key-encoding": {
    alias: "k",
    type: "string",
    choices: KEY_ENCODINGS,
    describe: "how keys are typed: utf8 as they are, escaped with \\xHH, hex or base64 [utf8]",
  },
};

export const READ_OPTIONS: Readonly<Record<string, Options>> = {
  consistency: {
    type: "string",
    choices: ["linearizable", "sequential"],
    describe: "sequential may lag behind, and needs no leader; or KVD_CONSISTENCY [linearizable]",
  },
};

export const WRITE_OPTIONS: Readonly<Record<string, Options>> = {
  "request-id": {
    type: "string",
    describe: "CLIENT:SEQUENCE:DEADLINE of an earlier try whose outcome is unknown",
  },
  prev: { type: "boolean", describe: "also show the record that was replaced" },
};

export function keyOf(args: Arguments, text: string): Uint8Array {
  const encoding = KEY_ENCODINGS.find((name) => name === args.optionalText("key-encoding"));
  return parseKey(text, encoding ?? ("utf8" satisfies KeyEncoding));
}

export function levelOf(run: Run): ReadLevel {
  const text =
    run.args.optionalText("consistency") ?? run.terminal.environment["KVD_CONSISTENCY"] ?? "linearizable";
  if (text === "linearizable" || text === "sequential") return text;
  throw usageError(`KVD_CONSISTENCY: '${text}' is not one of linearizable, sequential`);
}

export function writeOptionsOf(args: Arguments): WriteOptions {
  const text = args.optionalText("request-id");
  const previous = args.flag("prev");
  if (text === undefined) return { previous };
  const requestId = parseRequestId(text);
  if (requestId === undefined) throw usageError(`--request-id: '${text}' is not CLIENT:SEQUENCE:DEADLINE`);
  return { previous, requestId };
}

/** A record's fields in JSON, its value as `value` or `value_b64`. */
export function jsonRecord(record: KeyRecord): Readonly<Record<string, unknown>> {
  return {
    ...jsonBytes("value", record.value),
    create_revision: record.createRevision,
    mod_revision: record.modRevision,
    version: record.version,
    ...(record.leaseId === 0 ? {} : { lease_id: record.leaseId }),
  };
}
