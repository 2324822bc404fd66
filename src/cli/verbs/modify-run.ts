import { EMPTY_BYTES } from "../../base/bytes.ts";
import type { Modification } from "../../client/operations.ts";
import { parseDecimal } from "../../kv/decimal.ts";
import type { OutputFormat, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { usageError } from "../program-error.ts";
import { formatOf, print, printJson, printValue, withClient } from "../session.ts";
import { textOf } from "../word-bytes.ts";
import { fencedOptionsOf, jsonRecord, keyOf } from "./data-options.ts";

/** A signed 64-bit integer as it was typed. */
export function numberOf(text: string): bigint {
  const number = parseDecimal(Buffer.from(text, "utf8"));
  if (number === undefined) throw usageError(`'${text}' is not a whole number of 64 bits`);
  return number;
}

/** Makes the value of the key named on the command line anew, and shows what became of it. */
export async function runModify(
  run: Run,
  modification: Modification,
  byDefault: OutputFormat,
): Promise<ExitCode> {
  const key = keyOf(run.args, run.args.text("key"));
  const format = formatOf(run, byDefault);
  const previous = run.args.flag("prev");
  // A large value in the answer could not be repeated: it is asked for only when it is shown.
  const options = { ...fencedOptionsOf(run.args), previous, value: format !== "table" };
  const reply = await withClient(run, (client) => client.modify(key, modification, options));
  switch (format) {
    case "json":
      printJson(run, "rmw", {
        ...jsonBytes("key", key),
        op: modification.op,
        changed: reply.changed,
        ...(reply.value === undefined ? {} : jsonBytes("value", reply.value)),
        create_revision: reply.createRevision,
        mod_revision: reply.modRevision,
        version: reply.version,
        revision: reply.revision,
        served_by: reply.servedBy,
        ...(previous ? { previous: reply.previous === undefined ? null : jsonRecord(reply.previous) } : {}),
      });
      break;
    case "table": {
      const unchanged = reply.changed ? "" : "  unchanged";
      print(run, `${showKey(key)}  rev=${reply.modRevision}  version=${reply.version}${unchanged}\n`);
      if (reply.previous !== undefined) print(run, `previous: ${showKey(reply.previous.value)}\n`);
      break;
    }
    case "value":
      if (modification.op === "incr") print(run, `${textOf(reply.value ?? EMPTY_BYTES)}\n`);
      else printValue(run, reply.value ?? EMPTY_BYTES);
      break;
  }
  return EXIT_CODES.done;
}
