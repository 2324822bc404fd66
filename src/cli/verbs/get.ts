import type { Command, Run } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { jsonBytes, showKey } from "../key-text.ts";
import { notFound } from "../program-error.ts";
import { formatOf, print, printJson, printValue, withClient } from "../session.ts";
import { formatTable } from "../table.ts";
import {
  jsonFreshness,
  jsonRecord,
  KEY_OPTIONS,
  keyOf,
  READ_OPTIONS,
  REVISION_OPTION,
  readOptionsOf,
  revisionOf,
} from "./data-options.ts";

/** `kvcli get KEY`: the value's exact bytes, and status 1 when there is none. */
export const getCommand: Command = {
  usage: "get <key>",
  describe: "print a key's value",
  positionals: { key: { type: "string", describe: "the key" } },
  options: { ...KEY_OPTIONS, ...READ_OPTIONS, ...REVISION_OPTION },
  examples: [
    ["$0 get app/cfg", "the value; its exact bytes when piped"],
    ["$0 get app/cfg -o json", "with revisions and version"],
    ["$0 get app/cfg --consistency stale --max-staleness 2s", "from any node, at most so old"],
    ["$0 get app/cfg --rev 41", "as it was after revision 41"],
    ["$0 get '\\x00id' -k escaped", "a key that is not text"],
  ],
  run: get,
};

async function get(run: Run): Promise<ExitCode> {
  const key = keyOf(run.args, run.args.text("key"));
  const options = { ...readOptionsOf(run), ...revisionOf(run.args) };
  const reply = await withClient(run, (client) => client.get(key, options));
  const { record } = reply;
  if (record === undefined) {
    const details = { ...jsonBytes("key", key), revision: reply.revision, ...jsonFreshness(reply) };
    throw notFound(`${showKey(key)}: not found`, details);
  }
  switch (formatOf(run, "value")) {
    case "json":
      printJson(run, "record", {
        ...jsonBytes("key", key),
        ...jsonRecord(record),
        ...(reply.timeLeftMs === undefined ? {} : { ttl_ms: reply.timeLeftMs }),
        revision: reply.revision,
        ...jsonFreshness(reply),
        served_by: reply.servedBy,
      });
      break;
    case "table": {
      const row = [showKey(key), showKey(record.value), `${record.modRevision}`, `${record.version}`];
      print(run, formatTable(["KEY", "VALUE", "REV", "VERSION"], [row]));
      break;
    }
    case "value":
      printValue(run, record.value);
      break;
  }
  return EXIT_CODES.done;
}
